"""Exceptions of any kind become sentences without tracebacks."""

from __future__ import annotations

import pytest
import tensorflow as tf

from playground.engine.explain import explain
from playground.engine.program import Program
from playground.engine.tasks import Supervised
from playground.values import errors
from playground.values.spec import DataChoice, Experiment, Layer, Network, Training, part, to_json

FULL = tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor with shape[9,9] at node network/dense_1/MatMul")


@pytest.mark.parametrize("error", [MemoryError(), FULL], ids=["Python", "TensorFlow"])
def test_a_full_memory_says_what_to_try(error) -> None:
    told = explain(error, layers=["dense", "dense_1"])
    assert told.kind == "limit"
    assert told.what.startswith("The memory is full")
    assert "smaller batch" in told.fix


def test_the_layer_is_named_where_the_message_names_one() -> None:
    assert explain(FULL, layers=["dense", "dense_1"]).what == "The memory is full in layer dense_1."
    assert explain(ValueError("bad shape"), layers=["dense"]).what == "The engine could not go on."


def test_a_playground_error_is_left_as_it_is() -> None:
    error = errors.Unavailable("The disk is full.")
    assert explain(error) is error


class Silent:
    """An inbox without messages."""

    def take(self, seconds: float | None) -> None:
        return None


def test_an_engine_out_of_memory_fails_the_run_and_says_no_traceback(monkeypatch, tmp_path) -> None:
    def burst(self, *args: object, **more: object) -> None:
        raise FULL

    monkeypatch.setattr(Supervised, "score", burst)
    layers = (Layer(part("layers.Dense", units=3), "dense_1"),)
    experiment = Experiment(DataChoice("iris"), (Network((4,), layers),), Training(epochs=1))
    sent: list[dict] = []
    program = Program(Silent(), sent.append, device="CPU")
    program.train({"run": "r", "experiment": to_json(experiment), "folder": str(tmp_path)})
    assert sent[-1]["event"]["type"] == "Failed"
    assert sent[-1]["event"]["error"]["what"] == "The memory is full in layer dense_1."
    assert "Traceback" not in str(sent[-1])
    assert program.session is None


def test_errors_survive_the_wire() -> None:
    assert errors.from_json(explain(FULL).to_json()).to_json() == explain(FULL).to_json()
    assert len(explain(ValueError("x" * 10_000)).got) <= 200
