"""Arrays as pictures: colours that tell values apart, and what is hatched. The browser's own canvas is read."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.stages import asset_stage


@pytest.fixture(scope="module")
def modules(browser: Browser) -> Iterator[Page]:
    """An empty page to which our modules can be imported."""
    page = browser.new_page()
    asset_stage.stage(page)
    yield page
    page.close()


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


def test_colours_are_told_apart_by_lightness_and_diverge_evenly_about_zero(modules: Page) -> None:
    page = modules
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


def test_a_constant_map_and_values_that_are_no_numbers_are_hatched(modules: Page) -> None:
    page = modules
    flat = painted(page, {"values": [2, 2, 2, 2], "height": 2, "width": 2})
    assert flat["constant"] and flat["hatched"] and flat["pixels"][3] == 128
    scaled = painted(page, {"values": [2, 2, 2, 2], "height": 2, "width": 2, "low": 0, "high": 2})
    assert not scaled["constant"] and not scaled["hatched"] and scaled["pixels"][:4] == [255, 255, 255, 255]
    broken = painted(page, {"values": [0, None, 1, None], "height": 2, "width": 2})
    assert broken["broken"] == 2 and broken["hatched"] and broken["pixels"][3::4] == [255, 0, 255, 0]
    nothing = painted(page, {"values": [None, None], "height": 1, "width": 2})
    assert nothing["broken"] == 2 and nothing["pixels"][3::4] == [0, 0]
