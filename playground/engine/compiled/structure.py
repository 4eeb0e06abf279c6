"""What a training program depends on, as a key: two models with equal keys differ in the values of their variables alone."""

from __future__ import annotations

import json

import keras

OF_THE_START = ("seed", "initializer")  # what such arguments decide is in the variables by then


def structure_of(model: keras.Model) -> str:
    """The key of a compiled model with a built optimizer: layers, wiring, loss, metrics, optimizer, shapes; no names, no seeds."""
    places = {layer.name: i for i, layer in enumerate(model.layers)}
    layers = []
    for layer in model.layers:
        node = layer._inbound_nodes[0]
        sources = [places[tensor._keras_history.operation.name] for tensor in node.arguments.keras_tensors]
        layers.append([type(layer).__name__, _bare(layer.get_config()), sources])
    optimizer = model.optimizer.get_config()
    if not isinstance(optimizer["learning_rate"], dict):  # a number is kept in a variable, a schedule is part of the program
        optimizer["learning_rate"] = None
    variables = [(v.shape, v.dtype, bool(v.trainable)) for v in state_of(model)]
    loss = [type(model.loss).__name__, model.loss.get_config()]
    metrics = [(metric._fn, metric._fn_kwargs) for metric in metrics_of(model)]
    return json.dumps([layers, type(model.optimizer).__name__, _bare(optimizer), loss, metrics, variables], default=_said, sort_keys=True)


def state_of(model: keras.Model) -> list[keras.Variable]:
    """Everything that training moves: trainable variables, other ones of the model (seeds of dropout among them), the optimizer's."""
    return [*model.trainable_variables, *model.non_trainable_variables, *model.optimizer.variables]


def metrics_of(model: keras.Model) -> list[keras.Metric]:
    """The metrics that were given to `compile`, also before the model has seen data."""
    holder = model._compile_metrics
    return list(holder._user_metrics or ()) if holder is not None else []


def _bare(config: object) -> object:
    """A config without names, seeds and initialisers, at any depth."""
    if isinstance(config, dict):
        if config.keys() >= {"class_name", "config"}:  # a part; its own "name" is that of a function
            return {"class_name": config["class_name"], "config": _bare(config["config"])}
        return {key: _bare(value) for key, value in config.items() if key != "name" and not key.endswith(OF_THE_START)}
    return [_bare(item) for item in config] if isinstance(config, (list, tuple)) else config


def _said(value: object) -> str:
    return f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', repr(value))}"
