"""What a person says should be trained, as frozen values that survive JSON in both directions.

Only structure and types are checked here. What is *offered* (which layers, which arguments, which ranges) is
`catalog.check`'s concern, what *fits together* (shapes, losses) the engine's `describe`.
"""

from __future__ import annotations

import dataclasses
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from playground.values.errors import InvalidValue, shorten

MAX_JSON = 200_000  # characters; a 200-layer network takes about 30,000
MAX_LAYERS = 300
MAX_DEPTH = 6  # Parts within Parts (a layer's initialiser, a wrapper's layer, its initialiser …)


def check_whole(where: str, value: Any, *, low: int, high: int) -> None:
    if type(value) is not int or not low <= value <= high:
        raise InvalidValue(f"{where} is out of range.", expected=f"a whole number from {low:,} to {high:,}", got=value)


def check_number(where: str, value: Any, *, low: float, high: float) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise InvalidValue(f"{where} is out of range.", expected=f"a number from {low} to {high}", got=value)


def check_text(where: str, value: str) -> None:
    """Refuses half characters (lone surrogates), which no file, store or link can hold."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidValue(f"{where} holds a broken character.", expected="whole Unicode characters", got=ascii(value)) from None


class Args(Mapping[str, Any]):
    """Keyword arguments that never change: a mapping that can be hashed, with lists frozen to tuples."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, Any] | None = None) -> None:
        self._items = {name: freeze(value) for name, value in (items or {}).items()}

    def __getitem__(self, name: str) -> Any:
        return self._items[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and self._items == dict(other)

    def __repr__(self) -> str:
        return repr(self._items)

    def __reduce__(self) -> tuple[object, ...]:
        return Args, (self._items,)


@dataclass(frozen=True, repr=False)
class Part:
    """One Keras object: its place in Keras (`"layers.Conv2D"`) and only the arguments that differ from Keras's defaults.

    `repr` is its Python source. Arguments hold numbers, text, booleans, None, tuples and other Parts.
    """

    kind: str
    args: Args = field(default_factory=Args)

    def __post_init__(self) -> None:
        if not isinstance(self.kind, str) or not self.kind.replace(".", "").replace("_", "").isalnum():
            raise InvalidValue("A part needs the name of a Keras object.", expected='text such as "layers.Dense"', got=self.kind)
        if not isinstance(self.args, Args):
            object.__setattr__(self, "args", Args(self.args))

    def __repr__(self) -> str:
        return f"{self.kind}({', '.join(f'{name}={value!r}' for name, value in self.args.items())})"

    def having(self, **args: Any) -> Part:
        """The same part with these arguments set."""
        return Part(self.kind, Args({**self.args, **args}))

    def without(self, *names: str) -> Part:
        """The same part with these arguments back at Keras's defaults."""
        return Part(self.kind, Args({name: value for name, value in self.args.items() if name not in names}))

    @property
    def short(self) -> str:
        """The last word of the kind: `"Conv2D"`."""
        return self.kind.rpartition(".")[2]

    @property
    def default_name(self) -> str:
        """The name Keras gives a first layer of this kind: `"max_pooling2d"`."""
        words = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", self.short)
        return re.sub(r"([a-z])([A-Z])", r"\1_\2", words).lower()


def part(kind: str, **args: Any) -> Part:
    """`Part` with keyword arguments, for code that writes networks down."""
    return Part(kind, Args(args))


@dataclass(frozen=True)
class Layer:
    """A named layer. `inputs` empty: fed by the layer before it; else the names of its sources (`"input"` is the network's).

    `active=False` keeps the layer in the stack but leaves it out of the model (to compare with and without).
    """

    part: Part
    name: str
    inputs: tuple[str, ...] = ()
    active: bool = True

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not (self.name.isidentifier() and self.name.isascii()) or len(self.name) > 60:
            raise InvalidValue(  # TensorFlow takes no other letters
                "A layer needs a short name.", expected="letters a to z, digits and _, at most 60", got=self.name, fix="Rename the layer."
            )
        object.__setattr__(self, "inputs", tuple(self.inputs))


@dataclass(frozen=True)
class Network:
    """A network: the shape of one example (no batch axis) and its layers in order."""

    input_shape: tuple[int, ...]
    layers: tuple[Layer, ...] = ()

    def __post_init__(self) -> None:
        shape = tuple(self.input_shape)
        if not shape or not all(type(n) is int and 0 < n <= 100_000 for n in shape):
            raise InvalidValue("The input shape is not a shape.", expected="positive whole numbers", got=shape)
        object.__setattr__(self, "input_shape", shape)
        object.__setattr__(self, "layers", tuple(self.layers))
        if len(self.layers) > MAX_LAYERS:
            raise InvalidValue("The network has too many layers.", expected=f"at most {MAX_LAYERS}", got=str(len(self.layers)))
        seen = {"input"}
        for layer in self.layers:
            if layer.name in seen:
                raise InvalidValue("Two layers have the same name.", expected="each name once", got=layer.name, fix="Rename one.")
            for source in layer.inputs:
                if source not in seen:
                    raise InvalidValue(
                        f"Layer {layer.name} takes its input from {shorten(source, 60)}, which does not stand before it.",
                        expected="the name of an earlier layer",
                        got=source,
                    )
            seen.add(layer.name)

    def wiring(self) -> tuple[tuple[Layer, tuple[str, ...]], ...]:
        """The active layers with the names of their sources, spelt out; a switched-off layer hands its own (first) source on."""
        wired, stands_for, last = [], {"input": "input"}, "input"
        for layer in self.layers:
            sources = tuple(stands_for[name] for name in layer.inputs) or (last,)
            last = stands_for[layer.name] = layer.name if layer.active else sources[0]
            if layer.active:
                wired.append((layer, sources))
        return tuple(wired)


@dataclass(frozen=True)
class DataChoice:
    """Which data set and how it is split. `args` are the set's own knobs (`limit`, `noise` …).

    validation, test: fractions of the training part; `test` counts only for sets without a test set of their own.
    seed: of the split (and of made-up data), apart from the training's seed.
    """

    name: str
    args: Args = field(default_factory=Args)
    validation: float = 0.15
    test: float = 0.15
    seed: int = 0

    def __post_init__(self) -> None:
        if not isinstance(self.args, Args):
            object.__setattr__(self, "args", Args(self.args))
        check_number("data.validation", self.validation, low=0.01, high=0.9)
        check_number("data.test", self.test, low=0.01, high=0.9)
        if self.validation + self.test > 0.95:
            raise InvalidValue(
                "Validation and test leave too little to train on.",
                expected="a sum of at most 0.95",
                got=f"{self.validation} + {self.test}",
                fix="Make one of them smaller.",
            )
        check_whole("data.seed", self.seed, low=0, high=2**31 - 1)


@dataclass(frozen=True)
class Training:
    """How the network learns. Learning rate, schedule and clipping are arguments of the optimizer part, as in Keras.

    batch_size: examples a step; epochs: passes over the training part; seed: of weights, batch order and dropout.
    precision: `"float32"` or `"mixed_bfloat16"`.
    """

    optimizer: Part = Part("optimizers.Adam")
    loss: Part = Part("losses.SparseCategoricalCrossentropy")
    batch_size: int = 32
    epochs: int = 10
    seed: int = 0
    precision: str = "float32"

    def __post_init__(self) -> None:
        check_whole("training.batch_size", self.batch_size, low=1, high=65_536)
        check_whole("training.epochs", self.epochs, low=1, high=10_000_000)
        check_whole("training.seed", self.seed, low=0, high=2**31 - 1)
        if self.precision not in PRECISIONS:
            raise InvalidValue("This precision is not offered.", expected=" or ".join(PRECISIONS), got=self.precision)


PRECISIONS = ("float32", "mixed_bfloat16")
TASKS = ("classifier", "regressor")


MAX_CHANGES = 1_000  # of a run: each is kept, for links and exported scripts repeat them
MAX_WEIGHT = 1e6  # size of a weight set by hand
MAX_RATE = 3e38  # a learning rate that float32 can hold; `command` is stricter
Weight = tuple[str, str, int, float]  # layer, "kernel" or "bias", index in it as in a flat list, value
ChangeValue = float | Weight | Network | Training  # which of them: told by the change's name


@dataclass(frozen=True)
class Change:
    """What was changed by hand in mid-run. step: the finished steps at that moment.

    name: "learning_rate" (value: 1/step), "weight" (value: a `Weight`), "network" (a Network) or "training" (a Training).
    """

    step: int
    name: str
    value: ChangeValue

    def __post_init__(self) -> None:
        check_whole("A change's step", self.step, low=0, high=2**31 - 1)
        if not isinstance(self.name, str) or self.name not in CHANGES:
            raise InvalidValue("This cannot be changed in mid-run.", expected=" or ".join(CHANGES), got=self.name)
        object.__setattr__(self, "value", CHANGES[self.name](self.value))

    @property
    def target(self) -> tuple[object, ...]:
        """What it sets: of changes of the same target at one step only the last counts, if network and training stayed meanwhile."""
        return (self.step, self.name, *(self.value[:3] if isinstance(self.value, tuple) else ()))

    @property
    def is_deep(self) -> bool:
        """Whether it edits network or training, each edit building on the one before."""
        return self.name in ("network", "training")


def check_rate(value: Any) -> float:
    check_number("learning_rate", value, low=0.0, high=MAX_RATE)
    return float(value)


def check_weight(value: Any) -> Weight:
    if not isinstance(value, (list, tuple)) or len(value) != 4 or not all(isinstance(name, str) for name in value[:2]):
        raise InvalidValue("This is not a weight.", expected='[layer, "kernel" or "bias", index, value]', got=value)
    layer, which, index, number = value
    check_text("The layer's name", layer)
    if which not in ("kernel", "bias"):
        raise InvalidValue("Only kernels and biases can be set.", expected="kernel or bias", got=which)
    check_whole("The weight's index", index, low=0, high=2**31 - 1)
    check_number("The weight", number, low=-MAX_WEIGHT, high=MAX_WEIGHT)
    return (layer, which, index, float(number))


def check_network(value: Any) -> Network:
    return value if isinstance(value, Network) else network_from_json(value)


def check_training(value: Any) -> Training:
    return value if isinstance(value, Training) else training_from_json(value)


CHANGES = {"learning_rate": check_rate, "weight": check_weight, "network": check_network, "training": check_training}


def extended(changes: tuple[Change, ...], change: Change) -> tuple[Change, ...]:
    """The changes with one more behind them; what it supersedes is left out, so that a slider leaves one entry a step."""
    return settled((*changes, change))


def settled(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Changes, in order, without those that a later one supersedes."""
    kept: list[Change] = []
    later: set[tuple[object, ...]] = set()  # targets at the same step, with no edit of the network or training in between
    for change in reversed(tuple(changes)):
        if change.is_deep or (kept and kept[-1].step != change.step):
            later.clear()
        if change.target in later:
            continue
        if not change.is_deep:
            later.add(change.target)
        kept.append(change)
    return tuple(reversed(kept))


@dataclass(frozen=True)
class Experiment:
    """Everything a link, a file, an API call and a click on Train carry.

    changes: what a person changed in mid-run, in order; training repeats them at their steps.
    """

    data: DataChoice
    networks: tuple[Network, ...]
    training: Training = Training()
    task: str = "classifier"
    name: str = ""
    changes: tuple[Change, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "networks", tuple(self.networks))
        if self.task not in TASKS:
            raise InvalidValue("This task is not offered.", expected=" or ".join(TASKS), got=self.task)
        if len(self.networks) != 1:
            raise InvalidValue(f"A {self.task} is one network.", expected="1", got=str(len(self.networks)))
        if not isinstance(self.name, str) or len(self.name) > 120:
            raise InvalidValue("The name is too long.", expected="at most 120 characters", got=self.name, fix="Shorten it.")
        check_text("The name", self.name)
        self._check_changes()

    def _check_changes(self) -> None:
        if len(self.changes) > MAX_CHANGES:
            raise InvalidValue("There are too many changes.", expected=f"at most {MAX_CHANGES:,}", got=f"{len(self.changes):,}")
        last = 0
        for change in self.changes:
            if change.step < last:
                raise InvalidValue("The changes are not in order.", expected="ascending steps", got=change.step)
            self.check_change(change)
            last = change.step
        object.__setattr__(self, "changes", settled(self.changes))

    def check_change(self, change: Change) -> None:
        """Raises InvalidValue for a network of another input or a training of another seed: with them a run would start anew."""
        if isinstance(change.value, Network) and change.value.input_shape != self.network.input_shape:
            raise InvalidValue(
                "The network's input cannot change in mid-run.",
                expected=f"input shape {self.network.input_shape}",
                got=change.value.input_shape,
                fix="Start a new run.",
            )
        for name in ("seed", "precision") if change.name == "training" else ():
            if (got := getattr(change.value, name)) != (expected := getattr(self.training, name)):
                raise InvalidValue(f"The {name} cannot change in mid-run.", expected=str(expected), got=got, fix="Start a new run.")

    def at(self, step: float) -> Experiment:
        """The experiment in force when so many steps are finished and what is changed then is changed; has no changes itself."""
        network, training = self.network, self.training
        for change in self.changes:
            if change.step > step:
                break
            if isinstance(change.value, Network):
                network = change.value
            elif isinstance(change.value, Training):
                training = change.value
            elif change.name == "learning_rate" and not isinstance(training.optimizer.args.get("learning_rate"), Part):
                training = dataclasses.replace(training, optimizer=training.optimizer.having(learning_rate=change.value))
        return self.having(network=network, training=training, changes=())

    @property
    def network(self) -> Network:
        """The network of a task that has one."""
        return self.networks[0]

    def having(self, **fields: Any) -> Experiment:
        """The same experiment with other fields; `network=` stands for `networks=(network,)`.

        With another beginning it has no changes, unless they are given: they were made in the mid-run of the one before.
        """
        if "network" in fields:
            fields["networks"] = (fields.pop("network"),)
        if any(name in fields and fields[name] != getattr(self, name) for name in ("data", "networks", "training", "task")):
            fields.setdefault("changes", ())
        return dataclasses.replace(self, **fields)


# JSON, both ways


def freeze(value: Any) -> Any:
    """Lists and tuples as tuples, mappings with a kind as Parts, NaN and unknown types refused."""
    if isinstance(value, (list, tuple)):
        return tuple(freeze(item) for item in value)
    if isinstance(value, str):
        check_text("An argument", value)
    if isinstance(value, Part) or value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InvalidValue("An argument is not a finite number.", expected="a finite number", got=str(value))
        return value
    raise InvalidValue("An argument has a type that cannot be kept.", expected="numbers, text, tuples or parts", got=type(value).__name__)


def to_json(value: Any) -> Any:
    """A spec value as JSON data: fields at their defaults are left out, so links stay short and old ones keep working."""
    if isinstance(value, Part):
        return {"kind": value.kind, "args": to_json(value.args)} if value.args else {"kind": value.kind}
    if dataclasses.is_dataclass(value):
        fields = dataclasses.fields(value)
        return {f.name: to_json(v) for f in fields if (v := getattr(value, f.name)) != default_of(f)}
    if isinstance(value, Mapping):
        return {name: to_json(item) for name, item in value.items()}
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    return value


def default_of(f: dataclasses.Field[Any]) -> Any:
    return f.default_factory() if f.default_factory is not dataclasses.MISSING else f.default


def dumps(experiment: Experiment) -> str:
    """Canonical text: equal experiments give equal text."""
    return json.dumps(to_json(experiment), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def loads(text: str | bytes) -> Experiment:
    """The inverse of `dumps`. Raises InvalidValue with the place of the fault."""
    if len(text) > MAX_JSON:
        raise InvalidValue("The experiment is too long.", expected=f"at most {MAX_JSON} characters", got=str(len(text)))
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidValue("This is not JSON.", expected="an experiment as JSON", got=shorten(str(error))) from None
    return experiment_from_json(data)


def experiment_from_json(data: Any) -> Experiment:
    """An Experiment from JSON data, field by field, so that an error can name the field."""
    fields = take(data, Experiment, "experiment", required=("data", "networks"))
    fields["data"] = data_from_json(fields["data"])
    fields["networks"] = tuple(network_from_json(n) for n in listed(fields["networks"], "networks"))
    if "training" in fields:
        fields["training"] = training_from_json(fields["training"])
    if "changes" in fields:
        fields["changes"] = tuple(change_from_json(item) for item in listed(fields["changes"], "changes"))
    return Experiment(**fields)


def change_from_json(data: Any) -> Change:
    return Change(**take(data, Change, "change", required=("step", "name", "value")))


def data_from_json(data: Any) -> DataChoice:
    fields = take(data, DataChoice, "data", required=("name",))
    if not isinstance(fields["name"], str):
        raise InvalidValue("data.name is not text.", expected="the name of a data set", got=fields["name"])
    if "args" in fields:
        fields["args"] = args_from_json(fields["args"], "data.args")
    return DataChoice(**fields)


def network_from_json(data: Any) -> Network:
    fields = take(data, Network, "network", required=("input_shape",))
    fields["input_shape"] = tuple(listed(fields["input_shape"], "input_shape"))
    fields["layers"] = tuple(layer_from_json(item) for item in listed(fields.get("layers", []), "layers"))
    return Network(**fields)


def layer_from_json(data: Any) -> Layer:
    fields = take(data, Layer, "layer", required=("part", "name"))
    fields["part"] = part_from_json(fields["part"])
    sources = listed(fields.get("inputs", []), "inputs")
    if not all(isinstance(source, str) for source in sources):
        raise InvalidValue("A layer's inputs are not names.", expected="names of earlier layers", got=sources)
    fields["inputs"] = tuple(sources)
    if type(fields.get("active", True)) is not bool:
        raise InvalidValue("A layer's active is not true or false.", expected="true or false", got=fields["active"])
    return Layer(**fields)


def training_from_json(data: Any) -> Training:
    fields = take(data, Training, "training")
    for name in ("optimizer", "loss"):
        if name in fields:
            fields[name] = part_from_json(fields[name])
    return Training(**fields)


def part_from_json(data: Any, depth: int = 0) -> Part:
    """A Part from `{"kind": …, "args": {…}}`."""
    if depth > MAX_DEPTH:
        raise InvalidValue("Parts are nested too deeply.", expected=f"at most {MAX_DEPTH} levels", got="more")
    fields = take(data, Part, "part", required=("kind",))
    return Part(fields["kind"], args_from_json(fields.get("args", {}), str(fields["kind"]), depth))


def args_from_json(data: Any, where: str, depth: int = 0) -> Args:
    if not isinstance(data, dict):
        raise InvalidValue(f"The arguments of {shorten(where, 60)} are not an object.", expected='{"name": value}', got=data)
    return Args({name: thaw(value, depth) for name, value in data.items()})


def thaw(value: Any, depth: int) -> Any:
    if isinstance(value, dict):
        return part_from_json(value, depth + 1)
    if isinstance(value, list):
        if depth > MAX_DEPTH:
            raise InvalidValue("Lists are nested too deeply.", expected=f"at most {MAX_DEPTH} levels", got="more")
        return tuple(thaw(item, depth + 1) for item in value)
    return value


def take(data: Any, cls: type, where: str, required: tuple[str, ...] = ()) -> dict[str, Any]:
    """The fields of `cls` found in `data`; unknown or missing ones are refused by name."""
    if not isinstance(data, dict):
        raise InvalidValue(f"The {where} is not an object.", expected="a JSON object", got=data)
    known = [f.name for f in dataclasses.fields(cls)]
    for name in data:
        if name not in known:
            raise InvalidValue(f"The {where} has an unknown field.", expected="one of " + ", ".join(known), got=name, fix="Remove it.")
    for name in required:
        if name not in data:
            raise InvalidValue(f"The {where} lacks {name}.", expected=name, got="fields " + (", ".join(data) or "none"), fix=f"Add {name}.")
    return dict(data)


def listed(value: Any, where: str) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise InvalidValue(f"{where} is not a list.", expected="a list", got=value)
    return list(value)
