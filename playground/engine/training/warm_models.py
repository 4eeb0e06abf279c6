"""Networks that somebody looks at before they are trained, compiled aside so that Play moves at once."""

from __future__ import annotations

import gc
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path

from playground import data
from playground.engine.checkpoints import checkpoint
from playground.engine.inspection.memory import Memory
from playground.engine.inspection.subject import Subject, Weights
from playground.engine.model.describe import check_trainable
from playground.engine.tasks import Task, prepare
from playground.values.spec import Experiment

MOST = 4  # models kept
NOWHERE = Path("untrained")  # the folder of a network without a run: there is none


class WarmModel:
    """A task whose trainer is compiled, if wanted in a thread, while its network is looked at."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.is_compiled = False
        self._thread: threading.Thread | None = None
        self._error: BaseException | None = None

    def begin(self) -> None:
        """Compile in a thread. Not where activities are penalised: layers note them when they are called, whoever calls."""
        layers = [layer for model in self.task.models.values() for layer in model._flatten_layers(include_self=False)]
        if self._thread is None and not self.is_compiled and not any(getattr(layer, "activity_regularizer", None) for layer in layers):
            self._thread = threading.Thread(target=self._compile, name="compile", daemon=True)
            self._thread.start()

    @property
    def is_compiling(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def wait(self) -> None:
        """Until nothing is being compiled in the thread."""
        if self._thread is not None:
            self._thread.join()

    def finish(self) -> None:
        """Have the trainer compiled now. Raises what compiling raised."""
        self.wait()
        if self._error is not None:
            raise self._error
        if not self.is_compiled:
            self._compile()
            if self._error is not None:
                raise self._error

    def _compile(self) -> None:
        try:
            self.task.trainer.prepare()
            self.is_compiled = True
        except BaseException as error:  # whoever needs it is told, in the thread that can say it
            self._error = error


@dataclass(eq=False)
class Untrained:
    """A warm model as it was built: `state` undoes what looking at it has left."""

    warm_model: WarmModel
    experiment: Experiment
    state: checkpoint.State
    memory: Memory = field(default_factory=Memory)


class WarmModels:
    """The last few networks that were looked at untrained, each under a key that is the same for all experiments with the same task."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Untrained] = OrderedDict()
        self._next: WarmModel | None = None

    def subject(self, key: str, experiment: Experiment) -> Subject:
        """The untrained network, to be looked at; it will be compiled aside (`work`). Raises what checking and building raise."""
        if key not in self._kept:
            check_trainable(experiment)
            task = prepare(experiment, data.load(experiment.data))
            self._kept[key] = Untrained(WarmModel(task), experiment, checkpoint.take(task.models, counters={}, arrays={}))
        self._kept.move_to_end(key)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        kept = self._kept[key]
        self._next = kept.warm_model
        task, weights = kept.warm_model.task, Weights("untrained", 0, 0)
        return Subject("", kept.experiment, NOWHERE, task.model, task.arrays, weights, ("untrained", key), memory=kept.memory)

    def take(self, key: str) -> WarmModel | None:
        """The model for a run that begins with it, as it was built: whatever looked at it left no trace."""
        kept = self._kept.pop(key, None)
        if kept is None:
            return None
        if self._next is kept.warm_model:
            self._next = None
        checkpoint.put(kept.warm_model.task.models, kept.state)
        return kept.warm_model

    def work(self) -> None:
        """Compile the model that was looked at last, in a thread; one at a time."""
        if self._next is not None and not self.is_compiling:
            gc.collect()  # programs that were given up are rings, and hold megabytes that Python knows nothing of
            self._next.begin()
            self._next = None

    @property
    def is_waiting(self) -> bool:
        """Whether a model is still to be compiled."""
        return self._next is not None

    @property
    def is_compiling(self) -> bool:
        return any(kept.warm_model.is_compiling for kept in self._kept.values())

    def wait(self) -> None:
        """Until nothing is being compiled."""
        for kept in self._kept.values():
            kept.warm_model.wait()
