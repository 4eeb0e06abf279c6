"""A page with the layer stack and some cards, for the browser test: a small network, a description made by hand, edits carried out."""

import json

import streamlit as st

from playground.network import edit
from playground.ui.build.stack import stack
from playground.ui.cards import Card, cards
from playground.values import spec
from playground.values.description import Description, LayerInfo, Problem
from playground.values.errors import PlaygroundError
from playground.values.spec import DataChoice, Experiment, Layer, Network, part

START = Network(
    (28, 28, 1),
    (
        Layer(part("layers.Conv2D", filters=16, kernel_size=(3, 3), activation="relu"), "conv2d"),
        Layer(part("layers.MaxPooling2D"), "max_pooling2d"),
        Layer(part("layers.Flatten"), "flatten"),
        Layer(part("layers.Dense", units=10), "dense"),
    ),
)
memory = st.session_state
memory.setdefault("text", spec.dumps(Experiment(DataChoice("mnist_sample"), (START,))))
memory.setdefault("history", edit.History())
memory.setdefault("selected", None)
memory.setdefault("refused", "")
memory.setdefault("chosen", "plain")
memory.setdefault("away", False)
memory.runs = memory.get("runs", 0) + 1  # of the whole script

CARDS = (
    Card("plain", "Plain", "A card with nothing drawn.", "1 line\n2 lines", badge="ready"),
    Card("points", "Points", points=[(0.0, 0.0), (1.0, 1.0)], labels=[0, 1], balance=[1, 3], classes=("few", "many")),
    Card("closed", "Closed", disabled="This one is not to be had."),
    Card("last", "Last"),
)


def describe(experiment: Experiment) -> Description:
    """Shapes of three layers are known by name; without a Flatten layer the Dense layer complains."""
    shapes = {"conv2d": (26, 26, 16), "max_pooling2d": (13, 13, 16), "flatten": (2704,), "dense": (10,)}
    layers = experiment.network.layers
    problems = ()
    if layers and not any(layer.part.short == "Flatten" for layer in layers):
        fixed = spec.to_json(experiment.having(network=edit.add(experiment.network, "layers.Flatten", len(layers) - 1)))
        problems = (Problem(f"{layers[-1].name} needs a row of values.", layers[-1].name, "error", "Add Flatten", fixed),)
    return Description(
        tuple(LayerInfo(layer.name, shapes.get(layer.name), 160, 160, 640, 1000) for layer in layers), problems, 4321, 4321, 99_000
    )


def carry_out(op: dict) -> None:
    experiment = spec.loads(memory.text)
    memory.refused = ""
    try:
        match op["op"]:
            case "select":
                memory.selected = op["name"]
                return
            case "undo":
                memory.history, memory.text = memory.history.undo(memory.text)
                return
            case "redo":
                memory.history, memory.text = memory.history.redo(memory.text)
                return
            case "fix":
                new = spec.experiment_from_json(describe(experiment).problems[op["index"]].fixed)
            case _:
                new = experiment.having(network=edit.apply(experiment.network, op))
                known = {layer.name for layer in experiment.network.layers}
                memory.selected = next((layer.name for layer in new.network.layers if layer.name not in known), memory.selected)
    except PlaygroundError as error:
        memory.refused = str(error)
        return
    memory.history = memory.history.push(memory.text)
    memory.text = spec.dumps(new)


@st.fragment
def editor() -> None:
    experiment = spec.loads(memory.text)
    returns = "returns" in st.query_params  # the edit is returned instead, and carried out before another run
    op = stack(
        experiment.network,
        None if memory.away else describe(experiment),
        selected=memory.selected,
        can_undo=memory.history.can_undo,
        can_redo=memory.history.can_redo,
        data_title="MNIST sample",
        on_edit=None if returns else carry_out,
    )
    if op:
        carry_out(op)
        st.rerun(scope="fragment")
    with st.container(key="np-layer-form"):
        st.text_input("Argument", key="argument")
    said = {
        "layers": [layer.name for layer in experiment.network.layers],
        "off": [layer.name for layer in experiment.network.layers if not layer.active],
        "selected": memory.selected,
        "refused": memory.refused,
        "runs": memory.runs,
    }
    st.html(f'<pre id="said">{json.dumps(said)}</pre>')


editor()
st.button("Engine away", on_click=lambda: memory.update(away=not memory.away))
chosen = cards(CARDS, selected=memory.chosen, key="cards", label="Cards")
if chosen:
    memory.chosen = chosen
    st.rerun()
st.button("Run again")
