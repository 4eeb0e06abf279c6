"""What a network on points in the plane looks like at this moment: a map of every unit, the decision map, weights and guesses.

Imports TensorFlow: the first frames are worked out step by step, so that a network that has just been edited is drawn at once; then the
same is compiled for those that follow. Nothing here changes what is trained.
"""

from __future__ import annotations

import logging
import math
import threading
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from playground import data
from playground.engine.inspection.probabilities import probabilities_of
from playground.engine.model.build import build_part
from playground.engine.plane.forward import IDLE, Forward, Values
from playground.engine.plane.layout import Block, blocks_of
from playground.engine.plane.points import grid_of, inputs_of, points_of
from playground.engine.tasks import TASKS
from playground.values.errors import InvalidValue
from playground.values.spec import Experiment

SIDE = 100  # of the decision map
SIDES = ((40, 32), (80, 24))  # up to so many units, maps of so many places a side
SMALLEST = 16
MOST_UNITS = 8 * 16 + 6
MOST_WEIGHTS = 20_000
STEPWISE = 6  # frames before the compiled ones: what is only looked at in passing is not worth compiling
LARGEST = 1e30  # of what is drawn, so that differences stay finite

log = logging.getLogger("playground.engine")
Frame = tuple[dict[str, np.ndarray], dict[str, Any]]
compiling: list[threading.Thread] = []


class Plane:
    """A network on points in the plane, to be drawn again and again with the weights it then has.

    model: of `experiment`; compiled for training or not. Raises Conflict where the data lie in no plane.
    side: places a side of the units' maps, if not as many as fit their number.
    blocks, side: what is drawn, and on how many places a side; side is 0 where there are too many units.
    """

    def __init__(self, model: keras.Model, experiment: Experiment, *, side: int | None = None) -> None:
        self.experiment = experiment
        self.inputs = inputs_of(experiment.data)
        self.points = points_of(experiment.data)
        self.classes = data.of(experiment.data).classes
        self.blocks = blocks_of(model)
        self.forward = Forward(model)
        self.is_classifier = experiment.task == "classifier"
        if self.is_classifier:
            self.probabilities = probabilities_of(experiment)
        units = sum(block.units for block in self.blocks)
        fitting = next((places for most, places in SIDES if units <= most), SMALLEST)
        self.side = 0 if units > MOST_UNITS else side or fitting
        sizes = [math.prod(variable.shape) for block in self.blocks for variable in variables_of(block)]
        self.has_weights = self.side > 0 and sum(sizes) <= MOST_WEIGHTS
        self.layers = layers_of(self.blocks, drawn=self.side > 0, weights=self.has_weights)
        self.parameters = sum(math.prod(variable.shape) for variable in model.trainable_variables)
        self._splits = {"train": np.flatnonzero(~self.points.held), "test": np.flatnonzero(self.points.held)}
        self._loss = build_part(experiment.training.loss)
        self._x = tf.constant(np.concatenate([grid_of(self.inputs, self.side or 1), grid_of(self.inputs, SIDE), self.points.x]))
        self._drawn = 0
        self._compiled: Any = None
        # Layers note what their regulariser of activities says when they are called; noted in a graph, it would come up in the training's.
        called = [layer for layer in model.layers if not isinstance(layer, (keras.layers.Dense, *IDLE))]
        self._may_compile = not any(layer.activity_regularizer is not None for layer in called)

    @classmethod
    def of(cls, model: keras.Model, experiment: Experiment) -> Plane:
        """The model's own, made once for as long as data, loss and task stay."""
        key = (experiment.data, experiment.training.loss, experiment.task)
        found = getattr(model, "_playground_plane", None)
        if found is None or found[0] != key:
            found = key, cls(model, experiment)
            object.__setattr__(model, "_playground_plane", found)
        return found[1]

    def frame(self, *, epoch: int = 0, step: int = 0) -> Frame:
        """The network as it is now. epoch, step: finished ones, only handed on.

        Row 0 of a map is y = +3, column 0 is x = -3; what is not finite is drawn as 0 and told by meta's "finite".

        Returns: arrays, of all units of meta's layers in turn "units" uint8 (m, side, side), "lows", "highs" float32 (m,): what 0 and 255
        stand for; "weights" float32, flat, kernels row by row; "guesses" uint8 (n,) of the points (float32 where a number is predicted);
        of a classifier "winner" uint8 (100, 100), the most probable class, and "surety" uint8, its probability × 255; else "value" uint8
        (100, 100), -1 to 1 as 0 to 255. And meta: "layers" (see `layers_of`), "epoch", "step", "loss" {"train", "test"} with the penalty,
        "accuracy" or "mae" likewise, "penalty", "parameters", "finite", "left_out": a sentence, or "".
        """
        self._drawn += 1
        if self._drawn == STEPWISE and self._may_compile:
            compiling.append(threading.Thread(target=self.compile, name="plane", daemon=True))
            compiling[-1].start()
        found = {name: value.numpy() for name, value in (self._compiled or self._pictures)(self._x).items()}
        units, lows, highs = quantised(found.pop("units"), self.side)
        losses, penalty = found.pop("losses"), found.pop("penalty")
        known = losses[[len(rows) > 0 for rows in self._splits.values()]]
        is_finite = all(np.isfinite(values).all() for values in (found["weights"], found["answers"], known))
        guesses = np.nan_to_num(found.pop("answers"))
        arrays = {**found, "weights": np.nan_to_num(found["weights"], posinf=0, neginf=0), "units": units, "lows": lows, "highs": highs}
        arrays["guesses"] = guesses.astype(np.uint8) if self.is_classifier else guesses
        meta = {
            "layers": self.layers,
            "epoch": epoch,
            "step": step,
            "loss": dict(zip(self._splits, map(float, losses), strict=True)),
            TASKS[self.experiment.task].metric: self._metric(guesses),
            "penalty": float(penalty),
            "parameters": self.parameters,
            "finite": bool(is_finite),
            "left_out": "" if self.side else f"Units are drawn in networks of up to {MOST_UNITS} of them.",
        }
        return arrays, meta

    def decision(self, side: int) -> dict[str, np.ndarray]:
        """ "winner" and "surety", or "value", as a frame has them, on side × side places."""
        output = self.forward.output(self.forward(tf.constant(grid_of(self.inputs, side))))
        return {name: value.numpy() for name, value in self._decision(output, side).items()}

    def block(self, name: str) -> Block:
        """Raises InvalidValue that names those there are."""
        found = next((block for block in self.blocks if block.name == name), None)
        if found is None:
            names = ", ".join(block.name for block in self.blocks)
            raise InvalidValue("There is no such layer of units.", expected=f"one of {names}", got=name)
        return found

    def truth(self, labels: np.ndarray) -> np.ndarray:
        """Labels (n,) as the loss wants them."""
        return TASKS[self.experiment.task].encode(labels, self.experiment, self.classes)

    def loss(self, truth: np.ndarray, output: tf.Tensor) -> tf.Tensor:
        """The mean loss without penalties, float32, NaN of none. truth: from `truth`; output: float32 (n, …)."""
        if not len(truth):
            return tf.constant(math.nan)
        return tf.cast(self._loss(truth, output), tf.float32)

    def penalty(self, values: Values, rows: tf.Tensor | None = None) -> tf.Tensor:
        """What regularisers add to the loss, float32. rows: int32, the examples that penalties of activities are the mean of."""
        total = tf.constant(0.0)
        for variable in self.forward.model.trainable_variables:
            if variable.regularizer is not None:
                total += tf.cast(tf.reduce_sum(variable.regularizer(tf.convert_to_tensor(variable))), tf.float32)
        for layer in self.forward.model.layers:
            if layer.activity_regularizer is not None:
                output = values.outputs[layer.name]
                output = output if rows is None else tf.gather(output, rows)
                total += tf.cast(layer.activity_regularizer(output), tf.float32) / max(len(output), 1)
        return total

    def answers(self, output: tf.Tensor) -> tf.Tensor:
        """Classes, or numbers, float32 (n,), of outputs float32 (n, …)."""
        if not self.is_classifier:
            return output[:, 0]
        return tf.cast(tf.argmax(self.probabilities(output), axis=1), tf.float32) + 0 * tf.reduce_sum(output, axis=1)  # NaN stays NaN

    def compile(self) -> None:
        """In a thread of its own, beside the training."""
        for is_fused in (True, False):  # there may be a layer that XLA does not know
            try:
                graph = tf.function(self._pictures, autograph=False, jit_compile=is_fused)
                made = graph.get_concrete_function(tf.TensorSpec(self._x.shape, tf.float32))
                made(self._x)
            except Exception:  # then frames go on step by step
                log.info("The frames of this network are not compiled (XLA: %s).", is_fused, exc_info=True)
                continue
            self._compiled = made
            return

    def _pictures(self, x: tf.Tensor) -> dict[str, tf.Tensor]:
        small, large = max(self.side, 1) ** 2, max(self.side, 1) ** 2 + SIDE**2
        values = self.forward(x)
        output = self.forward.output(values)
        units = [tf.cast(values.outputs[block.last][:small], tf.float32) for block in self.blocks] if self.side else []
        weights = [tf.convert_to_tensor(v) for block in self.blocks for v in variables_of(block)] if self.has_weights else []
        losses, penalties = [], []
        for rows in self._splits.values():
            penalties.append(self.penalty(values, large + rows))
            losses.append(self.loss(self.truth(self.points.labels[rows]), tf.gather(output, large + rows)) + penalties[-1])
        return {
            "units": tf.concat(units, axis=1) if units else tf.zeros([1, 0]),
            "weights": tf.concat([tf.reshape(tf.cast(v, tf.float32), [-1]) for v in weights], axis=0) if weights else tf.zeros([0]),
            "answers": self.answers(output[large:]),
            "losses": tf.stack(losses),
            "penalty": penalties[0],
            **self._decision(output[small:large], SIDE),
        }

    def _decision(self, output: tf.Tensor, side: int) -> dict[str, tf.Tensor]:
        if not self.is_classifier:
            return {"value": as_bytes((output[:, 0] + 1) / 2, side)}
        probabilities = self.probabilities(output)
        winner = tf.cast(tf.argmax(probabilities, axis=1), tf.uint8)
        return {"winner": tf.reshape(winner, [side, side]), "surety": as_bytes(tf.reduce_max(probabilities, axis=1), side)}

    def _metric(self, answers: np.ndarray) -> dict[str, float]:
        is_right = answers == self.points.labels if self.is_classifier else np.abs(answers - self.points.labels)
        return {name: float(is_right[rows].mean()) if len(rows) else math.nan for name, rows in self._splits.items()}


def wait() -> None:
    """Until no frames are being compiled."""
    while compiling:
        compiling.pop().join()


def variables_of(block: Block) -> list[keras.Variable]:
    """Kernel (rows, units) and, where there is one, bias (units,)."""
    return [block.dense.kernel] + ([block.dense.bias] if block.dense.bias is not None else [])


def layers_of(blocks: tuple[Block, ...], *, drawn: bool, weights: bool) -> list[dict[str, Any]]:
    """JSON of each block: "name", "units", "first" (where its maps begin, None where there are none), "activation", "kernel" [offset in the
    weights, rows, columns] and "bias" offset, None where there is none; "sources": rows of the kernel by whose outputs they take,
    {"name", "from", "to"}; "add": whose outputs are added behind it, or None; "norm": whether it has one; "dropout": a share."""
    found, first, offset = [], 0, 0
    for block in blocks:
        kernel, *bias = variables_of(block)
        rows, columns = kernel.shape
        behind = offset + rows * columns
        found.append(
            {
                "name": block.name,
                "units": block.units,
                "first": first if drawn else None,
                "activation": block.activation,
                "kernel": [offset, rows, columns] if weights else None,
                "bias": behind if bias and weights else None,
                "sources": [{"name": source.name, "from": source.first, "to": source.end} for source in block.sources],
                "add": block.added,
                "norm": block.norm is not None,
                "dropout": block.dropout,
            }
        )
        first, offset = first + block.units, behind + (columns if bias else 0)
    return found


def quantised(values: np.ndarray, side: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """float32 (side², m) → uint8 (m, side, side), and what 0 and 255 stand for, float32 (m,) each. What is not finite is drawn as 0."""
    values = np.nan_to_num(values, posinf=0, neginf=0).clip(-LARGEST, LARGEST)
    lows, highs = values.min(axis=0), values.max(axis=0)
    steps = 255 / np.where(highs > lows, highs - lows, 1)
    return np.rint((values - lows) * steps).astype(np.uint8).T.reshape(values.shape[1], side, side), lows, highs


def as_bytes(share: tf.Tensor, side: int) -> tf.Tensor:
    """0 to 1, float32 (side²,), as uint8 (side, side), cut off at the ends; NaN as 0."""
    share = tf.where(tf.math.is_finite(share), share, 0.0)
    return tf.reshape(tf.cast(tf.round(255 * tf.clip_by_value(share, 0.0, 1.0)), tf.uint8), [side, side])
