"""Tasks that stand ready: networks that somebody looks at before they are trained, compiled aside so that Play moves at once."""

from __future__ import annotations

import dataclasses
import threading
from collections import OrderedDict

from playground import data, spec
from playground.engine import checkpoint
from playground.engine.tasks import Supervised, prepare
from playground.spec import Experiment

MOST = 4  # tasks kept


class Ready:
    """A task whose loop is compiled, if wanted in a thread, while its network is looked at."""

    def __init__(self, task: Supervised) -> None:
        self.task = task
        self.is_compiled = False
        self._thread: threading.Thread | None = None
        self._error: BaseException | None = None

    def begin(self) -> None:
        """Compile in a thread. Not where activities are penalised: layers note them when they are called, whoever calls."""
        layers = self.task.model._flatten_layers(include_self=False)
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
        """Have the loop compiled now. Raises what compiling raised."""
        self.wait()
        if self._error is not None:
            raise self._error
        if not self.is_compiled:
            self._compile()
            if self._error is not None:
                raise self._error

    def _compile(self) -> None:
        try:
            self.task.loop.prepare()
            self.is_compiled = True
        except BaseException as error:  # whoever needs it is told, in the thread that can say it
            self._error = error


class Prepared:
    """The tasks of networks that are looked at untrained, the last few by what they are made from."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[Ready, checkpoint.State]] = OrderedDict()
        self._next: Ready | None = None

    def task(self, experiment: Experiment) -> Supervised:
        """The experiment's task, untrained; it will be compiled aside (`work`). Raises what checking and building raise."""
        key = key_of(experiment)
        if key not in self._kept:
            from playground.engine.session import check

            check(experiment)
            ready = Ready(prepare(experiment, data.load(experiment.data)))
            self._kept[key] = ready, checkpoint.take(ready.task.model, counters={}, arrays={})
        self._kept.move_to_end(key)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        self._next = self._kept[key][0]
        return self._next.task

    def take(self, experiment: Experiment) -> Ready | None:
        """The task for a run that begins with the same experiment, as it was built: whatever looked at it left no trace."""
        found = self._kept.pop(key_of(experiment), None)
        if found is None:
            return None
        ready, state = found
        if self._next is ready:
            self._next = None
        checkpoint.put(ready.task.model, state)
        return ready

    def work(self) -> None:
        """Compile the task that was asked for last, in a thread and one at a time."""
        if self._next is not None and not self.is_compiling:
            self._next.begin()
            self._next = None

    @property
    def is_waiting(self) -> bool:
        """Whether a task is still to be compiled."""
        return self._next is not None

    @property
    def is_compiling(self) -> bool:
        return any(ready.is_compiling for ready, _ in self._kept.values())

    def wait(self) -> None:
        """Until nothing is being compiled."""
        for ready, _ in self._kept.values():
            ready.wait()


def key_of(experiment: Experiment) -> str:
    """Equal for experiments whose task is the same: neither name nor length nor what is changed later are part of it."""
    training = dataclasses.replace(experiment.training, epochs=1)
    return spec.dumps(experiment.having(name="", changes=(), training=training))
