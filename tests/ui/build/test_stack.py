from __future__ import annotations

import pytest

from playground import catalog
from playground.ui import colours
from playground.ui.build import stack
from playground.values.description import Description, LayerInfo, Problem
from playground.values.spec import Layer, Network, part


@pytest.mark.parametrize(
    ("layer", "expect"),
    [
        (part("layers.Conv2D", filters=16, kernel_size=(3, 3), activation="relu"), "16 filters, 3 × 3, relu"),
        (part("layers.Conv2D", filters=8, kernel_size=5, padding="same", strides=2), "8 filters, 5 × 5, same padding, stride 2 × 2"),
        (part("layers.Conv1D", filters=8, kernel_size=5), "8 filters, size 5"),
        (part("layers.Dense", units=1000), "1,000 units"),
        (
            part("layers.Dense", units=3, use_bias=False, kernel_regularizer=part("regularizers.L2")),
            "3 units, no bias, kernel regularizer L2",
        ),
        (part("layers.MaxPooling2D"), "2 × 2"),
        (part("layers.Dropout", rate=0.25), "rate 0.25"),
        (part("layers.Reshape", target_shape=(4, 4, 2)), "to 4 × 4 × 2"),
        (part("layers.ZeroPadding2D", padding=((1, 2), (3, 4))), "(1, 2) × (3, 4) padding"),
        (part("layers.Flatten"), ""),
        (part("layers.BatchNormalization"), ""),
    ],
)
def test_brief_says_the_telling_arguments_in_a_few_words(layer, expect):
    assert stack.brief(layer) == expect


@pytest.mark.parametrize("entry", catalog.entries("layers"), ids=lambda entry: entry.kind)
def test_every_offered_layer_has_a_palette_entry_a_brief_and_a_colour(entry):
    found = [row for row in stack.palette() if row["kind"] == entry.kind]
    assert len(found) == 1
    assert found[0]["title"] and found[0]["summary"]
    assert found[0]["brief"] == stack.brief(catalog.default_part(entry.kind))
    assert entry.purpose in colours.PURPOSES


def test_the_usual_layers_are_all_offered_and_in_order():
    usual = sorted((row for row in stack.palette() if row["usual"] >= 0), key=lambda row: row["usual"])
    assert [row["kind"].removeprefix("layers.") for row in usual] == list(stack.USUAL)


def test_rows_take_figures_by_name_and_wait_for_those_not_described_yet():
    network = Network((4,), (Layer(part("layers.Dense", units=3), "a"), Layer(part("layers.Dense", units=2), "b", active=False)))
    description = Description((LayerInfo("a", (3,), 15, 15, 60, 384),), (Problem("No.", "a", fix_label="Mend", fixed=None),))
    first, second = stack._rows(network, description)
    assert (first["shape"], first["parameters"], first["weightBytes"]) == ([3], 15, 60)
    assert (second["shape"], second["parameters"], second["active"]) == (None, None, False)
    assert stack._problems(description)[0]["fix"] == ""  # a label without a mended experiment gives no button


class Tab(dict):
    """What a browser tab remembers, as a dict."""

    def value(self, key, default=None):
        return self.get(key, default)

    def bind(self, key, value):
        self[key] = value
        return key


@pytest.fixture
def tab(monkeypatch):
    memory = Tab()
    monkeypatch.setattr(stack, "state", memory)
    return memory


def message(client: str, *numbers: int) -> dict:
    return {"edit": {"client": client, "edits": [{"seq": number, "op": {"op": "toggle", "name": f"n{number}"}} for number in numbers]}}


def heard(tab: Tab, given: object) -> list[str]:
    tab["stack"] = given
    stack._receive("stack")
    names = []
    while op := stack._next("stack"):
        names.append(op["name"])
    return names


def test_an_edit_is_acknowledged_only_when_it_is_handed_out(tab):
    tab["stack"] = message("one", 1, 2)
    stack._receive("stack")
    stack._receive("stack")
    assert stack._next("stack")["name"] == "n1"
    assert tab["stack.seen"]["seq"] == 1
    assert heard(tab, message("one", 2, 3)) == ["n2", "n3"]


def test_an_edit_sent_twice_is_carried_out_once(tab):
    assert heard(tab, message("one", 1)) == ["n1"]
    assert heard(tab, message("one", 1, 2, 3)) == ["n2", "n3"]
    assert heard(tab, message("one", 2, 3)) == []
    assert tab["stack.seen"] == {"client": "one", "seq": 3}


def test_a_fresh_page_counts_from_one_again(tab):
    heard(tab, message("one", 1, 2))
    assert heard(tab, message("two", 1)) == ["n1"]


@pytest.mark.parametrize(
    "given", [None, {}, {"edit": None}, {"edit": {"edits": "x"}}, {"edit": {"client": "c", "edits": [3, {"seq": "1"}]}}]
)
def test_a_message_that_is_none_gives_no_edits(tab, given):
    assert heard(tab, given) == []
