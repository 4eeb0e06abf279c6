"""A program that speaks the engine's protocol without Keras, for tests of the lab: its losses are 1/step.

What it does wrong is told by the experiment's name ("crash", "hang", "nan", "scoring", "slow", "wild") or by FAKE_ENGINE ("dead" leaves
at start).
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import time
from pathlib import Path

import numpy as np

from playground.values import events, wire
from playground.values.description import Description, LayerInfo, Problem, to_json

STEPS = 10  # an epoch


class Engine:
    def __init__(self) -> None:
        self.out = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)
        self.inbox: queue.Queue = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self) -> None:
        stdin = sys.stdin.buffer
        while (body := wire.read(stdin)) is not None:
            self.inbox.put(body)
        os._exit(0)

    def say(self, **body) -> None:
        wire.write(self.out, body)

    def tell(self, run: str, event) -> None:
        self.say(run=run, event=events.to_message(event))

    def loop(self) -> None:
        print("the fake engine says hello", file=sys.stderr, flush=True)
        if os.environ.get("FAKE_ENGINE") == "dead":
            print("no such device", file=sys.stderr, flush=True)
            os._exit(3)
        self.say(ready={"device": "Fake, 2 cores", "keras": "0", "tensorflow": "0", "gpus": 0, "live_views": ["maps"]})
        while True:
            body = self.inbox.get()
            if body["ask"] == "train":
                self.train(body)
            else:
                self.answer(body)

    def answer(self, body) -> None:
        match body["ask"]:
            case "describe":
                name = body["experiment"].get("name")
                if name == "slow answer":
                    time.sleep(1.0)
                layers = tuple(LayerInfo(layer["name"], (10,), 100, 100, 400, 40) for layer in body["experiment"]["networks"][0]["layers"])
                problems = (Problem("The last layer has too few units.", layer="dense"),) if name == "impossible" else ()
                self.say(id=body["id"], value=to_json(Description(layers, problems, 100, 100, 1000)))
            case "activation":
                assert ("name" in body) != ("part" in body)
                x = np.linspace(-1, 1, 5, dtype=np.float32)
                self.say(id=body["id"], value={"x": x, "y": np.maximum(x, 0), "slope": (x > 0).astype(np.float32)})
            case "look":
                if body["question"]["view"] == "slow":
                    time.sleep(0.5)
                if body["question"]["view"] == "endless":
                    time.sleep(60)
                if body["question"]["view"] == "wrong":
                    self.say(id=body["id"], error={"kind": "invalid", "what": "No such view.", "expected": "", "got": "", "fix": ""})
                    return
                maps = np.arange(6, dtype=np.float32).reshape(2, 3)
                self.say(id=body["id"], value={"maps": maps, "asked": body["question"], "by": os.getpid(), "upload": body["upload"]})
            case "export":
                Path(body["path"]).write_bytes(b"keras " + body["weights"].encode())
                self.say(id=body["id"], value=body["path"])

    def train(self, body) -> None:
        run, folder = body["run"], Path(body["folder"])
        experiment = body["experiment"]
        name, epochs = experiment.get("name", ""), experiment.get("training", {}).get("epochs", 10)
        saved = folder / "checkpoint.npz"
        step = int(np.load(saved)["step"]) if body["resume"] and saved.exists() else 0
        rate = body["learning_rate"] or 0.001
        self.tell(
            run,
            events.Started(
                step // STEPS,
                step,
                epochs,
                STEPS,
                {"train": 80, "validation": 10, "test": 10},
                ("a", "b"),
                100,
                "Fake",
                8,
                rate,
                paused=bool(body.get("paused")),
            ),
        )
        paused, until, watched = bool(body.get("paused")), None, ()
        if paused:
            self.save(folder, run, step)
            self.tell(run, events.Paused(step // STEPS, step))
        while step < epochs * STEPS:
            while paused or not self.inbox.empty():
                message = self.inbox.get()
                if message["ask"] == "watch":
                    watched = message["views"]
                    self.tell(run, events.Picture("watched", step // STEPS, step, {}, {"views": list(watched)}))
                elif message["ask"] == "park":
                    self.save(folder, run, step)
                    self.say(run=run, parked={"speed": 7.0} if paused and name != "stays" else None)
                    if paused and name != "stays":
                        return
                elif message["ask"] != "command":
                    self.answer(message)
                elif (command := message["command"])["do"] == "pause":
                    paused = True
                    self.save(folder, run, step)
                    self.tell(run, events.Paused(step // STEPS, step))
                elif command["do"] == "resume":
                    paused = False
                    self.tell(run, events.Resumed())
                elif command["do"] == "step":
                    paused, until = False, step + (1 if command["unit"] == "batch" else STEPS - step % STEPS)
                elif command["do"] == "set" and command["name"] == "learning_rate" and name == "schedule":
                    self.say(run=run, refused={"kind": "conflict", "what": "The schedule decides.", "expected": "", "got": "", "fix": ""})
                elif command["do"] == "set":
                    self.tell(run, events.Changed(command["name"], command["value"]))
                elif command["do"] == "stop" and name != "hang":
                    for _ in range(15 if name == "scoring" else 0):
                        time.sleep(0.1)
                        self.tell(run, events.Progress(step // STEPS, step, step * 0.001, None, 0.0, 0.0, rate))
                    self.tell(run, events.Done(True, {}))
                    return
            if name == "crash" and step == STEPS + 5:
                os._exit(9)
            if name == "nan" and step == STEPS + 5:
                self.tell(run, events.Failed({"kind": "error", "what": "The loss is not a number."}, {"last_good_epoch": 1}))
                return
            if name == "hang":
                continue
            time.sleep(0.0 if name == "wild" else 0.02 if name == "slow" else 0.001)
            step += 1
            self.point(run, step, rate, watched)
            if step % STEPS == 0:
                self.save(folder, run, step)
            if step == until:
                paused, until = True, None
                self.tell(run, events.Paused(step // STEPS, step))
        self.tell(run, events.Done(False, {"test_loss": 0.5, "test_accuracy": 0.75, "test_examples": 10}))

    def point(self, run: str, step: int, rate: float, watched) -> None:
        loss = np.array([1 / step], np.float32)
        self.tell(run, events.BatchPoints(np.array([step], np.int32), {"loss": loss, "accuracy": 1 - loss}))
        epoch = step // STEPS
        if step % STEPS == 0:
            values = {"loss": 1 / step, "val_loss": 1 / step, "accuracy": 0.5, "val_accuracy": 0.5, "learning_rate": rate}
            self.tell(run, events.EpochPoint(epoch, step, values))
            self.tell(run, events.Picture("confusion", epoch, step, {"matrix": np.eye(2, dtype=np.int32) * epoch}, {"split": "validation"}))
        self.tell(run, events.Progress(epoch, step, step * 0.001, 1.0, 8000.0, 1000.0, rate))

    def save(self, folder: Path, run: str, step: int) -> None:
        for name in ("checkpoint.npz", "best.npz"):
            np.savez(folder / f"{name}.part.npz", step=step)
            os.replace(folder / f"{name}.part.npz", folder / name)
        self.tell(run, events.Saved(step // STEPS, step))


if __name__ == "__main__":
    Engine().loop()
