"""The random numbers of Keras's layers as a CPU draws them, worked out by operations that XLA compiles alike.

XLA makes other floats of the same bits: dropout would leave out other units than in the plain loop and in an exported script.
"""

from __future__ import annotations

import contextlib
import math
import threading
from collections.abc import Iterator, Sequence

import tensorflow as tf
from keras.src.backend.tensorflow import random as backend

PHILOX = 1  # TensorFlow's number for the generator
SCRAMBLER = 0x02461E293EC8F720  # the key that TensorFlow turns seeds into keys with


@contextlib.contextmanager
def as_on_cpu() -> Iterator[None]:
    """Within, Keras's layers draw by the functions below. Values on a CPU are the same either way, so that other threads notice nothing.

    Two threads may be within at once, for networks are compiled ahead: the last to leave puts things back.
    """
    with _LOCK:
        if not _WITHIN:
            for name, function in OWN.items():
                setattr(backend, name, function)
        _WITHIN.append(None)
    try:
        yield
    finally:
        with _LOCK:
            _WITHIN.pop()
            if not _WITHIN:
                for name, function in KERAS.items():
                    setattr(backend, name, function)


def dropout(inputs: tf.Tensor, rate: float, noise_shape: Sequence[int | None] | None = None, seed: object = None) -> tf.Tensor:
    """inputs / (1 - rate) where a uniform number is at least `rate`, else 0."""
    shape = tuple(n or own for n, own in zip(noise_shape or inputs.shape, inputs.shape, strict=True))
    return tf.where(uniform(shape, seed=seed) >= rate, inputs * (1 / (1 - rate)), 0.0) if rate else inputs


def uniform(shape: Sequence[int], minval: float = 0.0, maxval: float = 1.0, dtype: object = None, seed: object = None) -> tf.Tensor:
    """float32, in [minval, maxval)."""
    return tf.reshape(fractions(math.prod(shape), seed), shape) * (maxval - minval) + minval


def normal(shape: Sequence[int], mean: float = 0.0, stddev: float = 1.0, dtype: object = None, seed: object = None) -> tf.Tensor:
    """float32, by the transform of Box and Muller (1958), two numbers at a time as TensorFlow's kernel has it."""
    count = math.prod(shape)
    first, second = tf.unstack(tf.reshape(fractions(count + count % 2, seed), [-1, 2]), axis=1)
    length = tf.sqrt(-2.0 * tf.math.log(tf.maximum(first, 1e-7)))
    angle = 2.0 * math.pi * second
    pairs = tf.stack([tf.sin(angle) * length, tf.cos(angle) * length], axis=1)
    return tf.reshape(tf.reshape(pairs, [-1])[:count], shape) * stddev + mean


def fractions(count: int, seed: object) -> tf.Tensor:
    """float32 (count,), in [0, 1): 23 random bits each, the lower ones of a random word."""
    key, counter = key_and_counter(backend._cast_seed(backend.draw_seed(seed)))
    words = tf.raw_ops.StatelessRandomUniformFullIntV2(shape=[count], key=key, counter=counter, alg=PHILOX, dtype=tf.uint32)
    one = tf.constant(0x3F800000, tf.uint32)  # the bits of 1.0
    return tf.bitcast(tf.bitwise.bitwise_or(tf.bitwise.bitwise_and(words, 0x7FFFFF), one), tf.float32) - 1.0


def key_and_counter(seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Where the generator starts. seed: int32 (2,). Returns uint64 (1,) and (2,)."""
    counter = tf.bitcast(tf.cast(seed, tf.int64), tf.uint64)
    key = tf.constant([SCRAMBLER], tf.uint64)
    words = tf.raw_ops.StatelessRandomUniformFullIntV2(shape=[4], key=key, counter=counter, alg=PHILOX, dtype=tf.uint32)
    low, high = words[0::2], tf.bitwise.left_shift(tf.cast(words[1::2], tf.uint64), tf.constant(32, tf.uint64))
    start = tf.bitwise.bitwise_or(tf.cast(low, tf.uint64), high)
    return start[:1], tf.stack([tf.constant(0, tf.uint64), start[1]])


OWN = {"dropout": dropout, "uniform": uniform, "normal": normal}
KERAS = {name: getattr(backend, name) for name in OWN}
_WITHIN: list[None] = []  # one entry for each that is within
_LOCK = threading.Lock()
