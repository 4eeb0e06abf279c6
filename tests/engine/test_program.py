"""The engine's program over its pipes: ready, answers, training, commands, and how it dies."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import keras
import numpy as np
import pytest

from playground.sharing import presets
from playground.values import description, events, run, spec, wire
from playground.values.spec import DataChoice, Experiment, Layer, Network, Training, part

ROOT = Path(__file__).resolve().parents[2]


class Engine:
    """A real engine process. Times are generous: nothing here measures."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "playground.engine"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=os.environ | {"PLAYGROUND_NICE": "0"},
        )
        self.ready = self.read()["ready"]

    def send(self, **message: object) -> None:
        wire.write(self.process.stdin, message)

    def read(self) -> dict:
        """The next message; an engine that says nothing for a minute is killed, which ends the reading."""
        timer = threading.Timer(60, self.process.kill)
        timer.start()
        message = wire.read(self.process.stdout)
        timer.cancel()
        assert message is not None, "the engine died"
        return message

    def ask(self, **message: object) -> dict:
        self.send(id=7, **message)
        while (answer := self.read()).get("id") != 7:
            pass
        return answer

    def train(
        self, experiment: Experiment, folder: Path, react: Callable[[dict], None] = lambda message: None, **more: object
    ) -> list[dict]:
        """All messages up to Done or Failed."""
        self.send(ask="train", run="r", experiment=spec.to_json(experiment), folder=str(folder), **more)
        messages = []
        while not messages or messages[-1].get("event", {}).get("type") not in ("Done", "Failed"):
            messages.append(self.read())
            react(messages[-1])
        return messages

    def command(self, **command: object) -> None:
        self.send(ask="command", run="r", command=command)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    started = Engine()
    yield started
    started.process.stdin.close()
    assert started.process.wait(10) == 0


def iris(epochs: int = 3) -> Experiment:
    layers = (Layer(part("layers.Dense", units=8, activation="tanh"), "dense"), Layer(part("layers.Dense", units=3), "dense_1"))
    loss = part("losses.SparseCategoricalCrossentropy", from_logits=True)
    return Experiment(DataChoice("iris"), (Network((4,), layers),), Training(loss=loss, batch_size=10, epochs=epochs))


def types(messages: list[dict]) -> list[str]:
    return [message["event"]["type"] for message in messages if "event" in message]


def test_it_says_what_it_computes_on(engine) -> None:
    assert set(engine.ready) == {"device", "keras", "tensorflow", "gpus", "live_views"}
    assert "maps" in engine.ready["live_views"]
    assert engine.ready["keras"] == keras.__version__


def test_describe_is_answered(engine) -> None:
    answer = engine.ask(ask="describe", experiment=spec.to_json(presets.PRESETS["lenet"].experiment))
    told = description.from_json(answer["value"])
    assert told.can_train
    assert told.layers[-1].output_shape == (10,)


def test_an_activation_is_drawn_with_its_slope(engine) -> None:
    value = engine.ask(ask="activation", name="tanh")["value"]
    np.testing.assert_allclose(value["y"], np.tanh(value["x"]), atol=1e-6)
    np.testing.assert_allclose(value["slope"], 1 - np.tanh(value["x"]) ** 2, atol=1e-6)


def test_a_layer_that_is_an_activation_is_drawn_with_its_arguments(engine) -> None:
    value = engine.ask(ask="activation", part=spec.to_json(part("layers.LeakyReLU", negative_slope=0.25)))["value"]
    np.testing.assert_allclose(value["y"], np.where(value["x"] > 0, value["x"], 0.25 * value["x"]), atol=1e-6)


@pytest.mark.parametrize(
    "question",
    [
        {"ask": "activation", "part": {"kind": "layers.Dense", "args": {"units": 1}}},
        {"ask": "activation", "name": "lambda"},
        {"ask": "fly"},
        {"ask": "describe", "experiment": {"data": 1}},
        {"ask": "describe"},
        {"ask": "export", "experiment": spec.to_json(iris()), "folder": "/nowhere", "path": "/nowhere/m.keras"},
    ],
    ids=lambda question: question["ask"],
)
def test_a_question_that_cannot_be_answered_gets_an_error(engine, question) -> None:
    answer = engine.ask(**question)
    assert answer["error"]["what"]
    assert "Traceback" not in str(answer)


def test_training_gives_events_that_fold_into_a_finished_run(engine, tmp_path) -> None:
    result = run.Run("r", "me", iris())
    for message in engine.train(iris(), tmp_path):
        result = run.fold(result, events.from_message(message["event"]))
    assert result.status == "done"
    assert result.epoch == 3
    assert result.summary["test_examples"] == sum(row["support"] for row in result.summary["per_class"]) > 0
    assert result.checkpoint == (3, result.step)
    assert (tmp_path / "best.npz").exists()


def test_the_same_experiment_gives_the_same_curve(engine, tmp_path) -> None:
    curves = []
    for name in ("a", "b"):
        points = [m["event"] for m in engine.train(iris(), tmp_path / name) if m.get("event", {}).get("type") == "BatchPoints"]
        curves.append(np.concatenate([point["values"]["loss"] for point in points]).tobytes())
    assert curves[0] == curves[1]


def test_pause_step_resume_and_stop_are_answered_and_so_are_questions_meanwhile(engine, tmp_path) -> None:
    wishes = iter([{"do": "step", "unit": "batch"}, {"do": "resume"}])
    described = []

    def react(message: dict) -> None:
        kind = message.get("event", {}).get("type")
        if kind == "Started":
            engine.command(do="pause")
        elif kind == "Paused":
            engine.send(ask="describe", id=9, experiment=spec.to_json(iris()))
        elif message.get("id") == 9:
            described.append(description.from_json(message["value"]))
            engine.command(**next(wishes))
        elif kind == "Resumed":
            engine.command(do="stop")

    heard = engine.train(iris(epochs=100_000), tmp_path, react)
    said = [kind for kind in types(heard) if kind in ("Paused", "Resumed", "Done")]
    assert said == ["Paused", "Paused", "Resumed", "Done"]
    assert heard[-1]["event"]["stopped"]
    assert len(described) == 2


def test_wrong_commands_are_refused_and_the_run_goes_on(engine, tmp_path) -> None:
    refused = []

    def react(message: dict) -> None:
        if message.get("event", {}).get("type") == "Started":
            engine.command(do="dance")
            engine.command(do="set", name="learning_rate", value=-1)
            engine.send(ask="command", run="another", command={"do": "pause"})
        if "refused" in message:
            refused.append(message["refused"]["kind"])
            if len(refused) == 3:
                engine.command(do="stop")

    assert types(engine.train(iris(epochs=100_000), tmp_path, react))[-1] == "Done"
    assert refused == ["invalid", "invalid", "conflict"]


def test_a_second_run_is_refused_while_one_is_trained(engine, tmp_path) -> None:
    def react(message: dict) -> None:
        if message.get("event", {}).get("type") == "Started":
            engine.send(ask="train", run="second", experiment=spec.to_json(iris()), folder=str(tmp_path / "second"))
        if message["run"] == "second":
            assert message["event"]["error"]["kind"] == "conflict"
            engine.command(do="stop")

    messages = []
    engine.send(ask="train", run="r", experiment=spec.to_json(iris(epochs=100_000)), folder=str(tmp_path))
    while not (messages and messages[-1]["run"] == "r" and messages[-1]["event"]["type"] == "Done"):
        messages.append(engine.read())
        react(messages[-1])


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"layers": [{"part": {"kind": "layers.Lambda"}, "name": "x"}]}, "not offered"),
        ({"layers": [{"part": {"kind": "layers.Dense", "args": {"units": 900_000_000}}, "name": "x"}]}, "x gives 900,000,000 numbers"),
        ({"layers": []}, "no layers"),
        ({"input_shape": []}, "not a shape"),
    ],
    ids=["not offered", "absurd", "empty", "malformed"],
)
def test_a_bad_experiment_fails_its_run_with_a_sentence_and_the_next_one_works(engine, tmp_path, change, word) -> None:
    experiment = spec.to_json(iris())
    experiment["networks"][0] |= change
    engine.send(ask="train", run="bad", experiment=experiment, folder=str(tmp_path))
    event = engine.read()["event"]
    assert event["type"] == "Failed"
    assert word in event["error"]["what"]
    assert types(engine.train(iris(), tmp_path / "next"))[-1] == "Done"


def test_a_model_exported_through_the_pipe_loads_with_plain_keras(engine, tmp_path) -> None:
    engine.train(iris(), tmp_path)
    path = engine.ask(ask="export", experiment=spec.to_json(iris()), folder=str(tmp_path), weights="last", path=str(tmp_path / "m.keras"))[
        "value"
    ]
    model = keras.models.load_model(path)
    assert [layer.name for layer in model.layers] == ["input", "dense", "dense_1"]


def test_it_dies_at_once_when_stdin_closes_in_mid_training(tmp_path) -> None:
    engine = Engine()
    engine.send(ask="train", run="r", experiment=spec.to_json(iris(epochs=100_000)), folder=str(tmp_path))
    while engine.read().get("event", {}).get("type") not in ("EpochPoint", "EpochPoints"):
        pass
    engine.process.stdin.close()
    drain = threading.Thread(target=engine.process.stdout.read)
    drain.start()
    assert engine.process.wait(10) == 0
    drain.join()
    whole = re.compile(r"checkpoint|best|[0-9]{6}")
    assert not [path for path in tmp_path.rglob("*.npz") if not whole.fullmatch(path.stem) and not path.name.startswith(".")]


def test_a_run_is_looked_into_while_it_trains_and_afterwards(engine, tmp_path) -> None:
    look = {"ask": "look", "run": "r", "experiment": spec.to_json(iris()), "folder": str(tmp_path), "upload": None}
    asked = {"view": "picture", "picture": "test:3"}
    seen: list[dict] = []

    def react(message: dict) -> None:
        if message.get("event", {}).get("type") == "Started":
            engine.send(**look, id=1, question=asked)
        if message.get("id") == 1:
            seen.append(message["value"]["weights"])

    engine.train(iris(), tmp_path, react)
    assert seen and seen[0]["kind"] == "live"
    after = engine.ask(**look, question=asked | {"weights": 0})["value"]
    assert after["weights"] == {"kind": "keyframe", "epoch": 0, "step": None}
    assert after["probabilities"].shape == (3,)


def test_what_prints_to_stdout_does_not_break_the_wire() -> None:
    code = (
        "import os, sys\n"
        "from playground.engine.__main__ import take_stdout\n"
        "out = take_stdout()\n"
        "print('stray'); os.write(1, b'stray too'); os.system('echo and a child')\n"
        "from playground.values import wire\n"
        "wire.write(out, {'fine': True})\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert wire.unpack(done.stdout[4:]) == {"fine": True}
    assert b"stray too" in done.stderr
    assert b"and a child" in done.stderr
