"""One run on its way through the pool: what an engine is told to begin it, and what became of it since."""

from __future__ import annotations

import dataclasses
import functools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playground.lab import rules
from playground.values import spec
from playground.values.command import WEIGHTS, Command
from playground.values.spec import Experiment


@dataclass(eq=False)
class Job:
    """resume: from the checkpoint in `folder`, with `learning_rate` if given.

    paused: it begins so. is_waiting: it is paused now. is_parking: its engine was told to give it up. commands: to be sent to the next
    engine that takes it.
    """

    run: str
    experiment: Experiment
    folder: Path
    resume: bool = False
    learning_rate: float | None = None
    paused: bool = False
    views: tuple[str, ...] = ()
    is_waiting: bool = False
    is_parking: bool = False
    commands: list[Command] = field(default_factory=list)
    after: Callable[[], None] | None = None  # set when the run was deleted: called once no engine works on it, instead of all events
    settled: threading.Event = field(default_factory=threading.Event)  # paused or ended

    @functools.cached_property
    def key(self) -> str:
        """Of the untrained network that an engine may have ready for it."""
        return task_key(self.experiment)

    @property
    def way_on(self) -> str:
        """What can be done when it is interrupted now."""
        return rules.way_on(has_checkpoint=(self.folder / WEIGHTS["last"]).is_file())

    @property
    def order(self) -> dict[str, Any]:
        """The message that has an engine begin it."""
        return {
            "ask": "train",
            "run": self.run,
            "experiment": spec.to_json(self.experiment),
            "folder": str(self.folder),
            "resume": self.resume,
            "paused": self.paused,
            "learning_rate": self.learning_rate,
            "key": self.key,
        }

    def park(self, speed: float | None) -> None:
        """It waits as it is for its next command. speed: its limit, steps a second, or None."""
        self.resume = self.paused = True
        self.learning_rate = None
        self.commands = [Command("set", name="speed", value=speed)] if speed else []

    def let_go(self) -> None:
        """No engine works on it any more."""
        if self.after is not None:
            self.after()


def task_key(experiment: Experiment) -> str:
    """Equal for experiments whose task is the same to an engine: neither name nor length nor what is changed later are part of it."""
    return spec.dumps(experiment.having(name="", changes=(), training=dataclasses.replace(experiment.training, epochs=1)))
