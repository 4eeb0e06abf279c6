"""The compiled chunk loop: many training steps in one call, each batch's own numbers kept.

Knows nothing of events or commands.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import keras
import numpy as np
import tensorflow as tf
from tensorflow.python.eager import context

from playground.engine.compiled.chunk import Chunk, Pace, Position

if TYPE_CHECKING:
    from playground.engine.training.batch_order import BatchOrder

BATCH_VALUES = 40_000_000  # of all layers' outputs for the examples of a batch
SMALL = 500_000  # weights times batch size; below, handing operations from thread to thread costs more than it gains

NOT_SCORED = np.zeros((0, 2), np.float32)

Arrays = tuple[np.ndarray | tf.Tensor, np.ndarray | tf.Tensor]


class LoopTrainer:
    """Trains any compiled Keras model, at most to the end of an epoch in a chunk; the task scores the epoch. See `trainer.Trainer`.

    model: compiled; its own `train_step` is called, so regularisers, batch norm, dropout, metrics and overrides keep their meaning.
    train: x uint8 (n, …), scaled to 0…1 in the graph, or float32 (n, …); y as the loss wants it.
    """

    epochs_per_chunk = 1
    scores_epochs = False

    def __init__(self, model: keras.Model, train: Arrays, *, batch_size: int, order: BatchOrder) -> None:
        self.model = model
        self.batch_size = batch_size
        self.pace = Pace()
        self._x, self._y = tf.constant(train[0]), tf.constant(train[1])
        self.examples = len(train[0])
        self.steps_per_epoch = -(-self.examples // batch_size)
        model._symbolic_build(data_batch=(_blank(train[0]), np.asarray(train[1][:2])))
        model.optimizer.build(model.trainable_variables)
        self._one_step = tf.function(self._step, jit_compile=True) if model.jit_compile is True else self._step
        self._regularized = [v for v in model.trainable_variables if v.regularizer is not None]
        self._is_small = is_small(model, batch_size)
        self.names = tuple(model.get_metrics_result()) + (("penalty",) if self._has_penalty() else ())
        self._order = order
        self._placed: tuple[int, tf.Tensor] | None = None  # an epoch and its order on the device

    @cached_property
    def traced(self) -> Callable[..., tuple[tf.Tensor, tf.Tensor]]:
        """The compiled chunk: (order, first, steps) → (steps done, rows). Called directly, for `tf.function` binds arguments slowly."""
        vector, scalar = tf.TensorSpec([None], tf.int32), tf.TensorSpec([], tf.int32)
        with self._executor():
            return tf.function(self._steps, input_signature=[vector, scalar, scalar], autograph=False).get_concrete_function()

    def _executor(self) -> contextlib.AbstractContextManager[None]:
        """Who runs the chunk's operations; loops are traced for it, so it must be the same at tracing and at calling."""
        return context.function_executor_type("SINGLE_THREADED_EXECUTOR" if self._is_small else None)

    def train(self, first: Position, most: int) -> Chunk:
        """See `Trainer.train`."""
        steps = min(self.pace.steps, most, self.steps_per_epoch - first.batch)
        order = self._order_of(first.epoch)
        begun = time.perf_counter()
        with self._executor():
            done, rows = self.traced(order, tf.constant(first.batch), tf.constant(steps))
        done, rows = int(done), rows.numpy()
        self.pace.learn(done, time.perf_counter() - begun)
        return Chunk(rows[:done], NOT_SCORED)

    def _order_of(self, epoch: int) -> tf.Tensor:
        if self._placed is None or self._placed[0] != epoch:
            self._placed = epoch, place(self._order.one(epoch))
        return self._placed[1]

    def prepare(self) -> None:
        """Trace the graph; see `Trainer.prepare`."""
        _ = self.traced

    def _steps(self, order: tf.Tensor, first: tf.Tensor, steps: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        def body(i: tf.Tensor, rows: tf.TensorArray, finite: tf.Tensor) -> tuple[tf.Tensor, tf.TensorArray, tf.Tensor]:
            chosen = order[(first + i) * self.batch_size : (first + i + 1) * self.batch_size]
            row = self._one_step(scaled(tf.gather(self._x, chosen)), tf.gather(self._y, chosen))
            return i + 1, rows.write(i, row), tf.math.is_finite(row[0])

        rows = tf.TensorArray(tf.float32, size=steps, element_shape=[len(self.names)])
        going = lambda i, rows, finite: (i < steps) & finite  # noqa: E731
        done, rows, _ = tf.while_loop(going, body, (0, rows, True), parallel_iterations=1)
        return done, rows.stack()

    def _step(self, x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        # What the weights cost is known before they move, what activations cost after the forward pass.
        penalty = [tf.reduce_sum(v.regularizer(v)) for v in self._regularized]
        with batch_numbers(self.model):
            logs = self.model.train_step((x, y))
        row = [tf.cast(logs[name], tf.float32) for name in self.names if name != "penalty"]
        if "penalty" in self.names:
            losses = self.model.losses  # those of activities first, then one for each regularised weight
            penalty += [tf.reduce_sum(loss) for loss in losses[: len(losses) - len(self._regularized)]]
            row.append(tf.cast(tf.add_n([tf.cast(p, tf.float32) for p in penalty]), tf.float32))
        return tf.stack(row)

    def _has_penalty(self) -> bool:
        layers = self.model._flatten_layers(include_self=False)
        return bool(self._regularized) or any(getattr(layer, "activity_regularizer", None) for layer in layers)


def is_small(model: keras.Model, batch_size: int) -> bool:
    """Whether one thread runs the model's steps fastest: few weights, no maps to slide over, no accelerator. Told by the model, not
    by the clock, so that the same run always takes the same way."""
    flat = all(len(layer.output.shape) <= 2 or not layer.weights for layer in model.layers)
    return flat and model.count_params() * batch_size <= SMALL and not tf.config.list_physical_devices("GPU")


@contextlib.contextmanager
def batch_numbers(model: keras.Model) -> Iterator[None]:
    """While a step is traced, the model's logs are the batch's own numbers, not Keras's running means.

    Loss and means over examples (all metrics that wrap a function) are taken as they come, without the trackers' variables: a tenth
    of a small net's operations. Where a metric keeps more than a mean, all trackers are reset before the batch instead.
    """
    metrics = [metric for holder in model.metrics for metric in getattr(holder, "metrics", [holder])]
    metrics = [metric for metric in metrics if metric is not model._loss_tracker]
    if type(model).compute_metrics is not keras.Model.compute_metrics or any(type(m).update_state is not MEAN for m in metrics):
        for metric in model.metrics:
            metric.reset_state()
        yield
        return
    seen: dict[str, tf.Tensor] = {}

    def compute(x: tf.Tensor, y: tf.Tensor, y_pred: tf.Tensor, sample_weight: None = None) -> dict[str, tf.Tensor]:
        means = {m.name: tf.reduce_mean(tf.cast(m._fn(y, y_pred, **m._fn_kwargs), tf.float32)) for m in metrics}
        return {model._loss_tracker.name: seen["loss"]} | means

    model._loss_tracker.update_state = lambda values, sample_weight=None: seen.update(loss=values)
    model.compute_metrics = compute
    try:
        yield
    finally:
        del model._loss_tracker.update_state, model.compute_metrics


MEAN = keras.metrics.MeanMetricWrapper.update_state


class Scorer:
    """Scores a model on arrays in compiled chunks: mean loss and a prediction for each example.

    predict: (y_pred tensor) → int32 (batch,), the predicted labels, or float32 (batch,), the predicted numbers.
    """

    def __init__(self, model: keras.Model, predict: Callable[[tf.Tensor], tf.Tensor], *, batch_size: int) -> None:
        self.model = model
        self.predict = predict
        self.batch_size = batch_size
        self.pace = Pace()
        self._run = tf.function(self._steps, autograph=False, reduce_retracing=True)

    def score(self, x: tf.Tensor, y: tf.Tensor, *, first: int) -> tuple[np.ndarray, np.ndarray]:
        """The next chunk from batch `first` on. Returns losses float32 (steps,) and what `predict` gives for each example."""
        batches = -(-len(x) // self.batch_size)
        steps = min(self.pace.steps, batches - first)
        begun = time.perf_counter()
        losses, labels = self._run(x, y, tf.constant(first), tf.constant(steps))
        losses, labels = losses.numpy(), labels.numpy()
        self.pace.learn(steps, time.perf_counter() - begun)
        return losses, labels

    def _steps(self, x: tf.Tensor, y: tf.Tensor, first: tf.Tensor, steps: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        def body(i: tf.Tensor, losses: tf.TensorArray, labels: tf.TensorArray) -> tuple[tf.Tensor, tf.TensorArray, tf.TensorArray]:
            start = (first + i) * self.batch_size
            batch, truth = scaled(x[start : start + self.batch_size]), y[start : start + self.batch_size]
            output = self.model(batch, training=False)
            loss = self.model.compute_loss(x=batch, y=truth, y_pred=output, training=False)
            return i + 1, losses.write(i, tf.cast(loss, tf.float32)), labels.write(i, self.predict(output))

        losses = tf.TensorArray(tf.float32, size=steps, element_shape=[])
        kind = self.predict(tf.zeros((1, *self.model.output_shape[1:]))).dtype
        labels = tf.TensorArray(kind, size=steps, element_shape=[None], infer_shape=False)
        _, losses, labels = tf.while_loop(lambda i, *_: i < steps, body, (0, losses, labels), parallel_iterations=1)
        return losses.stack(), labels.concat()


class Outputs:
    """A model's outputs for many examples, in compiled batches of one size, in inference mode.

    batch_size: by default 128, fewer where the layers' outputs are large, so that a batch takes neither seconds nor gigabytes.
    """

    def __init__(self, model: keras.Model, *, batch_size: int | None = None) -> None:
        values = sum(math.prod(layer.output.shape[1:]) for layer in model.layers)
        self.batch_size = batch_size or min(128, max(4, BATCH_VALUES // values))
        self._run = tf.function(lambda x: model(scaled(x), training=False), autograph=False, reduce_retracing=True)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """float32 (n, …). x: uint8 pictures or float32, (n, …); the last batch is filled up, so that one graph serves all."""
        found = []
        for first in range(0, len(x), self.batch_size):
            batch = x[first : first + self.batch_size]
            rest = self.batch_size - len(batch)
            full = np.concatenate([batch, np.zeros((rest, *batch.shape[1:]), batch.dtype)]) if rest else batch
            found.append(tf.cast(self._run(tf.constant(full)), tf.float32).numpy()[: len(batch)])
        return np.concatenate(found) if found else np.zeros((0,), np.float32)


def place(array: np.ndarray) -> tf.Tensor:
    """The array on the device."""
    return tf.constant(array)


def value_and_slope(function: Callable[[tf.Tensor], tf.Tensor], x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """function(x) and its derivative as backpropagation has it, for an elementwise function. x: float32 (n,)."""
    at = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(at)
        y = function(at)
    slope = tape.gradient(y, at, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return y.numpy(), slope.numpy()


def scaled(x: tf.Tensor) -> tf.Tensor:
    """Pictures (uint8) as float32 from 0 to 1; anything else as it is."""
    return tf.cast(x, tf.float32) / 255.0 if x.dtype == tf.uint8 else x


def _blank(x: np.ndarray) -> np.ndarray:
    return np.zeros((2, *x.shape[1:]), np.float32)
