"""Colours that carry meaning are the same in the browser, on Python's pages and in saved pictures."""

from __future__ import annotations

import numpy as np

from playground.engine.plane import snapshot
from playground.ui import colours
from tests.deno import evaluate


def test_a_class_has_one_colour_everywhere() -> None:
    count = len(colours.CLASSES) + 3  # from the end they begin again
    labels = list(range(count))
    found = evaluate(["shared/drawing/classes.js"], "return argument.map(modules.classes.classColour);", labels)
    assert found == [colours.of_class(label) for label in labels]
    assert snapshot.CLASSES == colours.CLASSES


def test_a_number_has_one_colour_on_the_board_in_the_network_and_in_the_saved_picture() -> None:
    values = np.linspace(-1, 1, 41)
    body = """
    const unit = { kind: "hidden", activation: "tanh", units: 1 };
    const { table } = modules.tones.toneOf(unit, 0, { low: -1, high: 1, task: "regressor", theme: { dark: false } });
    const inTable = (value) => [...new Uint8Array(table.buffer).slice(4 * Math.round(127.5 * (value + 1))).slice(0, 3)];
    return argument.map((value) => [modules.dots.labelColour(value, true, false).match(/\\d+/g).map(Number), inTable(value)]);"""
    found = evaluate(["plane/board/dots.js", "plane/network/drawing/tones.js"], body, values.tolist())
    board, network = np.moveaxis(np.array(found), 1, 0)
    assert (board == network).all()
    assert np.abs(board - snapshot.value_colours(values)).max() <= 2  # a table has steps
    assert tuple(evaluate(["plane/colours.js"], "return modules.colours.ends(false);")) == snapshot.VALUES
