"""What the engine says of an experiment before it trains: shapes, sizes, problems, and fixes that work."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import keras
import pytest

from playground import catalog
from playground.engine.model import describe as module
from playground.engine.model import limits
from playground.engine.model.build import build
from playground.engine.model.describe import describe
from playground.engine.model.infer import infer, slots
from playground.sharing.presets import PRESETS
from playground.values import description, spec
from playground.values.description import Description
from playground.values.spec import DataChoice, Experiment, Layer, Network, Training, part

LOGITS = part("losses.SparseCategoricalCrossentropy", from_logits=True)
SHAPES = ((20,), (28, 8), (28, 28, 32), (6, 8, 8, 2))


def layer(name: str, kind: str, *inputs: str, **args: object) -> Layer:
    return Layer(part(f"layers.{kind}", **args), name, inputs)


def experiment(*layers: Layer, data: str = "mnist_sample", shape=(28, 28, 1), loss=LOGITS, **training: object) -> Experiment:
    return Experiment(DataChoice(data), (Network(shape, layers),), Training(loss=loss, **training))


def resident() -> int:
    """Bytes of memory this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


FLATTEN, DENSE = layer("flatten", "Flatten"), layer("dense", "Dense", units=10)


@pytest.mark.parametrize("name", PRESETS)
def test_presets_have_no_problems_and_the_sizes_that_keras_counts(name) -> None:
    preset = PRESETS[name].experiment
    told = describe(preset)
    model = build(preset.network, preset.training)
    assert told.problems == ()
    assert told.parameters == model.count_params()
    assert [info.output_shape for info in told.layers] == [tuple(each.output.shape[1:]) for each in model.layers[1:]]
    assert [info.parameters for info in told.layers] == [each.count_params() for each in model.layers[1:]]
    assert told.memory_bytes > 4 * 4 * told.parameters
    assert description.from_json(description.to_json(told)) == told


@pytest.mark.parametrize("kind", catalog.kinds("layers"))
def test_every_offered_layer_fits_some_shape_and_allocates_nothing(kind) -> None:
    piece = catalog.default_part(kind)
    results = [infer(piece, (shape, shape) if "Merge" in catalog.entry(kind).purpose else (shape,)) for shape in SHAPES]
    assert any(result.shape for result in results)
    assert all(result.error for result in results if result.shape is None)


def test_ten_million_units_are_told_of_without_being_made() -> None:
    before = resident()
    told = describe(experiment(FLATTEN, layer("dense_1", "Dense", units=10_000_000), DENSE))
    assert resident() - before < 50_000_000
    assert told.parameters == 785 * 10_000_000 + 10_000_001 * 10
    assert "7,950,000,010 parameters" in told.problems[0].what
    assert not told.can_train


def test_what_was_described_is_never_made_afterwards() -> None:
    describe(experiment(FLATTEN, layer("dense_1", "Dense", units=100_000), DENSE))
    before = resident()
    with keras.StatelessScope():
        pass  # on leaving it, Keras fills in all variables that it had put off
    assert resident() - before < 50_000_000


def test_describing_again_and_again_keeps_no_memory() -> None:
    preset = PRESETS["deep_convnet"].experiment
    describe(preset)
    before = resident()
    for units in range(11, 211):
        layers = [*preset.network.layers[:-1], layer("wide", "Dense", units=units), preset.network.layers[-1]]
        describe(preset.having(network=Network(preset.network.input_shape, tuple(layers))))
    assert resident() - before < 20_000_000


PROBLEMS = {
    "no layers": (experiment(), "The network has no layers yet.", "Add Dense with 10 units"),
    "no Flatten": (experiment(DENSE), "dense gives 28 × 28 × 10 for each example", "Add Flatten before dense"),
    "no Flatten, further up": (
        experiment(
            layer("conv2d", "Conv2D", filters=4, kernel_size=3),
            layer("hidden", "Dense", units=8),
            layer("dropout", "Dropout", rate=0.2),
            DENSE,
        ),
        "dense gives 26 × 26 × 10",
        "Add Flatten before hidden",
    ),
    "ends in maps": (
        experiment(layer("conv2d", "Conv2D", filters=4, kernel_size=3)),
        "conv2d gives 26 × 26 × 4",
        "Add Flatten and Dense with 10 units",
    ),
    "wrong units": (experiment(FLATTEN, layer("dense", "Dense", units=7)), "dense gives 7 numbers", "Set the units of dense to 10"),
    "wrong units behind": (
        experiment(FLATTEN, layer("dense", "Dense", units=7), layer("relu", "ReLU")),
        "relu gives 7 numbers",
        "Set the units of dense to 10",
    ),
    "picture layer behind Flatten": (
        experiment(FLATTEN, layer("conv2d", "Conv2D", filters=4, kernel_size=3), layer("flatten_1", "Flatten"), DENSE),
        "conv2d needs pictures (height × width × channels), but flatten gives 784.",
        "Remove flatten",
    ),
    "picture layer behind Dense": (
        experiment(FLATTEN, layer("hidden", "Dense", units=49), layer("max", "MaxPooling2D"), layer("flatten_1", "Flatten"), DENSE),
        "max needs pictures",
        "Add Reshape to 7 × 7 × 1 before max",
    ),
    "sequence layer on pictures": (
        experiment(layer("lstm", "LSTM", units=4), DENSE),
        "lstm needs a sequence (steps × features), but input gives 28 × 28 × 1.",
        "Add Reshape to 28 × 28 before lstm",
    ),
    "two recurrent layers": (
        experiment(layer("reshape", "Reshape", target_shape=(28, 28)), layer("lstm", "LSTM", units=4), layer("gru", "GRU", units=4), DENSE),
        "gru needs a sequence",
        "Set return_sequences of lstm to on",
    ),
    "window too large": (
        experiment(layer("max", "MaxPooling2D", pool_size=30), FLATTEN, DENSE),
        "max moves a window of 30 × 30 over its input, but that is only 28 × 28.",
        "Set padding of max to same",
    ),
    "kernel too large": (
        experiment(layer("conv2d", "Conv2D", filters=2, kernel_size=(29, 3)), FLATTEN, DENSE),
        "conv2d moves a window of 29 × 3",
        "Set padding of conv2d to same",
    ),
    "cropped away": (experiment(layer("crop", "Cropping2D", cropping=20), FLATTEN, DENSE), "crop does not fit", "Remove crop"),
    "reshape": (
        experiment(layer("reshape", "Reshape", target_shape=(3, 3)), DENSE),
        "reshape cannot make 3 × 3 out of the 784 numbers",
        "Set target_shape of reshape to 784",
    ),
    "groups": (
        experiment(layer("conv2d", "Conv2D", filters=6, kernel_size=3), layer("norm", "GroupNormalization"), FLATTEN, DENSE),
        "norm does not fit",
        "Set groups of norm to 2",
    ),
    "join of one": (
        experiment(FLATTEN, layer("a", "Dense", units=8), layer("b", "Dense", units=8), layer("add", "Add"), DENSE),
        "add joins the outputs of several layers, but has only one input.",
        "Join a and b in add",
    ),
    "join of unequal": (
        experiment(FLATTEN, layer("a", "Dense", units=8), layer("b", "Dense", units=9), layer("add", "Add", "a", "b"), DENSE),
        "add needs inputs of the same shape, but gets 8 and 9.",
        "",
    ),
    "several inputs": (
        experiment(FLATTEN, layer("a", "Dense", units=8), layer("b", "Dense", "flatten", "a", units=9), DENSE),
        "b takes one input, but has 2: flatten, a.",
        "Connect b to a only",
    ),
    "dead end": (
        experiment(FLATTEN, layer("a", "Dense", units=8), layer("b", "Dense", "flatten", units=9), DENSE),
        "a leads nowhere",
        "Remove a",
    ),
    "other data": (experiment(FLATTEN, DENSE, data="digits"), "one example of", "Set the input to 8 × 8 × 1"),
    "other kind of data": (experiment(FLATTEN, DENSE, data="wine"), "one example of Wine is 13", "Set the input to 13"),
    "loss": (
        experiment(FLATTEN, DENSE, loss=part("losses.KLDivergence")),
        "KL divergence does not suit",
        "Use sparse categorical crossentropy",
    ),
    "scores for probabilities": (
        experiment(FLATTEN, DENSE, loss=LOGITS.without("from_logits")),
        "dense gives raw scores (linear)",
        "Set from_logits of the loss to on",
    ),
    "probabilities for scores": (
        experiment(FLATTEN, layer("dense", "Dense", units=10, activation="softmax")),
        "dense gives probabilities (softmax)",
        "Set from_logits of the loss to off",
    ),
}


@pytest.mark.parametrize("case", PROBLEMS)
def test_a_problem_names_its_layer_and_its_fix_leads_to_a_network_that_trains(case) -> None:
    wrong, sentence, label = PROBLEMS[case]
    told = describe(wrong)
    assert sentence in told.problems[0].what
    assert label in told.problems[0].fix_label
    for _ in range(5):
        if told.problems:
            assert told.problems[0].fixed
            told = describe(spec.experiment_from_json(told.problems[0].fixed))
    assert told.problems == ()


def test_mismatched_probabilities_are_a_warning_only() -> None:
    told = describe(PROBLEMS["probabilities for scores"][0])
    assert told.problems[0].severity == "warning"
    assert told.can_train


def test_shapes_are_known_up_to_the_impossible_layer() -> None:
    told = describe(PROBLEMS["picture layer behind Flatten"][0])
    assert [info.output_shape for info in told.layers] == [(784,), None, None, None]


def test_a_switched_off_layer_is_left_out() -> None:
    off = dataclasses.replace(layer("conv2d", "Conv2D", filters=4, kernel_size=3), active=False)
    told = describe(experiment(off, FLATTEN, DENSE))
    assert told.problems == ()
    assert [info.output_shape for info in told.layers] == [None, (784,), (10,)]


def test_a_dead_end_does_not_count_as_parameters() -> None:
    told = describe(PROBLEMS["dead end"][0])
    model = build(PROBLEMS["dead end"][0].network, Training())
    assert told.parameters == model.count_params()


def test_an_unknown_data_set_or_optimizer_is_a_problem_not_a_crash() -> None:
    assert "nothing_of_the_kind" in describe(experiment(FLATTEN, DENSE, data="nothing_of_the_kind")).problems[0].what
    assert "optimizers.Foo" in describe(experiment(FLATTEN, DENSE, optimizer=part("optimizers.Foo"))).problems[0].what


def test_more_memory_than_the_machine_has_is_refused_with_both_figures(monkeypatch) -> None:
    monkeypatch.setattr(module, "available_bytes", lambda: 150_000_000)
    told = describe(PRESETS["lenet"].experiment)
    assert "this machine has 150 MB free" in told.problems[0].what
    assert not told.can_train


def test_the_limit_on_parameters_can_be_set(monkeypatch) -> None:
    monkeypatch.setenv("PLAYGROUND_MAX_PARAMETERS", "1000")
    assert "at most 1,000 parameters" in describe(PRESETS["mlp"].experiment).problems[0].what


@pytest.mark.parametrize(("name", "expected"), [("SGD", 0.0), ("Adam", 2.0), ("RMSprop", 1.0)])
def test_optimizers_keep_so_many_numbers_for_each_weight(name, expected) -> None:
    assert slots(catalog.default_part(f"optimizers.{name}")) == expected


@pytest.mark.parametrize(("size", "text"), [(999, "1 kB"), (31_400_000, "31 MB"), (1_540_000_000, "1.5 GB"), (2.4e15, "2,400 TB")])
def test_sizes_are_written_for_people(size, text) -> None:
    assert limits.readable(size) == text


def test_a_container_with_less_memory_than_its_machine_counts(tmp_path) -> None:
    (tmp_path / "memory.max").write_text("1000\n")
    (tmp_path / "memory.current").write_text("500\n")
    (tmp_path / "memory.stat").write_text("anon 400\ninactive_file 100\n")
    assert limits._container(tmp_path) == 600
    (tmp_path / "memory.max").write_text("max\n")
    assert limits._container(tmp_path) == limits.UNLIMITED


def test_the_description_of_nothing_can_train() -> None:
    assert Description(()).can_train
