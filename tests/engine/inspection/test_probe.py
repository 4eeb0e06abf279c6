"""A person's own picture on its way into a network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from playground import data
from playground.data.reading import pictures
from playground.engine.inspection.probe import foreign
from playground.engine.inspection.question import Question
from playground.sharing.presets import PRESETS
from playground.values.errors import InvalidValue

EXPERIMENT = PRESETS["digits_mlp"].experiment
PICTURE = np.random.default_rng(3).integers(0, 256, (20, 30, 3), np.uint8)


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    path = tmp_path / "0123456789abcdef.png"
    Image.fromarray(PICTURE).save(path)
    return path


def asked(upload: Path, **prepare: object) -> Question:
    return Question({"view": "maps", "picture": "upload:0123456789abcdef", "prepare": prepare}, upload)


def test_an_upload_is_prepared_as_the_question_says(upload: Path) -> None:
    arrays = data.load(EXPERIMENT.data)
    for fit, invert in (("crop", True), ("pad", False), ("stretch", False)):
        found = foreign(asked(upload, fit=fit, invert=invert), EXPERIMENT, arrays)
        expected = pictures.prepare(PICTURE, (8, 8, 1), fit=fit, invert=invert, centre=False)
        np.testing.assert_array_equal(found.original, PICTURE)
        np.testing.assert_allclose(found.input, expected.input[None] / np.float32(255))
        assert found.steps == expected.steps and found.label is None and found.title == "Your picture"


def test_a_picture_that_is_asked_about_again_and_again_is_decoded_once(upload: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arrays, opened = data.load(EXPERIMENT.data), []
    monkeypatch.setattr(Image, "open", lambda path, open=Image.open: opened.append(path) or open(path))
    inputs = [foreign(asked(upload, invert=invert), EXPERIMENT, arrays).input for invert in (True, True, False, True)]
    assert len(opened) == 2
    np.testing.assert_array_equal(inputs[0], inputs[3])
    assert (inputs[0] != inputs[2]).any()


def test_what_cannot_be_asked_of_an_upload_is_said(upload: Path) -> None:
    arrays = data.load(EXPERIMENT.data)
    for wrong in ({"fit": "cut"}, {"invert": 1}, {"centre": "yes"}):
        with pytest.raises(InvalidValue):
            foreign(asked(upload, **wrong), EXPERIMENT, arrays)
    with pytest.raises(InvalidValue, match="no such picture"):
        foreign(Question({"picture": "upload:0123456789abcdef"}), EXPERIMENT, arrays)
