"""What engines answer about experiments that nobody trains: descriptions and curves of activations."""

from __future__ import annotations

import numpy as np

from playground.lab import Lab, answers
from playground.values.spec import Layer, Network, part
from tests.lab.fake_lab import ENVIRONMENT, FAKE, experiment, until


def test_describe_answers_once_and_remembers(lab, monkeypatch):
    asked = []
    ask = lab.pool.ask
    monkeypatch.setattr(lab.pool, "ask", lambda *args, **kwargs: asked.append(args) or ask(*args, **kwargs))
    for _ in range(3):
        assert lab.describe(experiment()).can_train
    assert len(asked) == 1
    assert not lab.describe(experiment("impossible")).can_train


def test_what_cannot_be_trained_is_looked_at_again_after_moments(lab, monkeypatch):
    """For want of memory, say, which may be free again."""
    assert not lab.describe(experiment("impossible")).can_train
    asked = []
    ask = lab.pool.ask
    monkeypatch.setattr(lab.pool, "ask", lambda *args, **kwargs: asked.append(args) or ask(*args, **kwargs))
    lab.describe(experiment("impossible"))
    assert len(asked) == 0
    monkeypatch.setattr(answers, "BELIEVED", 0.0)
    lab.describe(experiment("impossible"))
    assert len(asked) == 1


def test_describe_gives_none_when_the_answer_is_slow_and_has_it_later(lab):
    assert lab.describe(experiment("slow answer"), timeout=0.05) is None
    assert until(lambda: lab.describe(experiment("slow answer"), timeout=0.05))


def test_describe_gives_none_while_no_engine_is_warm(make_lab, tmp_path):
    from playground.lab import Settings

    lab = Lab(Settings(tmp_path, program=FAKE, environment=ENVIRONMENT))
    assert lab.describe(experiment()) is None
    assert lab.health().engine == "warming"


def test_describe_tells_what_is_not_offered_as_a_problem(lab):
    evil = experiment().having(network=Network((8, 8, 1), (Layer(part("layers.Lambda"), "evil"),)))
    assert "Lambda" in lab.describe(evil).problems[0].what


def test_activation_curves_come_from_the_engine(lab):
    assert lab.activation("relu")["y"].dtype == np.float32
    assert lab.activation(part("layers.LeakyReLU", negative_slope=0.1))["y"].dtype == np.float32
