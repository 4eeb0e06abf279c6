"""Which picture Look inside shows: from the data, drawn, uploaded, pasted or from a camera."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.e2e.inside.inside_stage import Stage, picture_of
from tests.e2e.stages.waiting import let_pass, settle, until

Opened = Callable[..., Page]


def last_sent(stage: Stage) -> np.ndarray:
    """The picture that came last, as greys: uint8 (height, width)."""
    return np.asarray(Image.open(io.BytesIO(list(stage.sent.values())[-1])).convert("L"))


def pulse(page: Page) -> Locator:
    return page.locator(".pulse")


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
    until(page, lambda: len(stage.sent) and stage.questions("pulse")[-1]["picture"].startswith("upload:"))
    assert stage.questions("pulse")[-1]["prepare"] == {"fit": "pad", "invert": "auto", "centre": True}
    row = int(90 / box["height"] * 256)
    until(page, lambda: last_sent(stage)[row, 80:180].max() < 60)
    assert last_sent(stage).shape == (256, 256) and last_sent(stage)[20].min() == 255
    page.get_by_role("combobox", name="Fit").select_option("stretch")
    until(page, lambda: stage.questions("picture")[-1].get("prepare", {}).get("fit") == "stretch")
    page.get_by_role("button", name="Clear").click()
    until(page, lambda: last_sent(stage).min() == 255)


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
    settle(page)
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
    settle(page)
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
    page = opened(clock=True)
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
    until(page, lambda: len(stage.sent) >= 2)
    expect(page.locator(".npi-shown-title")).to_have_text("From the camera")
    assert Image.open(io.BytesIO(stage.sent["p1"])).size == (320, 240)
    page.get_by_role("button", name="Freeze").click()
    let_pass(page, 300)  # a picture that was about to be sent still is
    sent = len(stage.sent)
    let_pass(page, 600)
    assert len(stage.sent) == sent
    page.get_by_role("button", name="Go on").click()
    until(page, lambda: len(stage.sent) > sent)
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
