"""How a person gets from page to page, on a phone and on a wide screen, in a real browser against the real server."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from playground.ui.pages import PAGES
from tests.server import Server

KEYS = list(PAGES)
PHONE = {"width": 420, "height": 780}
TARGET = 44  # pixels that a finger needs


@pytest.fixture
def phone(browser: Browser):
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def address(key: str) -> str:
    return "/" if key == KEYS[0] else f"/{key}"


def content(page: Page, key: str) -> Locator:
    """What only this page has."""
    return {
        "plane": page.locator(".npp"),
        "build": page.get_by_role("button", name="Train", exact=True),
        "inside": page.get_by_role("region", name="Look inside"),
        "mistakes": page.get_by_role("region", name="Mistakes"),
        "runs": page.get_by_role("heading", name="Runs", exact=True),
    }[key]


def bar(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Pages", exact=True)


def link(page: Page, key: str) -> Locator:
    return bar(page).get_by_role("link", name=PAGES[key].title, exact=True)


def opened(page: Page, server: Server, key: str) -> None:
    page.goto(f"{server.url}{address(key)}")
    is_on(page, key)


def is_on(page: Page, key: str) -> None:
    expect(bar(page).locator("[aria-current=page]")).to_have_text(PAGES[key].title)
    expect(content(page, key)).to_be_visible()
    expect(page).to_have_url(re.compile(rf"^[^?]*//[^/]+{address(key)}(\?|#|$)"))


def back_to(page: Page, key: str) -> None:
    """Back until the address is this page's: Streamlit may write an address once without and once with what stands behind its `?`."""
    for _ in range(3):
        expect(page).to_have_url(re.compile(r"[?&]run=someone\b"))  # the script run that came before has written its address
        page.go_back()
        if re.search(rf"{address(key)}(\?|#|$)", page.url):
            break
    is_on(page, key)


@pytest.mark.parametrize("start", KEYS)
def test_on_a_phone_every_page_is_one_visible_tap_away_from_every_other(phone: Page, server: Server, start: str) -> None:
    opened(phone, server, start)
    for key in KEYS:
        if key == start:
            continue
        box = link(phone, key).bounding_box()
        assert box["width"] >= TARGET and box["height"] >= TARGET
        assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"] and box["y"] + box["height"] <= PHONE["height"]
        link(phone, key).tap()
        is_on(phone, key)
        link(phone, start).tap()
        is_on(phone, start)
    expect(phone.get_by_test_id("stExpandSidebarButton")).to_be_hidden()


@pytest.mark.parametrize("key", KEYS)
def test_the_bar_covers_nothing_and_nothing_is_wider_than_a_small_phone(phone: Page, server: Server, key: str) -> None:
    phone.set_viewport_size({"width": 360, "height": 740})
    opened(phone, server, key)
    wide = "() => [document.documentElement, document.querySelector('.stMain')].map((each) => each.scrollWidth)"
    assert max(phone.evaluate(wide)) <= 360
    under = """() => {
      const main = document.querySelector(".stMain");
      main.scrollTo(0, main.scrollHeight);
      const last = main.querySelector(".stMainBlockContainer > .stVerticalBlock").getBoundingClientRect().bottom;
      return document.querySelector(".np-navigation").getBoundingClientRect().top - last;
    }"""
    assert phone.evaluate(under) >= 0
    titles = "() => [...document.querySelectorAll('.np-navigation-title')].filter((each) => each.scrollWidth > each.clientWidth).length"
    assert phone.evaluate(titles) == 0, "a title is cut off"


def test_back_refresh_and_the_run_on_show_work_as_with_streamlits_own_navigation(phone: Page, server: Server) -> None:
    phone.goto(f"{server.url}/build?run=someone")
    is_on(phone, "build")
    link(phone, "inside").tap()
    is_on(phone, "inside")
    expect(phone).to_have_url(re.compile(r"[?&]run=someone\b"))
    phone.reload()
    is_on(phone, "inside")
    link(phone, "runs").tap()
    is_on(phone, "runs")
    back_to(phone, "inside")
    back_to(phone, "build")


def test_the_bar_is_used_by_keyboard_and_its_links_open_elsewhere_too(phone: Page, server: Server) -> None:
    opened(phone, server, "runs")
    link(phone, "build").focus()
    phone.keyboard.press("Tab")
    expect(link(phone, "inside")).to_be_focused()
    phone.keyboard.press("Enter")
    is_on(phone, "inside")
    with phone.context.expect_page() as other:
        link(phone, "mistakes").click(modifiers=["ControlOrMeta"])
    is_on(other.value, "mistakes")
    is_on(phone, "inside")


def test_on_a_tablet_the_badge_covers_no_page_of_the_header(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 780, "height": 700})
    page.goto(server.url)
    expect(page.locator(".np-badge")).to_be_visible()
    for key in KEYS[::-1]:
        page.get_by_test_id("stTopNavLink").filter(has_text=PAGES[key].title).click()  # fails where something lies above it
        expect(content(page, key)).to_be_visible()


def test_on_a_wide_screen_the_header_has_the_pages_and_the_bar_is_away(page: Page, server: Server) -> None:
    page.goto(server.url)
    header = page.get_by_test_id("stTopNavLink")
    expect(header).to_have_count(len(PAGES))
    for key in KEYS[::-1]:
        header.filter(has_text=PAGES[key].title).click()
        expect(content(page, key)).to_be_visible()
        expect(page.locator("a[aria-current=page]:visible")).to_have_count(1)
        expect(page.locator("a[aria-current=page]:visible")).to_contain_text(PAGES[key].title)
    expect(bar(page)).to_have_count(0)
