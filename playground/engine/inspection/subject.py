"""Looking at a run: its network with the weights of any moment, its data, and what a view may ask of both.

A `Subject` is lent by the run in training or opened from a run's folder; `OpenRuns` keeps the last few warm.
"""

from __future__ import annotations

import dataclasses
import functools
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
from scipy.special import expit, softmax

from playground import catalog, data, validation
from playground.engine.checkpoints import checkpoint, keyframes
from playground.engine.checkpoints.architecture import with_architecture
from playground.engine.compiled.loop import Outputs
from playground.engine.inspection.memory import Memory
from playground.engine.inspection.probe import AS_A_POINT, AS_A_ROW, AS_STORED, Probe, address, foreign, scaled
from playground.engine.inspection.question import Question
from playground.engine.model import build
from playground.network.labels import labels_for
from playground.values import spec
from playground.values.command import WEIGHTS
from playground.values.errors import Conflict, InvalidValue
from playground.values.spec import DataChoice, Experiment, Network

MOST = 3  # runs kept open; each holds its network and what views remembered
SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Weights:
    """Which weights are looked at. kind: "live", "last", "best" or "keyframe"; epoch, step: finished ones, step None where not kept."""

    kind: str
    epoch: int
    step: int | None = None


@dataclass(eq=False)
class Subject:
    """A network that is looked at, with its data.

    arrays: as the run has them (pictures uint8). weights: those the model holds. stamp: changes whenever the weights do.
    """

    run: str
    experiment: Experiment
    folder: Path
    model: keras.Model
    arrays: data.Arrays
    weights: Weights
    stamp: Hashable
    hold: Callable[[], object] = field(default=lambda: None)  # puts these weights back into a model that others were put into
    memory: Memory = field(default_factory=Memory)
    base: Experiment | None = None  # as the run began, where network or training may have been edited since

    @property
    def classes(self) -> tuple[str, ...]:
        return tuple(self.arrays.classes)

    @property
    def epoch(self) -> int:
        return self.weights.epoch

    @property
    def step(self) -> int | None:
        return self.weights.step

    @property
    def keyframes(self) -> tuple[int, ...]:
        """The epochs of which weights are kept, ascending; 0 is before training."""
        return keyframes.kept(self.folder)

    @property
    def alike(self) -> tuple[int, ...]:
        """Those of these epochs that had the same network: it may have been edited meanwhile."""
        return tuple(epoch for epoch in self.keyframes if self.at(epoch).network == self.experiment.network)

    def at(self, epoch: int) -> Experiment:
        """The experiment in force at a kept epoch."""
        return with_architecture(self.base or self.experiment, keyframes.facts(self.folder, epoch))

    @property
    def is_pictures(self) -> bool:
        return data.of(self.experiment.data).kind == "pictures"

    def layer(self, name: str) -> keras.Layer:
        """Raises InvalidValue that names the layers there are."""
        for layer in self.model.layers:
            if layer.name == name:
                return layer
        raise InvalidValue("There is no such layer.", expected="one of " + ", ".join(layer.name for layer in self.model.layers), got=name)

    def split(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """x, y of "train", "validation" or "test"."""
        if name not in SPLITS:
            raise InvalidValue("There is no such part of the data.", expected=", ".join(SPLITS), got=name)
        return getattr(self.arrays, name)

    def probe(self, question: Question) -> Probe:
        """The picture (or row) that the question is about."""
        source = question.text("picture")
        if source.startswith("upload:"):
            return foreign(question, self.experiment, self.arrays)
        split, position = address(source)
        x, y = self.split(split)
        if not 0 <= position < len(x):
            raise InvalidValue(f"The {split} part has no such example.", expected=f"0 to {len(x) - 1:,}", got=position)
        steps = AS_STORED if x.ndim > 2 else AS_A_ROW if data.of(self.experiment.data).kind == "table" else AS_A_POINT
        original = data.stored(self.experiment.data, self.arrays, split, np.array([position]))[0]
        return Probe(source, original, scaled(x[position : position + 1]), label=int(y[position]) if self.classes else None, steps=steps)

    def outputs(self, x: np.ndarray) -> dict[str, np.ndarray]:
        """Every layer's output, float32 (n, …) by name, "input" too, in inference mode. x: float32 (n, …), scaled; n small."""
        return self.remember(("outputs", x.tobytes()), lambda: self._outputs(x))

    def _outputs(self, x: np.ndarray) -> dict[str, np.ndarray]:
        found = self.extractor(x, training=False)
        return {name: np.asarray(keras.ops.convert_to_numpy(keras.ops.cast(value, "float32"))) for name, value in found.items()}

    @property
    def extractor(self) -> keras.Model:
        """The network with all layers' outputs: {name: tensor (n, …)}; shares the weights."""
        found = getattr(self.model, "_playground_extractor", None)
        if found is None:
            found = keras.Model(self.model.inputs[0], {layer.name: layer.output for layer in self.model.layers})
            object.__setattr__(self.model, "_playground_extractor", found)
        return found

    @property
    def scores_are(self) -> str:
        """What the network gives out: "logits", "probabilities" or "scores" (neither; for display they go through softmax).

        A softmax at the end counts more than what the loss says: Keras's losses then go back to what went into it.
        """
        last = self.model.layers[-1]
        name = getattr(getattr(last, "activation", None), "__name__", "")
        if name == "softmax" or isinstance(last, keras.layers.Softmax) or (self.is_single and name in catalog.PROBABILITIES):
            return "probabilities"
        return "logits" if self.experiment.training.loss.args.get("from_logits") else "scores"

    @property
    def is_single(self) -> bool:
        """Whether one output tells two classes apart."""
        return labels_for(self.experiment).is_single

    def as_probabilities(self, scores: np.ndarray) -> np.ndarray:
        """float32 (n, classes) that sum to 1, of the network's outputs; (n, 0) where there are no classes. NaN stays NaN.

        Of a single output the second class has it, logits through a sigmoid, and scores from -1 to 1 (tanh) as (1 + score) / 2.
        """
        scores = np.asarray(scores, np.float32)
        if not self.classes:
            return scores[:, :0]
        if self.is_single:
            second = {
                "probabilities": scores,
                "logits": expit(scores),
                "scores": np.clip((1 + scores) / 2, 0, 1),
            }[self.scores_are]
            return np.concatenate([1 - second, second], axis=1)
        return scores if self.scores_are == "probabilities" else softmax(scores, axis=-1)

    def probabilities(self, x: np.ndarray) -> np.ndarray:
        """float32 (n, classes) for many examples, in compiled batches. x: as in `arrays`; some batches at a time leave room for others."""
        return self.as_probabilities(self.forward(x))

    @property
    def forward(self) -> Outputs:
        """The network's outputs for many examples."""
        found = getattr(self.model, "_playground_forward", None)
        if found is None:
            found = Outputs(self.model)
            object.__setattr__(self.model, "_playground_forward", found)
        return found

    def remember(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """`make()`, made once for these weights. What was not asked for in a long time is forgotten."""
        key = (self.stamp, key)
        if key not in self.memory:
            self.memory[key] = make()
        return self.memory.get(key)

    def recall(self, key: Hashable) -> Any:
        """What was remembered under the key for these weights, or None."""
        return self.memory.get((self.stamp, key))

    def over_time(self, epochs: Collection[int] | None = None) -> Iterator[Subject]:
        """This run with each keyframe's weights in turn, ascending. For views that are generators, of which one works at a time.

        epochs: only these; those that are not kept are left out. The weights come into a second model that is kept, for building one
        takes time, or where the network was another one into one of its own.
        """
        models: dict[Network, keras.Model] = getattr(self.model, "_playground_replay", None) or {}
        object.__setattr__(self.model, "_playground_replay", models)
        for epoch in self.keyframes if epochs is None else sorted(epochs):
            try:
                variables = keyframes.load(self.folder, epoch)
            except InvalidValue:
                continue  # a run in training has thinned them out meanwhile
            then = self.at(epoch)
            model = models.get(then.network)
            if model is None:
                model = models[then.network] = build.build(then.network, then.training)
            fill(model, variables)
            stamp = (self.run, "keyframe", epoch)
            weights = Weights("keyframe", epoch)
            yield dataclasses.replace(self, experiment=then, model=model, weights=weights, stamp=stamp, hold=lambda: None)


def fill(model: keras.Model, variables: Mapping[str, np.ndarray]) -> None:
    """Put a checkpoint's or a keyframe's weights into a model. Raises Unavailable when they are another model's."""
    checkpoint.put({"network": model}, checkpoint.State(variables), optimizer=False)


@functools.lru_cache(maxsize=2)
def arrays_of(choice: DataChoice) -> data.Arrays:
    return data.load(choice)


Loaded = tuple[dict[str, np.ndarray], Weights]


@dataclass(eq=False)
class Kept:
    """An opened run. stamp: of the weights that its model holds now."""

    experiment: Experiment
    model: keras.Model
    stamp: Hashable = None
    weights: Weights | None = None
    memory: Memory = field(default_factory=Memory)

    def hold(self, stamp: Hashable, load: Callable[[], Loaded]) -> Weights:
        """Have the model hold the weights of `stamp`."""
        if stamp != self.stamp or self.weights is None:
            self.stamp = None  # a load that fails half way leaves neither
            variables, weights = load()
            fill(self.model, variables)
            self.stamp, self.weights = stamp, weights
        return self.weights


class OpenRuns:
    """The runs that were looked at last, each with one model into which the wanted weights are put."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, Experiment], Kept] = OrderedDict()

    def subject(self, message: Mapping[str, Any]) -> Subject:
        """message: {"run", "experiment", "folder", "question": {"weights": …}}. Raises Conflict for a run without saved weights."""
        run, folder = message["run"], Path(message["folder"])
        stamp, facts, load = source(folder, message["question"].get("weights", "now"))
        base = spec.experiment_from_json(message["experiment"])
        experiment = with_architecture(base, facts)
        kept = self._kept.get((run, experiment))
        if kept is None:
            validation.check_offered(experiment)
            kept = self._kept[run, experiment] = Kept(experiment, build.build(experiment.network, experiment.training))
        self._kept.move_to_end((run, experiment))
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return Subject(
            run,
            kept.experiment,
            folder,
            kept.model,
            arrays_of(kept.experiment.data),
            kept.hold(stamp, load),
            stamp,
            hold=lambda: kept.hold(stamp, load),
            memory=kept.memory,
            base=base,
        )


def source(folder: Path, wanted: Any) -> tuple[Hashable, Mapping[str, Any], Callable[[], Loaded]]:
    """Where the wanted weights lie: a stamp that changes with them, what tells their form, and how to load them.

    wanted: "now", "best" or an epoch.
    """
    if wanted in ("now", None):
        path, kind = folder / WEIGHTS["last"], "last"
        if not path.is_file() and (epochs := keyframes.kept(folder)):
            return source(folder, epochs[-1])
    elif wanted == "best":
        path, kind = folder / WEIGHTS["best"], "best"
    elif type(wanted) is int and 0 <= wanted <= keyframes.LATEST:
        facts = keyframes.facts(folder, wanted)
        stamp = ("keyframe", wanted, _time_of(keyframes.path_of(folder, wanted)))
        return stamp, facts, lambda: (keyframes.load(folder, wanted), Weights("keyframe", wanted))
    else:
        raise InvalidValue("There are no such weights.", expected='"now", "best" or an epoch', got=wanted)

    def load() -> Loaded:
        variables, counters = checkpoint.weights(path)
        return variables, Weights(kind, counters["epoch"], counters["step"])

    if not path.is_file():
        raise Conflict("This run has no saved weights yet.", fix="Wait for the end of its first epoch, or train it.")
    return (kind, _time_of(path)), checkpoint.counters(path), load


def _time_of(path: Path) -> int:
    return path.stat().st_mtime_ns if path.is_file() else 0
