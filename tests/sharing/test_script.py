"""The exported script reads well, is whole, and never carries what a person typed as code.

That it gives the run's numbers is tested in `tests/engine`.
"""

import ast
import builtins
import dataclasses
import symtable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground import catalog, data
from playground.plane import sketch
from playground.sharing import script
from playground.sharing.presets import PRESETS
from playground.values import events
from playground.values.run import Run
from playground.values.spec import Change, DataChoice, Experiment, Layer, Network, part
from tests.strategies import experiments, networks

MLP = PRESETS["mlp"].experiment
DENSE = part("layers.Dense", units=10)


def wired(*layers: Layer) -> Experiment:
    return MLP.having(network=Network((28, 28, 1), layers))


def unbound(text: str) -> set[str]:
    """Names that a script uses at its top level or in its functions and never binds."""
    table = symtable.symtable(text, "script", "exec")
    bound = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    used: set[str] = set()
    tables = [table]
    while tables:
        each = tables.pop()
        tables += each.get_children()
        used |= {symbol.get_name() for symbol in each.get_symbols() if symbol.is_global() and symbol.is_referenced()}
    return used - bound - set(dir(builtins))


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("dataset", [name for name in data.SETS if name != "points"])
def test_a_script_is_whole_for_every_preset_and_data_set(name: str, dataset: str) -> None:
    text = script.script(PRESETS[name].experiment.having(data=DataChoice(dataset)))
    assert unbound(text) == set()
    assert "split(" in text and "def order(" in text and 'model.save("model.keras")' in text
    assert "playground" not in text
    assert ("pillow" in text.splitlines()[1]) == ("PIL" in text)


WEIGHTS = st.tuples(st.just("dense"), st.sampled_from(["kernel", "bias"]), st.integers(0, 9), st.floats(-1, 1))
CHANGES = st.builds(Change, st.just(7), st.just("learning_rate"), st.floats(1e-6, 1.0)) | st.builds(
    Change, st.just(7), st.just("weight"), WEIGHTS
)


@given(experiments(), st.lists(CHANGES, max_size=3))
def test_a_script_is_whole_for_any_experiment(experiment: Experiment, changes: list) -> None:
    assert unbound(script.script(experiment.having(changes=tuple(changes)))) == set()


def test_a_script_of_a_plain_stack_reads_as_a_person_would_write_it() -> None:
    text = script.script(PRESETS["lenet"].experiment)
    model = text[text.index("model = ") : text.index("model.summary()")]
    assert (
        model
        == """\
model = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        layers.Conv2D(8, (5, 5), activation="relu", padding="same"),
        layers.MaxPooling2D(),
        layers.Conv2D(24, (5, 5), activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(120, activation="relu"),
        layers.Dense(84, activation="relu"),
        layers.Dense(10),
    ]
)
model.compile(
    optimizer=optimizers.Adam(),
    loss=losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
"""
    )


def test_a_network_with_named_inputs_is_written_functionally() -> None:
    text = script.script(
        wired(
            Layer(part("layers.Flatten"), "flat"),
            Layer(part("layers.Dense", units=784), "class"),
            Layer(part("layers.Add"), "model", ("flat", "class")),
            Layer(DENSE, "x_train"),
        )
    )
    assert 'flat = layers.Flatten(name="flat")(inputs)' in text
    assert 'class_ = layers.Dense(784, name="class")(flat)' in text
    assert 'model_ = layers.Add(name="model")([flat, class_])' in text
    assert 'x_train_ = layers.Dense(10, name="x_train")(model_)' in text
    assert "model = keras.Model(inputs, x_train_)" in text


@given(networks())
def test_variables_are_distinct_and_never_cover_a_name_the_script_needs(network: Network) -> None:
    names = script.variable_names(network.layers)
    assert len(set(names.values())) == len(names)
    assert not set(names.values()) & {"model", "keras", "np", "layers", "losses", "optimizers", "split", "order", "x_train", "y_test"}
    for name in names.values():
        ast.parse(f"{name} = 1")


def test_switched_off_layers_are_left_out() -> None:
    text = script.script(
        wired(
            Layer(part("layers.Flatten"), "flatten"),
            Layer(part("layers.Dropout", rate=0.5), "dropout", active=False),
            Layer(DENSE, "dense"),
        )
    )
    assert "Dropout" not in text
    assert "keras.Sequential(" in text


@pytest.mark.parametrize("name", ['"""\nimport os\n"""', "'''", "a\rimport os", "a\u2028import os", "\\", "{name}", "x" * 120])
def test_a_name_never_becomes_code(name: str) -> None:
    text = script.script(MLP.having(name=name))
    plain = script.script(MLP.having(name="plain"))
    assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(plain))


def test_text_arguments_and_layer_names_are_quoted() -> None:
    hostile = 'x"); import os; ("'
    assert script.value_source("padding", hostile) == '"x\\"); import os; (\\""'
    assert ast.literal_eval(script.value_source("padding", "line\nbreak")) == "line\nbreak"


def test_own_activations_come_with_their_definition_and_only_then() -> None:
    text = script.script(wired(Layer(part("layers.Flatten"), "flatten"), Layer(DENSE.having(activation="absolute"), "dense")))
    assert 'register_keras_serializable(package="playground")\ndef absolute(x):' in text
    assert "layers.Dense(10, activation=absolute)" in text
    assert "def step" not in text
    assert "def absolute" not in script.script(MLP)


def test_labels_are_one_hot_where_the_loss_wants_them_so() -> None:
    assert "to_categorical" not in script.script(MLP)
    training = dataclasses.replace(MLP.training, loss=part("losses.CategoricalCrossentropy", from_logits=True))
    assert "y_test = keras.utils.to_categorical(y_test, 10)" in script.script(MLP.having(training=training))


def test_pictures_are_scaled_and_tables_are_not() -> None:
    assert 'x_train = x_train.astype("float32") / 255' in script.script(MLP)
    assert "/ 255" not in script.script(PRESETS["wine_mlp"].experiment)


def test_settings_stand_where_keras_wants_them() -> None:
    training = dataclasses.replace(MLP.training, precision="mixed_bfloat16", seed=7, epochs=3, batch_size=11)
    text = script.script(MLP.having(training=training))
    places = [
        text.index(line)
        for line in (
            'keras.config.set_dtype_policy("mixed_bfloat16")',
            "keras.utils.set_random_seed(7)",
            "model = keras.Sequential(",
            "for epoch in range(3):",
            "order(len(x_train), seed=7, epoch=epoch)",
            "batch_size=11",
        )
    ]
    assert places == sorted(places)
    assert "set_dtype_policy" not in script.script(MLP)


def test_a_whole_number_is_written_as_keras_wants_it() -> None:
    assert script.part_source(part("optimizers.SGD", learning_rate=1)) == "optimizers.SGD(learning_rate=1.0)"
    assert script.part_source(part("layers.Dense", units=3)) == "layers.Dense(3)"


def test_what_was_changed_by_hand_is_repeated() -> None:
    changes = (Change(100, "learning_rate", 0.01), Change(100, "weight", ("dense_1", "bias", 2, 0.5)), Change(250, "learning_rate", 0.001))
    text = script.script(MLP.having(changes=changes))
    assert "rates = {100: 0.01, 250: 0.001}" in text
    assert "weights = {100: [('dense_1', 'bias', 2, 0.5)]}" in text
    assert 'name="dense_1"' in text, "what is asked for by name must bear it"
    assert "callbacks=[changes]" in text
    assert "Changes" not in script.script(MLP)


def test_a_network_edited_in_mid_run_is_trained_from_the_start_and_the_script_says_so() -> None:
    edited = Network((28, 28, 1), (Layer(part("layers.Flatten"), "flatten"), Layer(DENSE, "dense")))
    text = script.script(MLP.having(changes=(Change(9, "learning_rate", 0.5), Change(10, "network", edited))))
    assert "were edited while the run went on" in text and "Changes" not in text
    assert "layers.Dense(10)," in text and "learning_rate=0.5" in text and "128" not in text


@pytest.mark.parametrize("group", [group for group in catalog.GROUPS if group != "activations"])
def test_a_part_is_one_expression(group: str) -> None:
    for entry in catalog.entries(group):
        text = script.part_source(catalog.default_part(entry.kind))
        assert ast.unparse(ast.parse(text, mode="eval").body.func) == entry.kind


def test_parts_within_parts_and_tuples_of_one_are_written_out() -> None:
    made = part("layers.Conv1D", filters=2, kernel_size=(3,), kernel_initializer=part("initializers.VarianceScaling", mode="fan_avg"))
    assert script.part_source(made) == 'layers.Conv1D(2, (3,), kernel_initializer=initializers.VarianceScaling(mode="fan_avg"))'


def test_the_script_of_a_run_that_was_stopped_trains_as_far_as_it_came() -> None:
    experiment = sketch.FIRST.experiment()
    run = Run("r", "owner", experiment, status="paused")
    assert script.of_run(run) == script.script(experiment)
    run = run.having(progress=events.Progress(7, 126, 1.0, None, 1.0, 1.0, 0.01), changes=((90, "learning_rate", 0.25),))
    assert "for epoch in range(7):  # as far as the run had come" in script.of_run(run)
    assert "rates = {90: 0.25}" in script.of_run(run)
    assert script.of_run(run.having(status="done")) == script.script(run.shared())
