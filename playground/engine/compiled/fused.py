"""The whole loop over many epochs as one program of XLA, for small nets: hundreds of steps while the plain loop does one.

Variables go through it as tensors, which spares what the plain loop spends on its hundred small operations a step. Must give what
the plain loop gives, but for rounding. Knows nothing of events or commands.
"""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import keras
import numpy as np
import tensorflow as tf

from playground.engine.compiled.chunk import CHUNK_SECONDS, Chunk, Pace, Position
from playground.engine.compiled.cpu_random import as_on_cpu
from playground.engine.compiled.loop import MEAN, Arrays, is_small, scaled
from playground.engine.compiled.stateless import functional
from playground.engine.compiled.structure import metrics_of, state_of, structure_of

if TYPE_CHECKING:
    from playground.engine.training.batch_order import BatchOrder

SCORING_BATCH = 128  # examples; what the loss of the held-out part is a mean over, as in the tasks' scores
LEAST = 2_000_000  # weights times examples that the least chunk passes: a few milliseconds
SMALLEST = 5_000  # of them that a step costs, however small the net
ROWS = 8_192  # steps a call can do at most: the program's room for their numbers
ORDERED = 1_000_000  # numbers of examples that a call can be given, so that large batches do not make it large
PROGRAMS = 8  # kept
OPTIMIZERS = ("Adam", "SGD", "RMSprop", "AdamW", "Adagrad", "Nadam", "Adamax", "Adadelta", "Adafactor", "Ftrl", "Lion", "Lamb", "Muon")
LAYERS = (
    *("InputLayer", "Dense", "Flatten", "Reshape", "Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax", "Rescaling"),
    *("BatchNormalization", "LayerNormalization", "GroupNormalization", "RMSNormalization", "UnitNormalization"),
    *("Dropout", "GaussianDropout", "GaussianNoise", "AlphaDropout", "ActivityRegularization"),
    *("Add", "Concatenate", "Average", "Maximum", "Minimum", "Multiply", "Subtract"),
)


def suits(model: keras.Model, batch_size: int) -> bool:
    """Whether a compiled model is trained in this form: always or never, for the result may differ in the last digit. Told by the
    model, not by the clock."""
    kind, optimizer = type(model), model.optimizer
    plain = kind.train_step is keras.Model.train_step and kind.compute_loss is keras.Model.compute_loss
    layers = all(type(layer).__name__ in LAYERS and layer.dtype_policy.name == "float32" for layer in model.layers)
    known = type(optimizer).__name__ in OPTIMIZERS and not optimizer.use_ema
    if not (plain and layers and known and isinstance(model.loss, keras.losses.Loss)):
        return False
    metrics = metrics_of(model)
    return len(metrics) == 1 and type(metrics[0]).update_state is MEAN and is_small(model, batch_size)


class FusedTrainer:
    """Trains a compiled model that `suits`, over as many epochs as fit into a chunk, and scores each. See `trainer.Trainer`.

    train, held: x uint8 (n, …), scaled to 0…1 in the graph, or float32 (n, …); y as the loss wants it.
    """

    scores_epochs = True

    def __init__(self, model: keras.Model, train: Arrays, held: Arrays, *, batch_size: int, order: BatchOrder) -> None:
        self.model = model
        self.batch_size = batch_size
        self.pace = Pace(least=max(1, LEAST // (model.count_params() * batch_size + SMALLEST)))
        self.examples = len(train[0])
        self.steps_per_epoch = -(-self.examples // batch_size)
        self._data = tuple(tf.constant(array) for array in (*train, *held))
        model._symbolic_build(data_batch=(np.zeros((2, *train[0].shape[1:]), np.float32), np.asarray(train[1][:2])))
        model.optimizer.build(model.trainable_variables)
        self._variables = [v._value for v in state_of(model)]
        self._program = program_of(model, self._data, batch_size)
        self.names = self._program.names
        self.epochs_per_chunk = max(1, self._program.epochs - 2)  # so many whole ones fit into a call
        self._order = order
        self._orders = np.zeros((self._program.epochs, self.examples), np.int32)

    def prepare(self) -> None:
        """See `Trainer.prepare`."""
        copies = [tf.Variable(variable, trainable=variable.trainable) for variable in self._variables]
        self._program.run(copies, self._data, self._orders, first=0, steps=0)

    def train(self, first: Position, most: int) -> Chunk:
        """See `Trainer.train`. An epoch that ends with a batch whose loss is not finite is not scored."""
        room = min(self._program.rows, self._program.epochs * self.steps_per_epoch - first.batch)
        steps = min(self.pace.steps, most, room)
        orders = self._order.of(first.epoch, -(-(first.batch + steps) // self.steps_per_epoch))
        self._orders[: len(orders)] = orders
        begun = time.perf_counter()
        rows, scores = self._program.run(self._variables, self._data, self._orders, first=first.batch, steps=steps)
        seconds = time.perf_counter() - begun
        # Of a few steps, most is the call's own cost; a chunk that ends with an epoch has nearly as many as it might.
        if 2 * steps >= min(self.pace.steps, self._program.rows) or seconds > CHUNK_SECONDS:
            self.pace.learn(len(rows), seconds)
        return Chunk(rows, scores)


class Program:
    """One compiled training, for all models that differ from `model` in their variables' values alone.

    epochs, rows: how many orders and steps a call has room for.
    """

    def __init__(self, model: keras.Model, examples: int, batch_size: int) -> None:
        self.rows = min(ROWS, max(ORDERED // batch_size, 1))
        self.steps_per_epoch = -(-examples // batch_size)
        self.epochs = (self.rows - 2) // self.steps_per_epoch + 2
        self._model, self._batch_size = model, batch_size
        self._rest = examples - (self.steps_per_epoch - 1) * batch_size  # in the last batch
        self._metric = metrics_of(model)[0]
        self._trainable, self._of_model = len(model.trainable_variables), len(model.variables)
        self.names = (model._loss_tracker.name, self._metric.name) + (("penalty",) if _has_penalty(model) else ())
        self._run = tf.function(self._chunk, jit_compile=True, autograph=False)
        self._lock = threading.Lock()  # two who want it compiled at once wait for each other

    def run(
        self, variables: Sequence[tf.Variable], arrays: Sequence[tf.Tensor], orders: np.ndarray, *, first: int, steps: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Returns rows float32 (steps done, names) and scores float32 (epochs finished, 2)."""
        with self._lock:
            done, finished, rows, scores = self._run(
                list(variables), tuple(arrays), tf.constant(orders), tf.constant(first), tf.constant(steps)
            )
        return rows.numpy()[: int(done)], scores.numpy()[: int(finished)]

    def _chunk(self, variables, arrays, orders, first, steps):
        """The graph: epochs around batches. Only the end of an epoch branches, so that batches cost nothing but themselves."""
        x, y, held_x, held_y = arrays
        per_epoch, size, rest = self.steps_per_epoch, self._batch_size, self._rest
        end = first + steps

        def trained(step, rows, values, size):
            chosen = tf.slice(orders, [step // per_epoch, step % per_epoch * self._batch_size], [1, size])[0]
            values, row = self._step(values, scaled(tf.gather(x, chosen)), tf.gather(y, chosen))
            return step + 1, tf.math.is_finite(row[0]), rows.write(step - first, row), values

        def batch(step, going, rows, *values):
            step, going, rows, values = trained(step, rows, list(values), size)
            return step, going, rows, *values

        def ended(step, rows, finished, scores, values):
            going = tf.constant(True)
            if rest < size:
                step, going, rows, values = trained(step, rows, list(values), rest)
            score = self._score(values, held_x, held_y)
            scores = scores.write(finished, score)
            finished += tf.cast(going, tf.int32)
            return step, going & tf.math.is_finite(score[0]), rows, finished, scores, *values

        def epoch(step, going, rows, finished, scores, *values):
            epoch_end = (step // per_epoch + 1) * per_epoch
            whole = epoch_end - 1 if rest < size else epoch_end  # until there, batches are whole
            if per_epoch > 1 or rest == size:
                stop = tf.minimum(whole, end)
                ahead = lambda step, going, *_: (step < stop) & going  # noqa: E731
                step, going, rows, *values = tf.while_loop(ahead, batch, (step, going, rows, *values), parallel_iterations=1)
            at_end = (step == whole) & going & ((step < end) | (whole == epoch_end))
            return tf.cond(
                at_end,
                lambda: ended(step, rows, finished, scores, values),
                lambda: (step, going, rows, finished, scores, *values),
            )

        rows = tf.TensorArray(tf.float32, size=self.rows, element_shape=[len(self.names)])
        scores = tf.TensorArray(tf.float32, size=self.epochs, element_shape=[2])
        start = (first, tf.constant(True), rows, tf.constant(0), scores, *(v.read_value() for v in variables))
        ahead = lambda step, going, *_: (step < end) & going  # noqa: E731
        step, _, rows, finished, scores, *values = tf.while_loop(ahead, epoch, start, parallel_iterations=1)
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)
        return step - first, finished, rows.stack(), scores.stack()

    def _step(self, values: list[tf.Tensor], x: tf.Tensor, y: tf.Tensor) -> tuple[list[tf.Tensor], tf.Tensor]:
        """One training step, as the model's own `train_step` does it. Returns the new values and the batch's row."""
        model, optimizer = self._model, self._model.optimizer
        weights, others, state = self._parts(values)
        with as_on_cpu(), tf.GradientTape() as tape:
            tape.watch(weights)
            output, others, losses = model.stateless_call(weights, others, x, training=True, return_losses=True)
            loss = self._loss(x, y, output, losses)
            goal = optimizer.scale_loss(loss)
        with functional(optimizer):
            weights, state = optimizer.stateless_apply(state, tape.gradient(goal, weights), weights)
        row = [loss, self._measure(y, output)]
        if "penalty" in self.names:
            row.append(tf.add_n([tf.reduce_sum(each) for each in losses]))
        return [*weights, *others, *state], tf.stack([tf.cast(value, tf.float32) for value in row])

    def _score(self, values: list[tf.Tensor], x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        """float32 (2,): loss, penalty included, and metric, means over the examples."""
        weights, others, _ = self._parts(values)
        size, total = max(self._batch_size, SCORING_BATCH), x.shape[0]

        def part(first, size):
            batch, truth = (
                scaled(tf.slice(x, [first, *[0] * (len(x.shape) - 1)], [size, *x.shape[1:]])),
                tf.slice(y, [first, *[0] * (len(y.shape) - 1)], [size, *y.shape[1:]]),
            )
            output, _, losses = self._model.stateless_call(weights, others, batch, training=False, return_losses=True)
            return size * tf.stack([self._loss(batch, truth, output, losses), self._measure(truth, output)])

        whole, rest = total // size, total % size
        sums = tf.zeros(2)
        if whole:
            _, sums = tf.while_loop(lambda i, _: i < whole, lambda i, sums: (i + 1, sums + part(i * size, size)), (0, sums))
        if rest:
            sums += part(whole * size, rest)
        return sums / total

    def _parts(self, values: list[tf.Tensor]) -> tuple[list[tf.Tensor], list[tf.Tensor], list[tf.Tensor]]:
        return values[: self._trainable], values[self._trainable : self._of_model], values[self._of_model :]

    def _loss(self, x: tf.Tensor, y: tf.Tensor, output: tf.Tensor, losses: list[tf.Tensor]) -> tf.Tensor:
        self._model._losses_override = losses
        try:
            return self._model.compute_loss(x=x, y=y, y_pred=output)
        finally:
            self._model._losses_override = []

    def _measure(self, y: tf.Tensor, output: tf.Tensor) -> tf.Tensor:
        return tf.reduce_mean(tf.cast(self._metric._fn(y, output, **self._metric._fn_kwargs), tf.float32))


def program_of(model: keras.Model, arrays: Sequence[tf.Tensor], batch_size: int) -> Program:
    """The program for this model and data of these shapes: one that stands already, where there is one."""
    key = (structure_of(model), batch_size, *((tuple(array.shape), array.dtype) for array in arrays))
    with _LOCK:
        program = _KNOWN.pop(key, None) or Program(model, len(arrays[0]), batch_size)
        _KNOWN[key] = program
        while len(_KNOWN) > PROGRAMS:
            _KNOWN.popitem(last=False)
    return program


def _has_penalty(model: keras.Model) -> bool:
    layers = model._flatten_layers(include_self=False)
    return any(v.regularizer for v in model.trainable_variables) or any(getattr(layer, "activity_regularizer", None) for layer in layers)


def _hasten_compiling() -> None:
    """Tell XLA, which listens until it is first used: its older emitters compile such programs in half the time, and they run as fast.
    Only where the flag is known, for an unknown one would end the process."""
    if tf.__version__.startswith("2.21."):
        os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} --xla_cpu_use_fusion_emitters=false".strip()


_hasten_compiling()
_KNOWN: OrderedDict[tuple, Program] = OrderedDict()  # the latest last
_LOCK = threading.Lock()
