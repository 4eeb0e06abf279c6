"""The left half of the Build page: data, network and training of the experiment, and the Train button.

The whole editor is one fragment: an edit redraws it alone, never the live view beside it.
"""

from __future__ import annotations

import dataclasses
import time
from typing import Any

import streamlit as st

from playground import catalog, data
from playground.lab import current
from playground.network import edit
from playground.ui import charts, state
from playground.ui.build.datasets import data_section, shortage
from playground.ui.build.presets import presets_dialog
from playground.ui.build.stack import Edit, stack
from playground.ui.build.watch import shown_run
from playground.ui.form import part_choice, part_form, plain, sentence, show_complaint
from playground.values import spec
from playground.values.description import Description
from playground.values.errors import Conflict, PlaygroundError
from playground.values.spec import Layer, Training

SECTIONS = {"Data": ":material/dataset:", "Network": ":material/account_tree:", "Training": ":material/tune:"}
FORM = "np-layer-form"
DOUBLE_CLICK = 2.0  # seconds
PRECISIONS = {"float32": "float32, exact", "mixed_bfloat16": "mixed bfloat16, faster on some processors and GPUs"}


@st.fragment
def editor() -> None:
    """Toolbar, then one of the three sections."""
    if error := state.complaint("link"):
        st.warning(f"The link could not be opened, so the editor shows a preset. {sentence(error)}", icon=":material/link_off:")
    description = _describe()
    _toolbar(description)
    section = st.segmented_control(
        "Section",
        list(SECTIONS),
        key="section",
        default="Network",
        required=True,
        format_func=lambda name: f"{SECTIONS[name]} {name}",
        label_visibility="collapsed",
        width="stretch",
    )
    with st.container(key="np-section"):
        {"Data": data_section, "Network": lambda: _network_section(description), "Training": _training_section}[section]()


# Toolbar


def _toolbar(description: Description | None) -> None:
    past = state.history()
    with st.container(key="np-toolbar", horizontal=True, vertical_alignment="center", gap="small"):
        train = st.button(
            "Train",
            type="primary",
            icon=":material/play_arrow:",
            disabled=bool(_obstacle(description)),
            help=_obstacle(description) or TRAIN_HELP,
        )
        if st.button("Presets", icon=":material/auto_awesome:", help="Start from a network that is known to train."):
            presets_dialog()
        st.button("Undo", icon=":material/undo:", on_click=state.undo, disabled=not past.past, help="Takes back the last edit.")
        st.button("Redo", icon=":material/redo:", on_click=state.redo, disabled=not past.future, help="Brings back what was undone.")
        st.text_input(
            "Name",
            **state.bind("name", state.experiment().name),
            max_chars=120,
            placeholder="Name this experiment",
            label_visibility="collapsed",
            on_change=lambda: state.change(state.experiment().having(name=state.value("name").strip())),
        )
    if obstacle := _obstacle(description):
        st.caption(f":material/block: Train waits: {obstacle}")
    if train and not _is_training(state.experiment()):
        _train()
    if error := state.complaint("train"):
        st.error(sentence(error), icon=":material/block:")


TRAIN_HELP = "Starts a run with these settings; the editor stays free for the next one."


def _obstacle(description: Description | None) -> str:
    """Why Train cannot be pressed, or "". Without a description yet, the lab decides at the click."""
    if missing := shortage(state.experiment().data.name):
        return missing
    problems = [problem for problem in description.problems if problem.severity == "error"] if description else []
    return plain(problems[0].what) if problems else ""


def _train() -> None:
    experiment = state.experiment()
    try:
        run = current().submit(state.owner(), experiment, name=experiment.name)
    except PlaygroundError as error:
        state.complain("train", error)
    else:
        state.show_run(run)
        st.rerun()


def _is_training(experiment: spec.Experiment) -> bool:
    """Whether the run on show is this very experiment, started a moment ago: the second half of a double click."""
    run = shown_run()
    return run is not None and run.is_active and run.experiment == experiment and time.time() - run.created < DOUBLE_CLICK


def _describe() -> Description | None:
    """Shapes and problems of what is being edited; None while the engine is not there to answer."""
    return current().describe(state.experiment(), timeout=0.6)


# Network


def _network_section(description: Description | None) -> None:
    experiment = state.experiment()
    with st.container(key="np-stack-place"):
        stack(
            experiment.network,
            description,
            selected=state.selected(),
            can_undo=bool(state.history().past),
            can_redo=bool(state.history().future),
            data_title=data.of(experiment.data).title,
            on_edit=_apply,
            form=FORM,
            key="stack",
        )
    show_complaint("stack")
    _other_problems(description)
    if description is None:
        _await_description()
    layer = next((layer for layer in experiment.network.layers if layer.name == state.selected()), None)
    if layer:
        _layer_form(layer)
    elif experiment.network.layers:
        st.caption("Click a layer to change its arguments.")


def _apply(op: Edit) -> None:
    """Carry out an edit that the stack component sent."""
    experiment = state.experiment()
    try:
        match op.get("op"):
            case "select":
                state.select(op.get("name"))
            case "undo":
                state.undo()
            case "redo":
                state.redo()
            case "fix":
                _fix(str(op.get("label", "")))
            case _:
                network = edit.apply(experiment.network, op)
                state.change(experiment.having(network=network))
                known = {layer.name for layer in experiment.network.layers}
                if new := [layer.name for layer in network.layers if layer.name not in known]:
                    state.select(new[0])
    except PlaygroundError as error:
        state.complain("stack", error)


def _fix(label: str) -> None:
    """Put the mended experiment of the problem whose fix is called so into the editor."""
    description = _describe()
    fixes = [problem.fixed for problem in description.problems if problem.fixed and problem.fix_label == label] if description else []
    if fixes:
        state.change(spec.experiment_from_json(fixes[0]))
    else:
        state.complain("stack", Conflict("The network changed in the meantime, so this fix no longer fits.", fix="Look at it again."))


def _other_problems(description: Description | None) -> None:
    """Problems that belong to no layer, with their fix."""
    for index, problem in enumerate(description.problems if description else ()):
        if problem.layer:
            continue
        show = st.error if problem.severity == "error" else st.warning
        show(plain(problem.what))
        if problem.fixed:
            st.button(problem.fix_label, key=f"fix.{index}", on_click=_fix, args=(problem.fix_label,), icon=":material/build:")


@st.fragment(run_every=1.0)
def _await_description() -> None:
    """Looks again until the engine has answered, then redraws."""
    if current().describe(state.experiment(), timeout=0.5) is not None:
        st.rerun()
    if current().health().engine == "warming":
        st.caption("Shapes and sizes appear as soon as the engine is warm.")


def _layer_form(layer: Layer) -> None:
    entry = catalog.entry(layer.part.kind)

    def change(part: spec.Part) -> None:
        experiment = state.experiment()
        state.change(experiment.having(network=edit.replace(experiment.network, layer.name, part)))

    with st.container(border=True, key=FORM):
        st.markdown(f"**{entry.title}** `{layer.name}` &ensp;:gray[{plain(entry.summary)}]", help=entry.help)
        part_form(layer.part, key=f"layer.{layer.name}.{layer.part.short}", change=change, between=lambda: _activation_preview(layer))


def _activation_preview(layer: Layer) -> None:
    """The curve and slope of the layer's activation, or of the layer itself where it is one."""
    entry = catalog.entry(layer.part.kind)
    wanted: spec.Part | str
    if entry.purpose == "Activation" and layer.part.short != "Activation":
        wanted, name = layer.part, entry.title
    elif any(param.name == "activation" for param in entry.params):
        wanted = name = layer.part.args.get("activation") or "linear"
    else:
        return
    try:
        curve = current().activation(wanted, timeout=0.5)
    except PlaygroundError:
        return  # what is wrong with the layer is said on its row
    if curve:
        st.html(charts.activation(name, curve))


# Training


def _training_section() -> None:
    training = state.experiment().training
    part_choice(
        "Optimizer",
        training.optimizer,
        catalog.entries("optimizers"),
        key="optimizer",
        change=lambda new: _set(optimizer=new),
        help=OPTIMIZER_HELP,
    )
    part_form(training.optimizer, key=f"optimizer.{training.optimizer.kind}", change=_set_optimizer)
    st.divider()
    _loss(training)
    st.divider()
    left, middle, right = st.columns(3)
    with left:
        _number("Batch size", "batch_size", 1, 65_536, "Larger batches → smoother and fewer steps per epoch, more memory.")
        show_complaint("training.batch_size")
    with middle:
        _number("Epochs", "epochs", 1, 10_000_000, "More passes over the training data → a closer fit, and at some point overfitting.")
        show_complaint("training.epochs")
    with right:
        _number("Seed", "seed", 0, 2**31 - 1, "Same seed → same first weights, batch order and dropout, so the same curve.")
        show_complaint("training.seed")
    st.selectbox(
        "Precision",
        spec.PRECISIONS,
        **state.bind_choice("training.precision", training.precision, spec.PRECISIONS),
        format_func=lambda name: PRECISIONS[name],
        on_change=lambda: _set(precision=state.value("training.precision")),
        help="bfloat16 keeps 8 bits of a number's digits instead of 24: faster where the hardware knows it, a little noisier.",
    )


def _set_optimizer(new: spec.Part) -> None:
    """A schedule chosen just now is as long as the run will be."""
    experiment = state.experiment()
    rate, before = new.args.get("learning_rate"), experiment.training.optimizer.args.get("learning_rate")
    if isinstance(rate, spec.Part) and "decay_steps" in rate.args and not isinstance(before, spec.Part):
        steps = -(-data.sizes(experiment.data)[0] // experiment.training.batch_size) * experiment.training.epochs
        new = new.having(learning_rate=rate.having(decay_steps=steps))
    _set(optimizer=new)


OPTIMIZER_HELP = "How a gradient becomes a change of the weights."
LOSS_HELP = "What training makes small. Only losses that fit the task and the end of the network are offered."


def _loss(training: Training) -> None:
    choices = catalog.losses_for(state.experiment())
    part_choice(
        "Loss",
        training.loss,
        [choice.entry for choice in choices if choice.valid],
        key="loss",
        change=lambda new: _set(loss=new),
        help=LOSS_HELP,
    )
    part_form(training.loss, key=f"loss.{training.loss.kind}", change=lambda new: _set(loss=new))
    with st.popover("Why not another loss?", type="tertiary"):
        for choice in choices:
            if not choice.valid:
                st.markdown(f"**{choice.entry.title}**: {plain(choice.reason)}")


def _number(label: str, name: str, low: int, high: int, help: str) -> None:
    key = f"training.{name}"
    bound = state.bind(key, getattr(state.experiment().training, name))
    st.number_input(label, low, high, step=1, **bound, on_change=lambda: _set(**{name: state.value(key)}), help=help)


def _set(**fields: Any) -> None:
    """Change fields of the training; a refused value is named under its widget."""
    experiment = state.experiment()
    try:
        state.change(experiment.having(training=dataclasses.replace(experiment.training, **fields)))
    except PlaygroundError as error:
        state.complain(f"training.{next(iter(fields))}", error)
