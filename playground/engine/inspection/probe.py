"""The example that a look is about: from the data set by its address, or a foreign picture made to fit."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from playground import data
from playground.engine.inspection.question import Question
from playground.values.errors import InvalidValue
from playground.values.spec import Experiment

AS_STORED = ("As it is stored; only its values are divided by 255.",)
AS_A_POINT = ("As it is: the network gets these very numbers.",)
AS_A_ROW = ("As it is stored; each column is standardised: minus its mean, divided by its standard deviation, both of the training part.",)


@dataclass(frozen=True, eq=False)
class Probe:
    """One example. source: its address ("test:12", "upload:…"). input: float32 (1, …), as the network gets it.

    original: uint8 (height, width, channels) before preparing, or float32 (columns,) as stored. steps: how it was prepared, in words.
    """

    source: str
    original: np.ndarray
    input: np.ndarray
    label: int | None = None
    steps: tuple[str, ...] = ()

    @property
    def place(self) -> tuple[str, int]:
        """Split and position; only for one from the data set."""
        return address(self.source)

    @property
    def title(self) -> str:
        """ "Test picture 12" or "Your picture"."""
        if self.source.startswith("upload:"):
            return "Your picture"
        split, position = address(self.source)
        part = "Training" if split == "train" else split.capitalize()
        return f"{part} {'picture' if self.original.ndim == 3 else 'row'} {position:,}"


def address(source: str) -> tuple[str, int]:
    """ "test:12" → ("test", 12)."""
    split, _, position = source.partition(":")
    if not position.isdigit() or len(position) > 9:
        raise InvalidValue("This is no address of an example.", expected='"test:12" or "upload:…"', got=source)
    return split, int(position)


def scaled(x: np.ndarray) -> np.ndarray:
    """Pictures (uint8) as float32 from 0 to 1, rows as they are."""
    return x.astype(np.float32) / np.float32(255) if x.dtype == np.uint8 else np.asarray(x, np.float32)


def foreign(question: Question, experiment: Experiment, arrays: data.Arrays) -> Probe:
    """A picture that a person brought, prepared as the question's `prepare` says."""
    if question.upload is None:
        raise InvalidValue("There is no such picture of yours.", expected="the id of an uploaded picture", got=question.text("picture"))
    shape = experiment.network.input_shape
    if len(shape) != 3:
        raise InvalidValue(
            "This network does not look at pictures.",
            expected="a picture as input",
            got=f"input shape {shape}",
            fix="Choose a row of the data set.",
        )
    wanted = Question(question.part("prepare"))
    original, prepared = _prepared(
        question.upload,
        shape,
        fit=wanted.choice("fit", ("crop", "pad", "stretch"), "crop"),
        invert=wanted.choice("invert", ("auto", True, False), "auto"),
        centre=wanted.flag("centre", False),
        is_dark=bool(arrays.train[0][:100, 0].mean() < 128) if len(arrays.train[0]) else True,
    )
    return Probe(question.text("picture"), original, scaled(prepared.input[None]), steps=tuple(prepared.steps))


@functools.lru_cache(maxsize=4)
def _prepared(path: Path, shape: tuple[int, ...], **wanted: Any) -> tuple[np.ndarray, Any]:
    """An uploaded picture, which never changes, as it is and as `pictures.prepare` makes it: decoding takes longer than most views."""
    from PIL import Image  # looks at the data set's own pictures need neither

    from playground.data.reading import pictures

    with Image.open(path) as image:
        original = np.asarray(image.convert("RGB"))
    return original, pictures.prepare(original, shape, **wanted)
