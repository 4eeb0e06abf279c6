"""Random numbers in a program of XLA are those that Keras draws on a CPU, whoever else compiles meanwhile."""

from __future__ import annotations

import threading

import numpy as np
import pytest
import tensorflow as tf
from keras.src.backend.tensorflow import random as backend

from playground.engine.compiled.cpu_random import KERAS, OWN, as_on_cpu

DRAWS = {
    "dropout": lambda: backend.dropout(tf.ones([7, 5]), 0.3, seed=3),
    "uniform": lambda: backend.uniform((7, 5), -1.0, 2.0, seed=3),
    "normal": lambda: backend.normal((7, 5), 0.5, 2.0, seed=3),
}


@pytest.mark.parametrize("name", DRAWS)
def test_compiled_draws_are_those_of_the_plain_loop(name):
    plain = DRAWS[name]().numpy()
    with as_on_cpu():
        compiled = tf.function(DRAWS[name], jit_compile=True)().numpy()
    np.testing.assert_allclose(compiled, plain, rtol=2e-5, atol=2e-6)


def test_of_two_threads_that_compile_at_once_neither_takes_it_from_the_other():
    is_in, may_leave = threading.Event(), threading.Event()

    def first() -> None:
        with as_on_cpu():
            is_in.set()
            may_leave.wait(10)

    thread = threading.Thread(target=first)
    thread.start()
    is_in.wait(10)
    with as_on_cpu():
        may_leave.set()
        thread.join()
        assert {name: getattr(backend, name) for name in OWN} == OWN
    assert {name: getattr(backend, name) for name in KERAS} == KERAS
