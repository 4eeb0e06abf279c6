"""The frame of "Look inside" in a real browser: a stage answers, the test looks at the page and at what the page asked."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from playground.values.errors import Unavailable
from tests.e2e.inside.inside_stage import Stage, picture_of

Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def server() -> Iterator[Stage]:
    stage = Stage().start()
    yield stage
    stage.stop()


@pytest.fixture
def stage(server: Stage) -> Stage:
    """The stage as new, with two runs that ended."""
    fresh = Stage.__new__(Stage)
    Stage.__init__(fresh)
    for name in ("runs", "asked", "sent", "faults", "keyframes", "classes", "kind", "channels", "slow", "lost", "without_weights"):
        setattr(server, name, getattr(fresh, name))
    server.add("a")
    server.add("b", name="Deep net", data_title="MNIST sample", summary={"best_val_accuracy": 0.5})
    return server


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def opened(stage: Stage, context: BrowserContext) -> Iterator[Opened]:
    """Opens the page on a run; fails the test if the page throws."""
    faults: list[str] = []
    pages = []

    def open_(run: str | None = "a", *, width: int = 1400, path: str = "", wait: str = ".npi-thumb") -> Page:
        page = context.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": 900})
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{stage.url}/" + (f"?run={run}" if run else "") + path)
        page.wait_for_selector(wait)
        return page

    yield open_
    for page in pages:
        page.close()
    assert faults == []


def pulse(page: Page):
    return page.locator(".pulse")


def waits(page: Page, true: Callable[[], object]) -> object:
    """Until the stage has heard it."""
    for _ in range(500):
        if value := true():
            return value
        page.wait_for_timeout(10)
    raise AssertionError("it did not happen in time")


# Which run


def test_the_run_on_show_is_said_and_another_is_found_by_searching(opened: Opened, stage: Stage) -> None:
    page = opened()
    face = page.locator(".npi-runs-face")
    expect(face).to_contain_text("Net a")
    expect(face).to_contain_text("Digits · epoch 3 of 3 · test 95.7 %")
    face.click()
    page.get_by_role("combobox", name="Search runs").fill("mnist deep")
    expect(page.get_by_role("option", name="Deep net")).to_be_visible()
    expect(page.locator(".npi-runs-box li")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(face).to_contain_text("Deep net")
    expect(face).to_contain_text("validation 50.0 %")
    expect(face).to_be_focused()
    expect(pulse(page)).to_have_attribute("data-run", "b")
    assert page.evaluate("window.acts") == [{"do": "show", "id": "b"}]


def test_the_list_of_runs_is_driven_by_the_keyboard(opened: Opened, stage: Stage) -> None:
    stage.set("b", status="training")
    page = opened()
    page.locator(".npi-runs-face").focus()
    page.keyboard.press("Enter")
    options = page.locator(".npi-runs-box li")
    expect(options.first).to_contain_text("Deep net")  # those that train come first
    expect(options.nth(1)).to_have_class("npi-marked")  # the one on show
    page.keyboard.press("ArrowUp")
    expect(options.first).to_have_class("npi-marked")
    page.keyboard.press("Escape")
    expect(page.locator(".npi-runs-box")).to_be_hidden()
    expect(page.locator(".npi-runs-face")).to_be_focused()


def test_without_runs_the_way_to_build_is_shown_and_what_needs_no_run_works(opened: Opened, stage: Stage) -> None:
    stage.runs.clear()
    page = opened(None, wait=".npi-absence:not([hidden])")
    expect(page.get_by_text("No runs yet")).to_be_visible()
    expect(page.get_by_role("tab", name="Pulse")).to_be_disabled()
    expect(page.get_by_role("tab", name="Alone")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".still")).to_have_attribute("data-run", "null")
    expect(page.locator(".npi-picture")).to_be_hidden()
    page.get_by_role("button", name="Build a network").click()
    assert page.evaluate("window.acts")[-1]["do"] == "build"


def test_a_run_that_is_not_there_is_said(opened: Opened) -> None:
    page = opened("gone", wait=".npi-absence:not([hidden])")
    expect(page.get_by_text("There is no such run")).to_be_visible()
    expect(page.locator(".npi-runs-face")).to_contain_text("Choose a run")


def test_a_run_without_weights_is_said_and_appears_once_it_trains(opened: Opened, stage: Stage) -> None:
    stage.set("a", status="queued")
    page = opened(wait=".npi-absence:not([hidden])")
    expect(page.get_by_text("This run waits in line")).to_be_visible()
    stage.set("a", status="training")
    expect(page.locator(".npi-thumb").first).to_be_visible()
    expect(page.locator(".npi-absence")).to_be_hidden()
    stage.set("b", status="failed")
    page.evaluate("window.rerun('b')")
    expect(page.get_by_text("This run kept no weights")).to_be_visible()


def test_it_is_said_that_a_network_is_still_being_read(opened: Opened, stage: Stage) -> None:
    stage.slow = 1.5
    page = opened(wait=".npi-absence:not([hidden])")
    expect(page.get_by_text("Reading the network")).to_be_visible()
    expect(page.locator(".npi-thumb").first).to_be_visible()
    expect(page.locator(".npi-absence")).to_be_hidden()


def test_an_engine_that_is_not_ready_is_asked_again(opened: Opened, stage: Stage) -> None:
    stage.faults["anatomy"] = stage.faults["pulse"] = Unavailable("The engines are warming up.", fix="Wait a moment.")
    page = opened(wait=".npi-absence:not([hidden])")
    expect(page.locator(".npi-absence .np-fault")).to_contain_text("The engines are warming up.")
    expect(page.get_by_role("tab", selected=True)).to_have_text("Pulse")  # not the tab that needs no network, and back
    del stage.faults["anatomy"]
    expect(page.locator(".pulse .np-fault")).to_contain_text("The engines are warming up.")
    del stage.faults["pulse"]
    expect(page.locator(".pulse .heard")).to_have_text(re.compile(r"\d+"))
    expect(page.locator(".npi-absence")).to_be_hidden()


def test_a_run_that_is_deleted_meanwhile_is_shown_no_longer(opened: Opened, stage: Stage) -> None:
    stage.set("a", status="training")
    page = opened()
    stage.runs.pop(0)
    expect(page.get_by_role("heading", name="There is no such run")).to_be_visible()
    expect(pulse(page)).to_have_count(0)


# Which weights


def test_the_slider_goes_through_the_kept_epochs(opened: Opened, stage: Stage) -> None:
    page = opened()
    slider = page.get_by_role("slider", name="Epoch")
    expect(slider).to_have_attribute("aria-valuetext", "now, epoch 3")
    slider.fill("0")
    expect(pulse(page)).to_have_attribute("data-weights", "0")
    expect(page.locator(".npi-timeline-says")).to_have_text("before training")
    waits(page, lambda: any(question["weights"] == 0 for question in stage.questions("pulse")))
    waits(page, lambda: any(question["weights"] == 0 for question in stage.questions("picture")))
    page.get_by_role("button", name="Best").click()
    expect(pulse(page)).to_have_attribute("data-weights", "best")
    expect(page.locator(".npi-timeline-says")).to_have_text("epoch 2")
    page.get_by_role("button", name="Now", exact=True).click()
    expect(pulse(page)).to_have_attribute("data-weights", "now")


def test_a_replay_shows_every_kept_epoch_and_rests_at_the_last(opened: Opened, stage: Stage) -> None:
    page = opened()
    stage.asked.clear()
    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.get_by_role("button", name="Replay")).to_be_visible()
    expect(pulse(page)).to_have_attribute("data-weights", "3")
    waits(page, lambda: [question["weights"] for question in stage.questions("pulse")] == [0, 1, 2, 3])


def test_weights_that_were_not_kept_give_way_to_the_present_ones(opened: Opened) -> None:
    page = opened(path="#weights=77")
    expect(pulse(page)).to_have_attribute("data-weights", "now")


# Following a run that trains


def test_a_run_that_trains_is_followed_and_left_when_it_ends(opened: Opened, stage: Stage) -> None:
    stage.set("a", status="training")
    page = opened()
    expect(page.locator(".npi-live-chip")).to_be_visible()
    waits(page, lambda: len(stage.questions("pulse")) > 4)
    page.get_by_role("slider", name="Epoch").fill("1")  # an earlier epoch stays as it is
    expect(page.locator(".npi-live-chip")).to_be_hidden()
    waits(page, lambda: stage.questions("pulse")[-1]["weights"] == 1)
    heard = len(stage.questions("pulse"))
    page.wait_for_timeout(500)
    assert len(stage.questions("pulse")) == heard
    page.get_by_role("button", name="Now", exact=True).click()
    waits(page, lambda: len(stage.questions("pulse")) > heard + 2)
    stage.set("a", status="done")
    expect(page.locator(".npi-live-chip")).to_be_hidden()
    page.wait_for_timeout(300)
    heard = len(stage.questions("pulse"))
    page.wait_for_timeout(500)
    assert len(stage.questions("pulse")) == heard


def test_following_asks_at_most_ten_times_a_second_and_not_for_a_tab_that_is_closed(opened: Opened, stage: Stage) -> None:
    stage.set("a", status="training")
    page = opened()
    waits(page, lambda: stage.questions("pulse"))
    before = len(stage.questions("pulse"))
    page.wait_for_timeout(1000)
    assert 1 <= len(stage.questions("pulse")) - before <= 11
    page.get_by_role("tab", name="Other").click()
    page.wait_for_timeout(200)
    before = len(stage.questions("pulse"))
    page.wait_for_timeout(400)
    assert len(stage.questions("pulse")) == before


def hide(page: Page, hidden: bool) -> None:
    """As when another tab of the browser comes in front, or this one again."""
    page.evaluate(
        """(hidden) => {
          Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


def test_keyframes_grow_again_after_the_page_was_out_of_sight(opened: Opened, stage: Stage) -> None:
    stage.set("a", status="training")
    page = opened()
    slider = page.get_by_role("slider", name="Epoch")
    expect(slider).to_have_attribute("max", "3")
    hide(page, True)
    page.wait_for_timeout(2500)  # longer than between two questions
    stage.keyframes = [*stage.keyframes, 4]
    hide(page, False)
    expect(slider).to_have_attribute("max", "4")
    stage.keyframes = [*stage.keyframes, 5]
    expect(slider).to_have_attribute("max", "5")


def test_what_follows_a_training_leaves_no_listeners_behind(opened: Opened, stage: Stage) -> None:
    stage.set("a", status="training")
    page = opened()
    page.evaluate(
        """() => {
          window.listeners = 0;
          const { addEventListener: add, removeEventListener: remove } = AbortSignal.prototype;
          AbortSignal.prototype.addEventListener = function (...all) { window.listeners++; return add.apply(this, all); };
          AbortSignal.prototype.removeEventListener = function (...all) { window.listeners--; return remove.apply(this, all); };
        }"""
    )
    before = len(stage.questions("pulse"))
    waits(page, lambda: len(stage.questions("pulse")) > before + 8)
    assert page.evaluate("window.listeners") < 6  # of the questions that are open now


# Faults


def test_a_fault_is_told_with_what_to_do_and_leaves_the_rest_alone(opened: Opened, stage: Stage) -> None:
    stage.faults["pulse"] = Unavailable("The engine is gone.", expected="an engine", got="none", fix="Wait a moment.")
    page = opened()
    fault = page.locator(".pulse .np-fault")
    expect(fault).to_have_text("The engine is gone.Expected an engine. Got none. Wait a moment.")
    expect(page.locator(".npi-bars li").first).to_be_visible()


def test_a_fault_that_comes_again_is_not_read_out_again(opened: Opened, stage: Stage) -> None:
    stage.faults["picture"] = Unavailable("The engine is gone.", fix="Wait a moment.")
    page = opened()
    fault = page.locator(".npi-picture .np-fault")
    expect(fault).to_contain_text("The engine is gone.")
    node = fault.element_handle()
    asked = len(stage.questions("picture"))
    waits(page, lambda: len(stage.questions("picture")) > asked)
    page.wait_for_timeout(300)
    assert node.evaluate("(node) => node.isConnected")
    stage.faults["picture"] = Unavailable("Another engine is gone.", fix="Wait a moment.")
    expect(fault).to_contain_text("Another engine is gone.")
    del stage.faults["picture"]
    expect(fault).to_have_count(0)


def test_a_slow_question_outlives_its_engine_and_is_not_repeated_once_it_is_answered(opened: Opened, stage: Stage) -> None:
    stage.set("a", status="training")
    page = opened()
    page.get_by_role("tab", name="Other").click()
    page.wait_for_function("window.context?.host.view.live")
    stage.faults["pulse"] = Unavailable("The engine is gone.", expected="an engine", got="none", fix="Wait a moment.")
    page.evaluate(
        """() => {
          window.said = [];
          const fail = (error) => window.said.push(error.what);
          window.context.follow({ view: "pulse" }, (body) => window.said.push("answer"), fail, { live: false });
        }"""
    )
    page.wait_for_function("window.said.length === 1")
    del stage.faults["pulse"]
    page.wait_for_function("window.said.length === 2")
    page.wait_for_timeout(500)  # a quick question would be asked again, for the run trains
    assert page.evaluate("window.said") == ["The engine is gone.", "answer"]


def test_equal_questions_share_one_answer_and_an_abort_harms_nobody_else(opened: Opened, stage: Stage) -> None:
    page = opened()
    page.get_by_role("tab", name="Other").click()
    page.wait_for_timeout(200)
    stage.asked.clear()
    stage.slow = 0.2
    said = page.evaluate(
        """async () => {
          const stop = new AbortController();
          const ask = (options) => window.context.ask({ view: "pulse" }, options).then((body) => body.count, (error) => error.name);
          const asked = [ask(), ask({ signal: stop.signal }), ask()];
          stop.abort();
          const fault = await window.context.ask({ view: "refused" }).catch((error) => error);
          return [...await Promise.all(asked), [fault.name, fault.what, fault.fix, fault.status]];
        }"""
    )
    assert said == [1, "AbortError", 1, ["Fault", "There is no such layer.", "Choose one of them.", 400]]


# Which picture


def test_pictures_are_chosen_by_hand_by_key_by_number_and_by_class(opened: Opened, stage: Stage) -> None:
    page = opened()
    expect(pulse(page)).to_have_attribute("data-picture", "test:0")
    page.locator(".npi-thumb").nth(4).click()
    expect(pulse(page)).to_have_attribute("data-picture", "test:4")
    expect(page.locator(".npi-thumb[aria-selected=true]")).to_have_attribute("title", "4: 4")
    page.locator(".npi-strip").first.focus()
    page.keyboard.press("ArrowRight")
    expect(pulse(page)).to_have_attribute("data-picture", "test:5")
    page.get_by_role("spinbutton", name="Number of the picture").fill("59")
    page.keyboard.press("Enter")
    expect(pulse(page)).to_have_attribute("data-picture", "test:59")
    expect(page.locator(".npi-thumb[aria-selected=true]")).to_have_attribute("title", "59: 9")
    page.get_by_role("button", name="Next picture").click()  # round the end
    expect(pulse(page)).to_have_attribute("data-picture", "test:0")
    page.get_by_role("combobox", name="Class").select_option("7")
    expect(pulse(page)).to_have_attribute("data-picture", "test:7")
    expect(page.locator(".npi-thumb")).to_have_count(6)
    page.get_by_role("button", name="Next picture").click()
    expect(pulse(page)).to_have_attribute("data-picture", "test:17")
    page.get_by_role("combobox", name="Part of the data").select_option("train")
    expect(pulse(page)).to_have_attribute("data-picture", "train:7")


def test_the_picture_on_show_is_drawn_value_by_value_with_its_prediction(opened: Opened) -> None:
    page = opened(path="#picture=test:23")
    expect(page.locator(".npi-shown-title")).to_have_text("Test picture 23")
    expect(page.locator(".npi-truth")).to_have_text("✓ true class: 3")
    expect(page.locator(".npi-bars li").first).to_contain_text("90.0 %")
    drawn = page.evaluate(
        """() => { const canvas = document.querySelector(".npi-pictures figure:last-child canvas");
          return [canvas.width, canvas.height, ...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data] }"""
    )
    pixels = np.array(drawn[2:]).reshape(drawn[1], drawn[0], 4)
    np.testing.assert_allclose(pixels[..., 0], picture_of(23)[..., 0], atol=1)
    assert (pixels[..., 3] == 255).all()


def test_a_drawing_is_sent_while_it_is_drawn_and_the_network_answers(opened: Opened, stage: Stage) -> None:
    page = opened()
    page.get_by_role("button", name="Draw").click()
    box = page.locator(".npi-paper").bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 90)
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + 90, steps=5)
    expect(page.locator(".npi-shown-title")).to_have_text("Your drawing")  # before the stroke ends
    page.mouse.up()
    expect(page.locator(".npi-pictures figure").first).to_contain_text("Yours, 256 × 256")
    waits(page, lambda: len(stage.sent) and stage.questions("pulse")[-1]["picture"].startswith("upload:"))
    assert stage.questions("pulse")[-1]["prepare"] == {"fit": "pad", "invert": "auto", "centre": True}
    page.wait_for_timeout(400)
    drawing = np.asarray(Image.open(io.BytesIO(list(stage.sent.values())[-1])).convert("L"))
    assert drawing.shape == (256, 256)
    row = int(90 / box["height"] * 256)
    assert drawing[row, 80:180].max() < 60 and drawing[20].min() == 255
    page.get_by_role("combobox", name="Fit").select_option("stretch")
    waits(page, lambda: stage.questions("picture")[-1].get("prepare", {}).get("fit") == "stretch")
    page.get_by_role("button", name="Clear").click()
    waits(page, lambda: np.asarray(Image.open(io.BytesIO(list(stage.sent.values())[-1])).convert("L")).min() == 255)


def test_several_pictures_are_uploaded_large_ones_shrunk_first(opened: Opened, stage: Stage) -> None:
    page = opened()
    page.get_by_role("button", name="Upload").click()

    def png(size: tuple[int, int], colour: int) -> bytes:
        out = io.BytesIO()
        Image.new("RGB", size, (colour, 0, 0)).save(out, "png")
        return out.getvalue()

    files = [
        {"name": "big.png", "mimeType": "image/png", "buffer": png((3000, 1500), 250)},
        {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"no picture"},
        {"name": "small.png", "mimeType": "image/png", "buffer": png((40, 30), 90)},
    ]
    page.locator(".npi-source input[type=file]").set_input_files(files)
    expect(page.locator(".npi-thumb")).to_have_count(2)
    assert [Image.open(io.BytesIO(each)).size for each in stage.sent.values()] == [(1024, 512), (40, 30)]
    expect(page.locator(".npi-source .np-fault")).to_contain_text("notes.txt is not a picture that can be read.")
    expect(page.locator(".npi-shown-title")).to_have_text("big.png")
    expect(pulse(page)).to_have_attribute("data-picture", "upload:p0")
    page.locator(".npi-strip").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".npi-shown-title")).to_have_text("small.png")


def test_uploads_are_forgotten_only_when_the_server_has_them_no_more(opened: Opened, stage: Stage) -> None:
    page = opened()
    page.evaluate("sessionStorage.setItem('np.pictures', JSON.stringify([{ id: 'p0', name: 'a' }, { id: 'p1', name: 'b' }]))")
    out = io.BytesIO()
    Image.new("L", (4, 4)).save(out, "png")
    stage.sent["p0"] = out.getvalue()
    stage.lost = 500
    with page.expect_response(lambda answer: answer.request.method == "HEAD"):
        page.get_by_role("button", name="Upload").click()
    page.wait_for_timeout(200)
    expect(page.locator(".npi-source .npi-thumb")).to_have_count(2)
    stage.lost = 0
    page.reload()
    page.get_by_role("button", name="Upload").click()
    expect(page.locator(".npi-source .npi-thumb")).to_have_count(1)


def test_a_class_without_pictures_is_still_said_after_a_redraw(opened: Opened, stage: Stage) -> None:
    stage.classes = [*stage.classes, *(f"class {n}" for n in range(60))]
    page = opened()
    page.get_by_role("combobox", name="Class").select_option("65")
    says = page.get_by_text("There is no class 55 in this part.")
    expect(says).to_be_visible()
    page.evaluate("window.panel.show()")
    page.wait_for_timeout(300)
    expect(says).to_be_visible()
    expect(page.get_by_role("combobox", name="Class")).to_have_value("65")


def test_a_pasted_picture_is_taken(opened: Opened, stage: Stage) -> None:
    page = opened()
    page.get_by_role("button", name="Upload").click()
    page.evaluate(
        """async () => {
          const canvas = new OffscreenCanvas(8, 8);
          canvas.getContext("2d").fillRect(0, 0, 8, 8);
          const data = new DataTransfer();
          data.items.add(new File([await canvas.convertToBlob()], "clip.png", { type: "image/png" }));
          document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, cancelable: true }));
        }"""
    )
    expect(page.locator(".npi-shown-title")).to_have_text("clip.png")


def test_the_camera_says_why_it_is_not_there(opened: Opened) -> None:
    page = opened()
    page.get_by_role("button", name="Camera", exact=True).click()
    page.get_by_role("button", name="Start camera").click()
    expect(page.locator(".npi-camera .np-fault")).to_be_visible()
    expect(page.get_by_role("button", name="Freeze")).to_be_hidden()


def test_the_camera_sends_until_it_is_frozen_and_is_off_out_of_sight(opened: Opened, stage: Stage) -> None:
    page = opened()
    page.evaluate(
        """() => {
          const canvas = document.createElement("canvas");
          [canvas.width, canvas.height] = [64, 48];
          let n = 0;
          setInterval(() => { const c = canvas.getContext("2d"); c.fillStyle = `rgb(${n++ % 255},0,0)`; c.fillRect(0, 0, 64, 48); }, 30);
          window.stream = canvas.captureStream(30);
          navigator.mediaDevices.getUserMedia = async () => window.stream;
        }"""
    )
    page.get_by_role("button", name="Camera", exact=True).click()
    page.get_by_role("button", name="Start camera").click()
    waits(page, lambda: len(stage.sent) >= 2)
    expect(page.locator(".npi-shown-title")).to_have_text("From the camera")
    assert Image.open(io.BytesIO(stage.sent["p1"])).size == (320, 240)
    page.get_by_role("button", name="Freeze").click()
    page.wait_for_timeout(300)
    sent = len(stage.sent)
    page.wait_for_timeout(600)
    assert len(stage.sent) == sent
    page.get_by_role("button", name="Go on").click()
    waits(page, lambda: len(stage.sent) > sent)
    page.get_by_role("button", name="Data set").click()
    assert page.evaluate("window.stream.getTracks().every((track) => track.readyState === 'ended')")


def test_a_camera_that_is_left_before_it_starts_goes_off(opened: Opened, stage: Stage) -> None:
    page = opened()
    page.evaluate(
        """() => {
          window.stream = Object.assign(document.createElement("canvas"), { width: 64, height: 48 }).captureStream(30);
          navigator.mediaDevices.getUserMedia = () => new Promise((allow) => (window.allow = () => allow(window.stream)));
        }"""
    )
    page.get_by_role("button", name="Camera", exact=True).click()
    page.get_by_role("button", name="Start camera").click()
    page.get_by_role("button", name="Data set").click()
    page.evaluate("window.allow()")
    page.wait_for_function("window.stream.getTracks().every((track) => track.readyState === 'ended')")
    assert not stage.sent


def test_rows_of_a_table_are_chosen_and_their_values_read(opened: Opened, stage: Stage) -> None:
    stage.kind = "table"
    page = opened(path="#picture=test:2")
    expect(page.locator(".npi-columns")).to_contain_text("weight")
    expect(page.locator(".npi-columns dd").nth(1)).to_have_text("−2")
    expect(page.get_by_role("button", name="Draw")).to_be_hidden()
    page.locator(".npi-thumb").nth(3).click()
    expect(pulse(page)).to_have_attribute("data-picture", "test:3")


# What is kept


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


def test_a_run_that_failed_says_why_and_whose_weights_are_shown(opened: Opened, stage: Stage) -> None:
    stage.without_weights = ()
    stage.set("a", status="failed", error={"what": "The loss is not a number.", "fix": "Lower the learning rate."})
    page = opened()
    expect(pulse(page)).to_have_attribute("data-run", "a")
    line = page.locator(".npi-failure")
    why = "This run failed: The loss is not a number. Lower the learning rate."
    expect(line).to_have_text(f"{why} Shown are its last saved weights (epoch {page.evaluate('window.view.anatomy.epoch')}).")
    page.evaluate("window.panel.choose({ weights: 1 })")
    expect(line).to_have_text(why)
    page.locator(".npi-runs-face").click()
    page.get_by_role("option", name="Deep net").click()
    expect(pulse(page)).to_have_attribute("data-run", "b")
    expect(line).to_be_hidden()


def test_another_run_begins_anew_but_on_the_same_tab(opened: Opened) -> None:
    page = opened(path="#tab=pulse&picture=test:9&layer=dense&unit=3&weights=1")
    expect(pulse(page)).to_have_attribute("data-weights", "1")
    page.locator(".npi-runs-face").click()
    page.get_by_role("option", name="Deep net").click()
    expect(pulse(page)).to_have_attribute("data-run", "b")
    expect(pulse(page)).to_have_attribute("data-picture", "test:0")
    assert page.evaluate("[window.view.layer, window.view.unit, window.view.weights]") == [None, None, "now"]


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


# Arrays as pictures


def painted(page: Page, raster: dict) -> dict:
    """What `paint` makes of a raster whose values are a list; None stands for NaN."""
    return page.evaluate(
        """async (text) => {
          const { paint } = await import("/assets/shared/drawing/raster.js");
          const raster = JSON.parse(text);
          raster.values = Float32Array.from(raster.values, (value) => value ?? NaN);
          const canvas = document.createElement("canvas");
          const said = paint(canvas, raster);
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return { ...said, hatched: canvas.style.backgroundImage !== "", pixels: [...data] };
        }""",
        json.dumps(raster),
    )


def test_colours_are_told_apart_by_lightness_and_diverge_evenly_about_zero(opened: Opened) -> None:
    page = opened()
    weights = np.array([0.2126, 0.7152, 0.0722])

    def luminance(values: list[float], **options) -> np.ndarray:
        said = painted(page, {"values": values, "height": 1, "width": len(values), **options})
        colour = np.array(said["pixels"]).reshape(-1, 4)[:, :3] / 255
        return np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4) @ weights

    ramp = [float(n) for n in range(256)]
    for colours in ("grey", "sequence"):
        assert (np.diff(luminance(ramp, colours=colours)) > -1e-3).all(), colours
        assert np.ptp(luminance(ramp, colours=colours)) > 0.7
    both = [value - 127.5 for value in ramp]
    for dark in (False, True):
        light = luminance(both, colours="diverging", dark=dark)
        np.testing.assert_allclose(light, light[::-1], atol=0.06)  # equally far from zero, equally strong
        assert (light[127] > 0.85) != dark  # zero is the page's own colour
    uneven = painted(page, {"values": [-1, 3], "height": 1, "width": 2, "colours": "diverging"})
    assert (uneven["low"], uneven["high"]) == (-3, 3)


def test_a_constant_map_and_values_that_are_no_numbers_are_hatched(opened: Opened) -> None:
    page = opened()
    flat = painted(page, {"values": [2, 2, 2, 2], "height": 2, "width": 2})
    assert flat["constant"] and flat["hatched"] and flat["pixels"][3] == 128
    scaled = painted(page, {"values": [2, 2, 2, 2], "height": 2, "width": 2, "low": 0, "high": 2})
    assert not scaled["constant"] and not scaled["hatched"] and scaled["pixels"][:4] == [255, 255, 255, 255]
    broken = painted(page, {"values": [0, None, 1, None], "height": 2, "width": 2})
    assert broken["broken"] == 2 and broken["hatched"] and broken["pixels"][3::4] == [255, 0, 255, 0]
    nothing = painted(page, {"values": [None, None], "height": 1, "width": 2})
    assert nothing["broken"] == 2 and nothing["pixels"][3::4] == [0, 0]
