"""What does not fit between the network and what surrounds it: data in front, classes and loss behind. With fixes, as in `mend`."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from playground import catalog
from playground.data import DataSet
from playground.engine.model.infer import Inferred, times
from playground.engine.model.repairs import problem, put_before
from playground.network import edit
from playground.values.description import Problem
from playground.values.spec import Experiment, Layer, Network, Part, part, to_json

KEEPS_FORM = ("Normalisation", "Regularisation", "Activation")  # purposes of layers whose output has the shape of their input


def task_problems(experiment: Experiment, dataset: DataSet) -> Iterator[Problem]:
    if experiment.task != dataset.task:
        has, predicts = ("numbers", "classes") if dataset.task == "regressor" else ("classes", "numbers")
        what = f"{dataset.title} has {has} to be predicted, but this network is set to predict {predicts}."
        yield Problem(what, fix_label=f"Predict {has}", fixed=to_json(edit.fit_to_data(experiment, dataset)))


def input_problems(experiment: Experiment, dataset: DataSet) -> Iterator[Problem]:
    given, wanted = tuple(dataset.shape), experiment.network.input_shape
    if given != wanted:
        what = f"The network takes {times(wanted)}, but one example of {dataset.title} is {times(given)}."
        fixed = edit.fit_to_data(experiment, dataset)
        yield Problem(what, fix_label=f"Set the input to {times(given)}", fixed=to_json(fixed))


def output_problems(experiment: Experiment, found: Mapping[str, Inferred], dataset: DataSet) -> Iterator[Problem]:
    """Of a network whose layers fit one another: its end, and how its loss suits that."""
    network, classes = experiment.network, len(dataset.classes) or 1
    is_single = experiment.task == "classifier" and classes == 2  # then one output can tell them apart
    wired = network.wiring()
    if not wired:
        yield problem(experiment, "The network has no layers yet.", "", (f"Add Dense with {classes} units", ended(network, classes)))
        return
    last = wired[-1][0]
    shape = found[last.name].shape or ()
    if len(shape) > 1:
        wanted = "one number for each class" if experiment.task == "classifier" else "one number"
        what = f"{last.name} gives {times(shape)} for each example; a {experiment.task} gives {wanted}."
        yield problem(experiment, what, last.name, flattened(network, found, classes))
    elif shape[0] != classes and not (is_single and shape[0] == 1):
        wanted = f"has {classes} classes" if experiment.task == "classifier" else "has one number to be predicted"
        what = f"{last.name} gives {shape[0]:,} {'number' if shape[0] == 1 else 'numbers'}, but {dataset.title} {wanted}."
        yield problem(experiment, what, last.name, resized(network, classes))
    elif not any(result.trainable for result in found.values()):
        what = "No layer has anything to learn."
        yield problem(experiment, what, last.name, (f"Add Dense with {classes} units", ended(network, classes)))
    else:
        yield from loss_problems(experiment, last)


def flattened(network: Network, found: Mapping[str, Inferred], classes: int) -> tuple[str, Network]:
    """Flatten before the first of the Dense layers at the end, or behind all with a Dense of its own."""
    first = None
    for layer, names in reversed(network.wiring()):
        source = network.input_shape if names[0] == "input" else found[names[0]].shape or ()
        if len(names) > 1 or len(source) == 1 or not keeps_form(layer):
            break
        first = layer if layer.part.short == "Dense" else first
    if first is not None:
        return f"Add Flatten before {first.name}", put_before(network, first.name, part("layers.Flatten"))
    with_flatten = edit.insert(network, named(network, part("layers.Flatten")), len(network.layers))
    return f"Add Flatten and Dense with {classes} units", ended(with_flatten, classes)


def resized(network: Network, classes: int) -> tuple[str, Network]:
    """The last Dense with as many units as classes, or a new one."""
    for layer, names in reversed(network.wiring()):
        if layer.part.short == "Dense":
            label = f"Set the units of {layer.name} to {classes}"
            return label, edit.replace(network, layer.name, layer.part.having(units=classes))
        if len(names) > 1 or not keeps_form(layer):
            break
    return f"Add Dense with {classes} units", ended(network, classes)


def keeps_form(layer: Layer) -> bool:
    """Dense keeps all axes but the last."""
    return layer.part.short == "Dense" or catalog.entry(layer.part.kind).purpose in KEEPS_FORM


def ended(network: Network, classes: int) -> Network:
    if not network.wiring() and len(network.input_shape) > 1:
        network = edit.insert(network, named(network, part("layers.Flatten")), len(network.layers))
    return edit.insert(network, named(network, part("layers.Dense", units=classes)), len(network.layers))


def named(network: Network, piece: Part) -> Layer:
    return Layer(piece, edit.free_name(piece.kind, {"input", *(layer.name for layer in network.layers)}))


def loss_problems(experiment: Experiment, last: Layer) -> Iterator[Problem]:
    """A loss that does not suit the task, or raw scores taken for probabilities and the reverse."""
    loss, output = experiment.training.loss, catalog.output_activation(experiment.network)
    choice = next(choice for choice in catalog.losses_for(experiment) if choice.entry.kind == loss.kind)
    if not choice.valid:
        usual = usual_loss(experiment, output)
        what = f"The loss {choice.entry.title} does not suit this network. {choice.reason}"
        yield Problem(what, "", "error", f"Use {catalog.entry(usual.kind).title.lower()}", having_loss(experiment, usual))
        return
    if output is None or not any(param.name == "from_logits" for param in choice.entry.params):
        return
    logits = bool(loss.args.get("from_logits"))
    if output in catalog.PROBABILITIES and logits:
        what = f"{last.name} gives probabilities ({output}), but the loss takes them for raw scores, so learning is slow."
        yield Problem(
            what, last.name, "warning", "Set from_logits of the loss to off", having_loss(experiment, loss.without("from_logits"))
        )
    if output not in catalog.PROBABILITIES and not logits:
        what = f"{last.name} gives raw scores ({output}), but the loss takes them for probabilities, so it learns badly or not at all."
        yield Problem(
            what, last.name, "warning", "Set from_logits of the loss to on", having_loss(experiment, loss.having(from_logits=True))
        )


def usual_loss(experiment: Experiment, output: str | None) -> Part:
    """output: the activation that gives the network's output."""
    if experiment.task == "regressor":
        return part("losses.MeanSquaredError")
    kind = "losses.BinaryCrossentropy" if catalog.output_units(experiment.network) == 1 else "losses.SparseCategoricalCrossentropy"
    return part(kind) if output in catalog.PROBABILITIES else part(kind, from_logits=True)


def having_loss(experiment: Experiment, loss: Part) -> dict[str, object]:
    return to_json(experiment.having(training=dataclasses.replace(experiment.training, loss=loss)))
