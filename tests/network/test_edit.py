from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground import catalog
from playground.network import edit
from playground.network.edit import MAX_HISTORY, History
from playground.values import spec
from playground.values.errors import InvalidValue
from playground.values.spec import MAX_LAYERS, DataChoice, Experiment, Layer, Network, part

KINDS = ("layers.Dense", "layers.Conv2D", "layers.Flatten", "layers.Dropout", "layers.Add")


def chain(*names: str) -> Network:
    return Network((8,), tuple(Layer(part("layers.Dense", units=8), name) for name in names))


def skip() -> Network:
    """a → b → c, then add joins a and c."""
    return Network((8,), (*chain("a", "b", "c").layers, Layer(part("layers.Add"), "add", ("a", "c"))))


def names(network: Network) -> list[str]:
    return [layer.name for layer in network.layers]


def inputs(network: Network, name: str) -> tuple[str, ...]:
    return network.layers[edit.find(network, name)].inputs


# Add, duplicate, remove


def test_add_puts_a_default_part_at_the_place_under_a_free_name():
    network = edit.add(edit.add(chain("a", "b"), "layers.Dense", 1), "layers.Dense", 1)
    assert names(network) == ["a", "dense_1", "dense", "b"]
    assert network.layers[1].part == catalog.default_part("layers.Dense")


def test_add_without_a_place_goes_to_the_end():
    assert names(edit.add(chain("a"), "layers.MaxPooling2D")) == ["a", "max_pooling2d"]


def test_add_takes_the_wished_name_only_when_it_is_free():
    assert names(edit.add(chain("a"), "layers.Dense", 0, name="head")) == ["head", "a"]
    assert names(edit.add(chain("a"), "layers.Dense", 0, name="a")) == ["dense", "a"]
    assert names(edit.add(chain("a"), "layers.Dense", 0, name="input")) == ["dense", "a"]


@pytest.mark.parametrize("at", [-1, 3, 1.0, "1", True])
def test_add_refuses_a_place_that_is_not_there(at):
    with pytest.raises(InvalidValue, match="no such place"):
        edit.add(chain("a", "b"), "layers.Dense", at)


def test_add_refuses_a_layer_that_is_not_offered():
    with pytest.raises(InvalidValue):
        edit.add(chain("a"), "layers.Lambda")


def test_add_refuses_one_layer_too_many_with_a_way_out():
    full = chain(*(f"d{number}" for number in range(MAX_LAYERS)))
    with pytest.raises(InvalidValue, match="Remove one first"):
        edit.add(full, "layers.Dense")


def test_a_merge_layer_joins_the_two_outputs_before_it():
    assert inputs(edit.add(chain("a", "b"), "layers.Add"), "add") == ("a", "b")
    assert inputs(edit.add(chain("a"), "layers.Add"), "add") == ("input", "a")


def test_a_layer_added_into_the_chain_feeds_the_merge_layer_behind_it():
    network = edit.add(skip(), "layers.Dropout", 3)
    assert inputs(network, "add") == ("a", "dropout")


def test_duplicate_stands_behind_and_is_fed_by_the_original():
    network = edit.duplicate(skip(), "b")
    assert names(network) == ["a", "b", "dense", "c", "add"]
    assert network.layers[2].part == network.layers[1].part
    assert edit.sources(network, 2) == ("b",)


def test_a_copied_merge_layer_joins_the_original_so_that_nothing_is_left_unused():
    assert inputs(edit.duplicate(skip(), "add"), "add_1") == ("a", "add")


def test_remove_hands_its_source_on_to_those_that_named_it():
    assert inputs(edit.remove(skip(), "c"), "add") == ("a", "b")
    assert inputs(edit.remove(skip(), "a"), "add") == ("input", "c")


def test_remove_refuses_to_leave_a_merge_layer_with_one_source():
    network = edit.remove(skip(), "c")
    with pytest.raises(InvalidValue, match="add joins a and b; without b it has only a left"):
        edit.remove(network, "b")


def test_an_unknown_layer_is_named_in_the_error():
    with pytest.raises(InvalidValue, match="a, b"):
        edit.remove(chain("a", "b"), "c")


# Move, replace, rename, connect


@pytest.mark.parametrize(("name", "to", "expect"), [("a", 2, "bcad"), ("d", 0, "dabc"), ("b", 1, "abcd"), ("a", 3, "bcda")])
def test_move_counts_places_in_the_new_order(name, to, expect):
    assert names(edit.move(chain(*"abcd"), name, to)) == list(expect)


def test_move_refuses_to_put_a_layer_behind_one_that_names_it():
    with pytest.raises(InvalidValue, match="add takes its input from c"):
        edit.move(skip(), "c", 3)


def test_move_refuses_to_put_a_layer_before_its_source():
    with pytest.raises(InvalidValue, match="add takes its input from c and must stay behind it"):
        edit.move(skip(), "add", 1)


def test_reach_is_exactly_where_move_does_not_refuse():
    network = skip()
    for name in names(network):
        low, high = edit.reach(network, name)
        for to in range(len(network.layers)):
            if low <= to <= high:
                assert names(edit.move(network, name, to))[to] == name
            else:
                with pytest.raises(InvalidValue):
                    edit.move(network, name, to)


def test_replace_keeps_name_place_and_sources():
    network = edit.replace(skip(), "add", part("layers.Concatenate"))
    assert network.layers[3] == Layer(part("layers.Concatenate"), "add", ("a", "c"))


def test_toggle_twice_is_nothing():
    network = edit.toggle(skip(), "b")
    assert [layer.active for layer in network.layers] == [True, False, True, True]
    assert edit.toggle(network, "b") == skip()


def test_rename_changes_the_sources_that_name_the_layer():
    network = edit.rename(skip(), "a", "stem")
    assert names(network) == ["stem", "b", "c", "add"]
    assert inputs(network, "add") == ("stem", "c")
    with pytest.raises(InvalidValue, match="same name"):
        edit.rename(skip(), "a", "b")


def test_connect_sets_sources_and_refuses_later_ones():
    assert inputs(edit.connect(skip(), "c", ["a"]), "c") == ("a",)
    with pytest.raises(InvalidValue, match="does not stand before it"):
        edit.connect(skip(), "b", ["c"])


# The browser's words


@pytest.mark.parametrize(
    ("op", "expect"),
    [
        ({"op": "add", "kind": "layers.Dropout", "at": 0, "name": "dropout_7"}, ["dropout_7", "a", "b"]),
        ({"op": "add", "kind": "layers.Dropout", "at": None}, ["a", "b", "dropout"]),
        ({"op": "duplicate", "name": "a", "as": "copy"}, ["a", "copy", "b"]),
        ({"op": "remove", "name": "a"}, ["b"]),
        ({"op": "move", "name": "a", "to": 1}, ["b", "a"]),
        ({"op": "rename", "name": "a", "to": "z"}, ["z", "b"]),
        ({"op": "toggle", "name": "a"}, ["a", "b"]),
    ],
)
def test_apply_carries_out_what_the_browser_says(op, expect):
    assert names(edit.apply(chain("a", "b"), op)) == expect


@pytest.mark.parametrize(
    "op",
    [
        None,
        [],
        {},
        {"op": "explode"},
        {"op": ["add"]},
        {"op": "add"},
        {"op": "add", "kind": 3},
        {"op": "add", "kind": "layers.Lambda"},
        {"op": "add", "kind": "layers.Dense", "at": 9},
        {"op": "move", "name": "a"},
        {"op": "move", "name": "a", "to": "1"},
        {"op": "remove", "name": 7},
        {"op": "rename", "name": "a", "to": "no spaces"},
        {"op": "duplicate", "name": "a", "as": "no spaces"},
    ],
)
def test_apply_refuses_nonsense_with_a_sentence(op):
    with pytest.raises(InvalidValue):
        edit.apply(chain("a", "b"), op)


ops = st.lists(
    st.one_of(
        st.fixed_dictionaries({"op": st.just("add"), "kind": st.sampled_from(KINDS), "at": st.integers(0, 8)}),
        st.fixed_dictionaries({"op": st.sampled_from(["remove", "duplicate", "toggle"]), "place": st.integers(0, 8)}),
        st.fixed_dictionaries({"op": st.just("move"), "place": st.integers(0, 8), "to": st.integers(0, 8)}),
    ),
    max_size=25,
)


@settings(max_examples=150)
@given(ops)
def test_any_row_of_edits_leaves_a_sound_network_or_refuses(steps):
    network = skip()
    for step in steps:
        if "place" in step:
            step = dict(step) | {"name": names(network)[step["place"] % len(network.layers)] if network.layers else "a"}
        try:
            network = edit.apply(network, step)  # Network's own checks run here: names once, sources before their users
        except InvalidValue as error:
            assert error.what
    experiment = Experiment(DataChoice("iris"), (network,))
    assert spec.loads(spec.dumps(experiment)) == experiment


# Another data set


@dataclass
class Pictures:
    name: str = "digits"
    shape: tuple[int, ...] = (8, 8, 1)
    classes: tuple[str, ...] = tuple("0123456789")
    task: str = "classifier"


def experiment(*layers: Layer) -> Experiment:
    return Experiment(DataChoice("iris", {"limit": 50}, validation=0.2, seed=3), (Network((4,), layers),))


def test_another_data_set_brings_its_shape_its_classes_and_keeps_split_and_seed():
    before = experiment(Layer(part("layers.Dense", units=16), "hidden"), Layer(part("layers.Dense", units=3), "head"))
    after = edit.fit_to_data(before, Pictures())
    assert after.network.input_shape == (8, 8, 1)
    assert [layer.part.args["units"] for layer in after.network.layers] == [16, 10]
    assert after.data == DataChoice("digits", validation=0.2, seed=3)


def test_the_output_layer_is_the_last_active_one_with_units():
    before = experiment(
        Layer(part("layers.Dense", units=3), "head"),
        Layer(part("layers.Dense", units=5), "spare", active=False),
        Layer(part("layers.Softmax"), "softmax"),
    )
    assert [layer.part.args.get("units") for layer in edit.fit_to_data(before, Pictures()).network.layers] == [10, 5, None]


def test_the_same_data_set_keeps_its_own_knobs():
    assert edit.fit_to_data(experiment(), Pictures(name="iris")).data == experiment().data


def test_an_empty_network_fits_any_data():
    assert edit.fit_to_data(experiment(), Pictures()).network == Network((8, 8, 1))


# History


def test_undo_and_redo_walk_the_same_path_back_and_forth():
    history = History().push("one").push("two")
    history, text = history.undo("three")
    assert (text, history.can_undo, history.can_redo) == ("two", True, True)
    history, text = history.undo(text)
    assert (text, history.can_undo) == ("one", False)
    history, text = history.redo(text)
    history, text = history.redo(text)
    assert (text, history.can_redo) == ("three", False)


def test_a_new_edit_forgets_what_was_undone():
    history, _ = History().push("one").undo("two")
    assert not history.push("one").can_redo


def test_nothing_to_undo_or_redo_changes_nothing():
    assert History().undo("now") == (History(), "now")
    assert History().redo("now") == (History(), "now")


def test_history_is_bounded():
    history = History()
    for number in range(MAX_HISTORY + 20):
        history = history.push(str(number))
    assert len(history.past) == MAX_HISTORY
    assert history.past[-1] == str(MAX_HISTORY + 19)


def test_history_survives_json():
    history, _ = History().push("one").push("two").undo("three")
    assert History.from_json(history.to_json()) == history
    assert History.from_json({}) == History()
