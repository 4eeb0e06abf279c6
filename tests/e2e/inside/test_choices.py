"""What is chosen in Look inside is kept over a refresh and travels in its address; its tabs, by keys and on a phone."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.inside.inside_stage import Stage

Opened = Callable[..., Page]


def pulse(page: Page) -> Locator:
    return page.locator(".pulse")


def test_choices_survive_a_refresh_and_travel_in_the_address(opened: Opened, stage: Stage) -> None:
    page = opened()
    page.get_by_role("tab", name="Other").click()
    page.locator(".npi-thumb").nth(3).click()
    page.evaluate("window.context.choose({ layer: 'dense', unit: 5, weights: 2 })")
    page.wait_for_function("location.hash.includes('unit=5')")
    link = page.url
    page.reload()
    page.wait_for_selector(".npi-thumb")
    expect(page.get_by_role("tab", name="Other")).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab", name="Pulse").click()
    view = page.evaluate("({ ...window.view, anatomy: null, theme: null })")
    assert (view["layer"], view["unit"], view["weights"], view["picture"]["source"]) == ("dense", 5, 2, "test:3")
    page.evaluate("history.replaceState(null, '', location.pathname + location.search)")  # as Streamlit does when it rewrites the address
    page.evaluate("window.rerun('a')")
    page.wait_for_function("location.hash.includes('unit=5')")
    other = page.context.new_page()
    other.goto(link)
    other.wait_for_selector(".npi-thumb")
    expect(other.get_by_role("tab", name="Other")).to_have_attribute("aria-selected", "true")
    assert "test%3A3" in other.url or "test:3" in other.url
    other.close()


def test_a_link_is_followed_though_its_address_was_rewritten_before_the_page_was_drawn(context: BrowserContext, stage: Stage) -> None:
    page = context.new_page()
    page.add_init_script("history.replaceState(null, '', location.pathname + location.search)")
    page.goto(f"{stage.url}/?run=a#tab=pulse&layer=dense&unit=3&weights=1")
    page.wait_for_selector(".npi-thumb")
    expect(pulse(page)).to_have_attribute("data-weights", "1")
    assert page.evaluate("[window.view.layer, window.view.unit]") == ["dense", 3]
    page.evaluate("sessionStorage.clear(); history.replaceState(null, '', location.pathname + location.search)")
    page.evaluate("window.rerun('b')")
    page.evaluate("window.rerun('a')")  # the link was for the first sight only
    expect(pulse(page)).to_have_attribute("data-run", "a")
    expect(pulse(page)).to_have_attribute("data-weights", "now")
    page.close()


def test_a_link_that_makes_no_sense_shows_the_page_as_it_begins(opened: Opened, stage: Stage) -> None:
    page = opened(path="#picture={%22a%22:1}&weights=none&unit=x&layer=nowhere&prepare=null")
    view = page.evaluate("({ ...window.view, anatomy: null, theme: null })")
    assert (view["layer"], view["unit"], view["weights"], view["picture"]["source"]) == (None, None, "now", "test:0")


def test_tabs_are_gone_through_with_arrow_keys(opened: Opened) -> None:
    page = opened()
    page.get_by_role("tab", name="Pulse").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Other")).to_be_focused()
    expect(page.locator(".still")).to_be_visible()
    page.keyboard.press("End")
    expect(page.get_by_role("tab", name="Alone")).to_be_in_viewport()
    expect(page.get_by_role("tab", name="Alone")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Pulse")).to_be_focused()


def test_the_page_fits_a_phone(opened: Opened) -> None:
    page = opened(width=390)
    expect(page.get_by_role("heading", level=2)).to_have_text("Look inside")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".npi-runs-face").click()
    box = page.locator(".npi-runs-box").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Draw", exact=True).click()
    paper = page.locator(".npi-paper")
    before = paper.bounding_box()
    paper.click()
    expect(page.locator(".npi-shown-title")).to_have_text("Your drawing")
    assert paper.bounding_box() == before  # the answer did not move the paper under the pen
    for name in ("Draw", "Upload", "Camera"):
        page.get_by_role("button", name=name, exact=True).click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
