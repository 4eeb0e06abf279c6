"""A faulty experiment is refused with the same sentence whichever way it comes in: link, file, click, API, lab, engine."""

from __future__ import annotations

import base64
import dataclasses
import zlib
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from playground import data, validation
from playground.engine.checkpoints.export import export
from playground.engine.model.describe import describe
from playground.engine.training.session import Session
from playground.engine.training.warm_models import WarmModels
from playground.lab import Lab
from playground.plane.sketch import FIRST, Sketch
from playground.sharing import link
from playground.ui import state
from playground.values import spec
from playground.values.description import Description, Problem
from playground.values.errors import Conflict, InvalidValue, PlaygroundError, from_json
from playground.values.spec import Args, Change, DataChoice, Experiment, Layer, Network, part
from tests.engine.driving import drive
from tests.lab.fake_lab import lab, make_lab  # noqa: F401
from tests.web.conftest import client, make_client, site  # noqa: F401

SOUND = FIRST.experiment()
OUTPUT = SOUND.network.layers[-1]


def ending(last: Layer) -> Network:
    return dataclasses.replace(SOUND.network, layers=(*SOUND.network.layers[:-1], last))


def with_data(**args: object) -> Experiment:
    return SOUND.having(data=dataclasses.replace(SOUND.data, args=Args({**SOUND.data.args, **args})))


def long() -> Experiment:
    """Of many planned networks, each as long as its names."""
    wide = tuple(Layer(part("layers.Dense", units=4), f"layer_{i}_{'x' * 40}") for i in range(100))
    network = dataclasses.replace(SOUND.network, layers=(*wide, OUTPUT))
    return SOUND.having(changes=tuple(Change(i, "network", network) for i in range(21)))


NOT_OFFERED = {
    "layer": (SOUND.having(network=ending(Layer(part("layers.Lambda"), "output"))), "Layer output: layers.Lambda is not offered"),
    "argument": (
        SOUND.having(network=ending(Layer(OUTPUT.part.having(units=-1), "output"))),
        "Layer output: units",
    ),
    "unknown argument": (SOUND.having(network=ending(Layer(OUTPUT.part.having(flavour="sweet"), "output"))), "flavour"),
    "optimizer": (
        SOUND.having(training=dataclasses.replace(SOUND.training, optimizer=part("losses.Huber"))),
        "Optimizer is of the wrong kind",
    ),
    "loss": (SOUND.having(training=dataclasses.replace(SOUND.training, loss=part("optimizers.Adam"))), "Loss is of the wrong kind"),
    "data set": (SOUND.having(data=DataChoice("nothing")), "There is no such data set"),
    "data argument": (with_data(limit=7), "Spirals has no argument limit"),
    "planned change": (
        SOUND.having(changes=(Change(5, "network", ending(Layer(part("layers.Lambda"), "output"))),)),
        "Layer output: layers.Lambda is not offered",
    ),
}
FEW = dataclasses.replace(FIRST, data=DataChoice("points", test=0.3), output="sigmoid").experiment()


@dataclasses.dataclass
class Doors:
    """Where experiments come in. Each raises for a faulty one."""

    lab: Lab
    client: httpx.Client
    folder: Path

    def link(self, experiment: Experiment) -> None:
        plain = spec.dumps(experiment).encode()
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, link.DICTIONARY)
        packed = zlib.crc32(plain).to_bytes(4, "big") + deflate.compress(plain) + deflate.flush()
        link.decode(link.PREFIX + base64.urlsafe_b64encode(packed).decode().rstrip("="))

    def file(self, experiment: Experiment) -> None:
        state.start_from(spec.loads(spec.dumps(experiment)))

    def click(self, experiment: Experiment) -> None:
        state.change(experiment)

    def playground(self, experiment: Experiment) -> None:
        state.keep_plane(experiment, None)

    def sketch(self, experiment: Experiment) -> None:
        Sketch.of(experiment)

    def api(self, experiment: Experiment) -> None:
        self._post("/api/runs", spec.to_json(experiment))

    def api_of_the_playground(self, experiment: Experiment) -> None:
        self._post("/api/plane", {"experiment": spec.to_json(experiment)})

    def api_before_an_edit(self, experiment: Experiment) -> None:
        self._post("/api/plane", {"experiment": spec.to_json(SOUND), "since": spec.to_json(experiment)})

    def api_of_looks(self, experiment: Experiment) -> None:
        self._post("/api/plane/look", {"experiment": spec.to_json(experiment), "question": {"view": "plane"}})

    def _post(self, path: str, body: object) -> None:
        if (answer := self.client.post(path, json=body)).is_error:
            raise from_json(answer.json()["error"])

    def submission(self, experiment: Experiment) -> None:
        self.lab.submit("me", experiment)

    def description(self, experiment: Experiment) -> None:
        validation.check_description(self.lab.describe(experiment))

    def training(self, experiment: Experiment) -> None:
        drive(Session(experiment, self.folder, device="CPU"))

    def warm_model(self, experiment: Experiment) -> None:
        WarmModels().subject("key", experiment)

    def model_file(self, experiment: Experiment) -> None:
        export(experiment, folder=self.folder, weights="last", path=self.folder / "model.keras")

    def description_by_an_engine(self, experiment: Experiment) -> None:
        validation.check_description(describe(experiment))


SKETCHED = ("link", "playground", "sketch", "api_of_the_playground", "api_before_an_edit", "model_file")
EDITED = ("file", "click", "api", "api_of_looks", "submission", "description", "training", "warm_model", "description_by_an_engine")


@pytest.fixture
def doors(lab: Lab, client: httpx.Client, tmp_path: Path) -> Doors:  # noqa: F811
    return Doors(lab, client, tmp_path)


def sentence(enter: Callable[[Experiment], None], experiment: Experiment) -> str:
    with pytest.raises(PlaygroundError) as caught:
        enter(experiment)
    return str(caught.value)


@pytest.mark.parametrize("fault", NOT_OFFERED)
def test_what_is_not_offered_is_refused_alike_everywhere(doors: Doors, fault: str) -> None:
    experiment, says = NOT_OFFERED[fault]
    expected = sentence(validation.check_offered, experiment)
    assert says in expected
    told = {name: sentence(getattr(doors, name), experiment) for name in (*SKETCHED, *EDITED)}
    assert told == dict.fromkeys(told, expected)


def test_an_experiment_that_is_too_long_is_refused_alike_everywhere(doors: Doors) -> None:
    experiment = long()
    expected = sentence(validation.check_offered, experiment)
    assert expected.startswith("The experiment is too long. Expected at most 200,000 characters.")
    assert len(spec.dumps(experiment)) < 256 * 1024  # so that it is no matter of the request's length
    told = {name: sentence(getattr(doors, name), experiment) for name in (*SKETCHED, *EDITED)}
    assert told == dict.fromkeys(told, expected)


def test_too_few_points_can_be_painted_and_shared_but_not_edited_or_trained(doors: Doors) -> None:
    expected = sentence(validation.check_complete, FEW)
    assert expected.startswith("There are too few points.")
    told = {name: sentence(getattr(doors, name), FEW) for name in EDITED}
    assert told == dict.fromkeys(told, expected)
    for name in ("link", "sketch", "api_of_the_playground", "api_before_an_edit"):
        getattr(doors, name)(FEW)


def test_data_that_are_not_here_are_refused_alike_wherever_they_are_needed(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "missing", lambda name: ("a file",))
    with pytest.raises(Conflict) as caught:
        validation.check_trainable(SOUND)
    names = ("api", "api_of_looks", "submission", "training", "warm_model")
    told = {name: sentence(getattr(doors, name), SOUND) for name in names}
    assert told == dict.fromkeys(names, str(caught.value))
    doors.link(SOUND)


def test_what_does_not_fit_together_is_refused_alike_by_whoever_trains(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = SOUND.having(network=ending(Layer(OUTPUT.part.having(units=7), "output")))
    expected = sentence(lambda one: validation.check_trainable(one, describe), experiment)
    assert "7" in expected
    monkeypatch.setattr(doors.lab, "describe", describe)
    for name in ("api", "submission", "training", "warm_model"):
        assert sentence(getattr(doors, name), experiment) == expected, name


def test_the_first_error_counts_and_warnings_do_not() -> None:
    problems = (Problem("A warning.", severity="warning"), Problem("An error.", fix_label="Add a layer"), Problem("Another."))
    with pytest.raises(InvalidValue) as caught:
        validation.check_description(Description((), problems))
    assert str(caught.value) == "An error. Add a layer."
    validation.check_description(Description((), problems[:1]))
    validation.check_trainable(SOUND, lambda experiment: None)  # no engine has answered in time
