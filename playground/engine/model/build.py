"""Parts to Keras objects, networks to functional models. Only what the catalogue offers is built."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any

import keras

from playground import catalog
from playground.values.errors import InvalidValue, PlaygroundError, shorten
from playground.values.spec import Layer, Network, Part, Training

MODULES = {
    "layers": keras.layers,
    "initializers": keras.initializers,
    "regularizers": keras.regularizers,
    "constraints": keras.constraints,
    "optimizers": keras.optimizers,
    "schedules": keras.optimizers.schedules,
    "losses": keras.losses,
    "activations": keras.activations,
}


def _run_extra_activations() -> dict[str, Any]:
    """The activations Keras lacks, from the source text that exported scripts carry too; registered with Keras by running it."""
    space: dict[str, Any] = {"keras": keras}
    for text in catalog.EXTRA_ACTIVATIONS.values():
        exec(text, space)  # our own text, a literal in catalog.py
    return {name: space[name] for name in catalog.EXTRA_ACTIVATIONS}


ACTIVATIONS = _run_extra_activations()


def build_part(part: Part) -> Any:
    """The Keras object a part stands for. Raises InvalidValue for what is not offered or what Keras refuses."""
    catalog.entry(part.kind)
    group, _, name = part.kind.rpartition(".")
    cls = getattr(MODULES[group.rpartition(".")[2]], name)
    return call(cls, values_of(part), where=part.short)


def values_of(part: Part) -> dict[str, Any]:
    """A part's arguments as Keras takes them.

    In alphabetical order, as in stored experiments and so in exported scripts: each random initialiser that is built takes the next
    number of the global seed.
    """
    return {key: value_of(key, value) for key, value in sorted(catalog.values(part).items())}


def value_of(key: str, value: Any) -> Any:
    """An argument's value as Keras takes it: parts built, the names of our own activations resolved."""
    if isinstance(value, Part):
        return build_part(value)
    if isinstance(value, tuple):
        return tuple(value_of(key, item) for item in value)
    if isinstance(value, str) and key.endswith("activation"):
        return ACTIVATIONS.get(value, value)
    return value


def build_layer(layer: Layer) -> keras.Layer:
    """The layer under its own name."""
    catalog.entry(layer.part.kind)
    cls = getattr(keras.layers, layer.part.short)
    return call(cls, values_of(layer.part) | {"name": layer.name}, where=layer.name)


def call(cls: Any, args: dict[str, Any], *, where: str) -> Any:
    try:
        return cls(**args)
    except PlaygroundError:
        raise
    except (ValueError, TypeError) as error:
        raise InvalidValue(f"{where} has an argument that Keras refuses: {first_sentence(error)}") from error


def build(network: Network, training: Training) -> keras.Model:
    """A functional model, built right after the global seed is set, as the exported script does it."""
    keras.utils.set_random_seed(training.seed)
    with precision(training.precision):
        inputs = keras.Input(network.input_shape, name="input")
        outputs = {"input": inputs}
        last = inputs
        for layer, names in network.wiring():
            try:
                last = build_layer(layer)([outputs[n] for n in names] if len(names) > 1 else outputs[names[0]])
            except (ValueError, TypeError) as error:
                raise InvalidValue(f"Layer {layer.name} does not fit: {first_sentence(error)}") from error
            outputs[layer.name] = last
        return keras.Model(inputs, last, name="network")


@contextlib.contextmanager
def precision(name: str) -> Iterator[None]:
    """Layers made within use this dtype policy; the process's own is left as it was."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def first_sentence(error: BaseException) -> str:
    """The line of Keras's message that says what is wrong, shortened."""
    lines = [re.sub(r"\x1b\[\d+m", "", line).strip() for line in str(error).splitlines()]
    lines = [line for line in lines if line and not line.startswith("Exception encountered when calling")]
    return shorten(lines[0] if lines else type(error).__name__, 240)
