"""The catalogue against Keras itself (asked in a child process), every entry through one harness, and the gate."""

import dataclasses
import json
import subprocess
import sys
from functools import lru_cache

import pytest
from hypothesis import given

from playground import catalog
from playground.catalog import offered, signatures
from playground.sharing.presets import PRESETS
from playground.values.errors import InvalidValue
from playground.values.spec import Layer, Network, Part, part
from tests.strategies import parts

KINDS = [entry.kind for group in catalog.GROUPS for entry in catalog.entries(group)]
KERAS_KINDS = [kind for kind in KINDS if kind.rpartition(".")[2] not in catalog.EXTRA_ACTIVATIONS]
LENET = PRESETS["lenet"].experiment

ASK_KERAS = """
import inspect, json, sys
import keras
answer = {}
for kind in json.load(sys.stdin):
    found = keras
    for name in kind.split("."):
        found = getattr(found, name)
    takes_any = isinstance(found, type) and "__init__" not in vars(found)
    parameters = [] if takes_any else inspect.signature(found).parameters.values()
    answer[kind] = {
        "doc": inspect.getdoc(found),
        "arguments": [[p.name, repr(p.default) if p.default is not p.empty else None] for p in parameters if p.kind is not p.VAR_KEYWORD],
    }
activations = sorted(name for name in vars(keras.activations) if name in keras.src.activations.ALL_OBJECTS_DICT)
json.dump({"kinds": answer, "activations": activations}, sys.stdout)
"""


@lru_cache(maxsize=1)
def keras() -> dict:
    """What Keras's own signatures say, without loading it here."""
    done = subprocess.run([sys.executable, "-c", ASK_KERAS], input=json.dumps(KERAS_KINDS), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


# Read from Keras


@pytest.mark.parametrize("kind", KERAS_KINDS)
def test_the_source_text_says_what_the_signature_says(kind: str) -> None:
    read = [[a.name, None if a.default is signatures.REQUIRED else repr(a.default)] for a in signatures.signature(kind).arguments]
    assert read == keras()["kinds"][kind]["arguments"]


def test_optimizers_have_the_shared_arguments_with_help() -> None:
    helps = {param.name: param.help for param in catalog.entry("optimizers.SGD").params}
    assert {"clipnorm", "clipvalue", "global_clipnorm", "weight_decay", "gradient_accumulation_steps"} <= set(helps)
    assert helps["weight_decay"] == "Float. If set, weight decay is applied."


def test_help_of_an_argument_is_its_paragraph() -> None:
    assert catalog.entry("layers.Dropout").param("rate").help == "Float between 0 and 1. Fraction of the input units to drop."
    assert catalog.entry("layers.Dense").summary == "Just your regular densely-connected NN layer."


def test_reading_the_catalogue_loads_neither_keras_nor_tensorflow() -> None:
    code = (
        "import sys; from playground import catalog\n"
        "for group in catalog.GROUPS: catalog.entries(group)\n"
        "assert not {'keras', 'tensorflow', 'streamlit'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_all_of_keras_activations_are_offered_but_two() -> None:
    ours = {entry.title for entry in catalog.entries("activations")} - set(catalog.EXTRA_ACTIVATIONS)
    aliases = {"swish", "hard_swish"}  # of silu and hard_silu
    assert set(keras()["activations"]) - ours - aliases == {"glu", "threshold"}
    assert len(ours) >= 25


# Every entry


@pytest.mark.parametrize("kind", KINDS)
def test_an_entry_is_complete(kind: str) -> None:
    entry = catalog.entry(kind)
    assert entry.summary.endswith((".", "!")) and "\n" not in entry.summary
    assert entry.title and entry.purpose and entry.group in catalog.GROUPS
    for param in entry.params:
        assert param.help, param.name
        assert param.type.check(param.default, param.name) == param.default
        assert param.type.expects()
    firsts = [param.first for param in entry.params]
    assert firsts == sorted(firsts, reverse=True), "the first arguments stand in front"
    assert len({param.name for param in entry.params}) == len(entry.params)


@pytest.mark.parametrize("kind", KINDS)
def test_the_default_part_passes_and_every_bad_argument_is_refused_by_name(kind: str) -> None:
    entry, begun = catalog.entry(kind), catalog.default_part(kind)
    catalog.check_part(begun, "Part", entry.group)
    assert all(param.required for param in entry.params if param.name in begun.args)
    for param in entry.params:
        with pytest.raises(InvalidValue, match=f"Part: {param.name} "):
            catalog.check_part(begun.having(**{param.name: param.type.bad()}), "Part")
        if param.required:
            with pytest.raises(InvalidValue, match=f"lacks {param.name}"):
                catalog.check_part(begun.without(param.name), "Part")
    for hidden in ("name", "dtype", "trainable", "seed", "nonsense"):
        with pytest.raises(InvalidValue, match=f"no argument {hidden}"):
            catalog.check_part(begun.having(**{hidden: 1}), "Part")


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_with_all_defaults_gives_the_default_part(kind: str) -> None:
    entry = catalog.entry(kind)
    assert catalog.part_with(kind, {param.name: param.default for param in entry.params}) == catalog.default_part(kind)


@given(parts("layers") | parts("optimizers") | parts("losses"))
def test_a_form_with_any_values_gives_a_part_that_passes(made: Part) -> None:
    again = catalog.part_with(made.kind, made.args)
    catalog.check_part(again, "Part")
    assert set(again.args) <= set(made.args)
    assert catalog.part_with(again.kind, again.args) == again


def test_no_hand_written_row_is_left_over() -> None:
    """A range, a start value or a hidden name that fits no argument any more is a leftover of another Keras."""
    arguments = {a.name for kind in KERAS_KINDS for a in signatures.signature(kind).arguments}
    short = {kind.rpartition(".")[2] for kind in KINDS}
    for key in offered.RANGES:
        owner, _, name = key.rpartition(".")
        assert name in arguments, key
        assert not owner or owner in short, key
    for table in (offered.START, offered.FIRST, offered.PER_DIMENSION):
        assert set(table) <= arguments
    assert arguments >= offered.HIDDEN
    assert set(offered.HELP_AT) | set(offered.FIRST_NOT) <= set(KINDS)


def test_a_whole_number_is_expected_for_each_dimension() -> None:
    assert catalog.default_part("layers.Conv3D").args["kernel_size"] == (3, 3, 3)
    catalog.check_part(part("layers.Conv2D", filters=4, kernel_size=3), "Layer")
    with pytest.raises(InvalidValue, match="a whole number or 2 of them"):
        catalog.check_part(part("layers.Conv2D", filters=4, kernel_size=(3, 3, 3)), "Layer")


# The gate


@pytest.mark.parametrize("kind", ["layers.Lambda", "layers.TFSMLayer", "layers.TorchModuleWrapper", "layers.JaxLayer", "layers.FlaxLayer"])
def test_what_runs_code_of_its_own_is_refused(kind: str) -> None:
    network = Network((4,), (Layer(Part(kind), "evil"),))
    with pytest.raises(InvalidValue, match=f"Layer evil: {kind} is not offered"):
        catalog.check(LENET.having(network=network))


@pytest.mark.parametrize("kind", ["os.system", "layers", "layers.layers.Dense", "keras.layers.Dense", "layers.dense", "utils.get_file"])
def test_what_is_no_offered_name_is_refused(kind: str) -> None:
    with pytest.raises(InvalidValue, match="not offered"):
        catalog.check_part(Part(kind), "Part")


def test_a_part_in_a_wrong_place_is_refused() -> None:
    training = LENET.training
    for changed in (
        LENET.having(network=Network((4,), (Layer(part("losses.Huber"), "x"),))),
        LENET.having(training=dataclasses.replace(training, optimizer=part("losses.Huber"))),
        LENET.having(training=dataclasses.replace(training, loss=part("optimizers.Adam"))),
        LENET.having(network=Network((4,), (Layer(part("layers.Dense", units=1, kernel_initializer=part("losses.Huber")), "x"),))),
        LENET.having(network=Network((4,), (Layer(part("layers.Dense", units=part("layers.Dense", units=1)), "x"),))),
    ):
        with pytest.raises(InvalidValue):
            catalog.check(changed)


def test_a_fault_deep_inside_is_named_with_its_place() -> None:
    bad = part("layers.Dense", units=3, kernel_regularizer=part("regularizers.L2", l2=-1.0))
    with pytest.raises(InvalidValue, match="Layer out: kernel_regularizer: l2 cannot have this value"):
        catalog.check(LENET.having(network=Network((4,), (Layer(bad, "out"),))))


def test_a_near_miss_is_answered_with_a_suggestion() -> None:
    with pytest.raises(InvalidValue, match=r"Did you mean layers\.Conv2D\?"):
        catalog.entry("layers.Conv2d")
    with pytest.raises(InvalidValue, match=r"Did you mean units\?"):
        catalog.check_part(part("layers.Dense", unit=3), "Layer")


def test_two_ways_of_clipping_are_refused_before_keras_does() -> None:
    catalog.check_part(part("optimizers.SGD", clipnorm=1.0), "Optimizer")
    with pytest.raises(InvalidValue, match="clips gradients in two ways"):
        catalog.check_part(part("optimizers.SGD", clipnorm=1.0, clipvalue=0.5), "Optimizer")


@pytest.mark.parametrize(
    ("boundaries", "values", "fits"), [((5,), (0.1, 0.01), True), ((5,), (0.1, 0.2, 0.3), False), ((5, 5), (0.1, 0.2, 0.3), False)]
)
def test_a_staircase_needs_one_value_more_than_steps(boundaries: tuple, values: tuple, fits: bool) -> None:
    stairs = part("optimizers.schedules.PiecewiseConstantDecay", boundaries=boundaries, values=values)
    optimizer = part("optimizers.SGD", learning_rate=stairs)
    if fits:
        catalog.check_part(optimizer, "Optimizer")
    else:
        with pytest.raises(InvalidValue, match="do not fit its values"):
            catalog.check_part(optimizer, "Optimizer")


# Losses


def ending_in(last: Part) -> Network:
    return Network((4,), (Layer(last, "out"),))


@pytest.mark.parametrize(
    ("last", "activation"),
    [
        (part("layers.Dense", units=3), "linear"),
        (part("layers.Dense", units=3, activation="softmax"), "softmax"),
        (part("layers.Activation", activation="sigmoid"), "sigmoid"),
        (part("layers.Softmax"), "softmax"),
        (part("layers.Flatten"), None),
    ],
)
def test_the_output_activation_is_that_of_the_last_layer(last: Part, activation: str | None) -> None:
    assert catalog.output_activation(ending_in(last)) == activation


def test_every_loss_is_offered_with_a_reason() -> None:
    for last in (part("layers.Dense", units=3), part("layers.Softmax")):
        choices = catalog.losses_for(LENET.having(network=ending_in(last)))
        assert [choice.entry for choice in choices] == list(catalog.entries("losses"))
        assert all(choice.reason.endswith(".") for choice in choices)


def test_losses_of_probabilities_need_probabilities() -> None:
    def fits(last: Part) -> bool:
        choices = catalog.losses_for(LENET.having(network=ending_in(last)))
        return next(choice.valid for choice in choices if choice.entry.kind == "losses.KLDivergence")

    assert fits(part("layers.Dense", units=3, activation="softmax"))
    assert not fits(part("layers.Dense", units=3))


def test_one_output_for_two_classes_takes_yes_or_no_losses_and_distances_only() -> None:
    one = LENET.having(network=ending_in(part("layers.Dense", units=1, activation="sigmoid")))
    fitting = {choice.entry.kind.rpartition(".")[2] for choice in catalog.losses_for(one) if choice.valid}
    distances = {"MeanSquaredError", "MeanAbsoluteError", "Huber", "LogCosh"}
    assert fitting == {"BinaryCrossentropy", "BinaryFocalCrossentropy", "Hinge", "SquaredHinge"} | distances
    squashed = LENET.having(network=ending_in(part("layers.Dense", units=1, activation="tanh")))
    assert {choice.entry.kind.rpartition(".")[2] for choice in catalog.losses_for(squashed) if choice.valid} == {
        "Hinge",
        "SquaredHinge",
    } | distances
    number = one.having(task="regressor")
    choices = catalog.losses_for(number)
    assert {choice.entry.kind.rpartition(".")[2] for choice in choices if choice.valid} == distances
    assert not [choice for choice in choices if choice.valid and "class" in choice.reason + choice.entry.summary]
    reasons = {choice.entry.kind.rpartition(".")[2]: choice.reason for choice in choices}
    assert "counts" in reasons["Poisson"] and "divides" in reasons["MeanAbsolutePercentageError"]
