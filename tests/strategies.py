"""Hypothesis strategies for arguments, parts and whole experiments that the catalogue accepts."""

from functools import lru_cache

from hypothesis import strategies as st

from playground import catalog, data
from playground.catalog.params import Bool, Choice, Either, Float, Floats, Int, Ints, Maybe, ParamType, PartOf, Text
from playground.values.errors import InvalidValue
from playground.values.spec import DataChoice, Experiment, Layer, Network, Part, Training

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True).filter(lambda name: name != "input")


def values(type_: ParamType) -> st.SearchStrategy:
    """Values that a type of argument accepts."""
    match type_:
        case Bool():
            return st.booleans()
        case Int(low, high):
            return st.integers(low, high)
        case Float(low, high):
            return st.floats(low, high)
        case Choice(options):
            return st.sampled_from(options)
        case Text(longest):
            return st.text(max_size=longest)
        case Ints():
            one = st.integers(type_.low, type_.high)
            many = st.lists(one, min_size=type_.least, max_size=type_.most).map(tuple)
            return one | many if type_.single else many
        case Floats(least, most, low, high):
            return st.lists(st.floats(low, high), min_size=least, max_size=most).map(tuple)
        case Maybe(inner):
            return st.none() | values(inner)
        case PartOf(group, names):
            return parts(group) | st.sampled_from(names) if names else parts(group)
        case Either(first, second):
            return values(first) | values(second)
    raise TypeError(type_)


@lru_cache(maxsize=16)
def parts(group: str) -> st.SearchStrategy:
    """Parts of a group with any arguments; combinations that Keras refuses are filtered out."""
    return st.one_of([part_of(entry) for entry in catalog.entries(group)]).filter(is_accepted)


def part_of(entry: catalog.Entry) -> st.SearchStrategy:
    required = {param.name: st.deferred(lambda p=param: values(p.type)) for param in entry.params if param.required}
    optional = {param.name: st.deferred(lambda p=param: values(p.type)) for param in entry.params if not param.required}
    return st.fixed_dictionaries(required, optional=optional).map(lambda args: Part(entry.kind, args))


def is_accepted(part: Part) -> bool:
    try:
        catalog.check_part(part, "Part")
    except InvalidValue:
        return False
    return True


@st.composite
def networks(draw: st.DrawFn) -> Network:
    names = draw(st.lists(NAMES, unique=True, max_size=5))
    layers = []
    for place, name in enumerate(names):
        sources = draw(st.lists(st.sampled_from(["input", *names[:place]]), max_size=2))
        layers.append(Layer(draw(parts("layers")), name, tuple(sources), draw(st.booleans())))
    return Network(tuple(draw(st.lists(st.integers(1, 100), min_size=1, max_size=3))), tuple(layers))


@st.composite
def experiments(draw: st.DrawFn) -> Experiment:
    seeds = st.integers(0, 2**31 - 1)
    return Experiment(
        data=DataChoice(
            draw(st.sampled_from([name for name in data.SETS if name != "points"])), validation=draw(st.floats(0.05, 0.4)), seed=draw(seeds)
        ),
        networks=(draw(networks()),),
        training=Training(
            optimizer=draw(parts("optimizers")),
            loss=draw(parts("losses")),
            batch_size=draw(st.integers(1, 65_536)),
            epochs=draw(st.integers(1, 100_000)),
            seed=draw(seeds),
            precision=draw(st.sampled_from(["float32", "mixed_bfloat16"])),
        ),
        name=draw(st.text(max_size=120)),
    )
