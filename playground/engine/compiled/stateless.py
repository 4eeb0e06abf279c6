"""Keras's optimizers as functions: gradients and state go in as tensors, new state comes out. Knows nothing of batches or loops."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import cache

import keras
import tensorflow as tf
from keras.src.backend.tensorflow.optimizer import TFOptimizer
from keras.src.optimizers.base_optimizer import BaseOptimizer


class Stateless(TFOptimizer):
    """Stands between Keras's `Optimizer` and its TensorFlow half in an optimizer's ancestry, and speaks for the base class again.

    The TensorFlow half writes to `tf.Variable`s behind Keras's back, so it refuses `stateless_apply`. What an optimizer itself
    overrides (Nadam its update, Muon its weight decay) must still come first: with these methods put on the instance instead, Nadam's
    product of momenta stays 1 and it divides by zero.
    """

    assign, assign_add, assign_sub = BaseOptimizer.assign, BaseOptimizer.assign_add, BaseOptimizer.assign_sub
    stateless_apply = BaseOptimizer.stateless_apply
    _backend_update_step = BaseOptimizer._backend_update_step
    _apply_weight_decay = BaseOptimizer._apply_weight_decay

    def _var_key(self, variable: keras.Variable) -> str:
        return variable._value._unique_id  # its `value` is a tensor here

    def _backend_apply_gradients(self, grads: list[tf.Tensor], trainable_variables: list[keras.Variable]) -> None:
        """With accumulation both outcomes are worked out and one is taken: a branch may not set variables that stand for tensors."""
        steps = self.gradient_accumulation_steps
        if not steps:
            super()._backend_apply_gradients(grads, trainable_variables)
            return
        due = (self._iterations + 1) % steps == 0
        sums = [self._accumulated_gradients[self._get_variable_index(v)] for v in trainable_variables]
        totals = [gradient + total for gradient, total in zip(grads, sums, strict=True)]
        moving = [v for v in {id(v): v for v in (*trainable_variables, *self.variables)}.values() if v is not self._iterations]
        before = [v.value for v in moving]
        self._apply_weight_decay(trainable_variables)
        self._backend_update_step(self._clip_gradients([t / steps for t in totals]), trainable_variables, self.learning_rate)
        for variable, old in zip(moving, before, strict=True):
            variable.assign(tf.where(due, variable.value, old))
        for variable, total in zip(sums, totals, strict=True):
            variable.assign(tf.where(due, tf.zeros_like(total), total))


@cache
def functional_form(kind: type[keras.Optimizer]) -> type[keras.Optimizer]:
    return type(kind.__name__, (kind, Stateless), {})


@contextlib.contextmanager
def functional(optimizer: keras.Optimizer) -> Iterator[None]:
    """Within, a built optimizer's `stateless_apply` works."""
    kind = optimizer.__class__
    object.__setattr__(optimizer, "__class__", functional_form(kind))
    try:
        yield
    finally:
        object.__setattr__(optimizer, "__class__", kind)
