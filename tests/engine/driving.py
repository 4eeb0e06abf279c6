"""A session driven to its end by a test: what it said, and the run that comes of it."""

from __future__ import annotations

from collections.abc import Callable

from playground.engine.training.session import Session
from playground.values import events, run
from playground.values.command import Command
from playground.values.spec import Experiment


def drive(session: Session, when: Callable[[Session, object], None] = lambda session, said: None) -> list[object]:
    """Everything said. when(session, said): a chance to give commands at each yield, None included; a paused session is resumed."""
    heard: list[object] = []
    for said in session.events():
        if said is not None:
            heard.append(said)
        when(session, said)
        if said is None and session.idle is None:
            session.command(Command("resume"))
    return heard


def of(kind: type, heard: list[object]) -> list:
    return [said for said in heard if isinstance(said, kind)]


def folded(experiment: Experiment, heard: list[object]) -> run.Run:
    result = run.Run("r", "me", experiment)
    for said in heard:
        if isinstance(said, events.Event):
            result = run.fold(result, said)
    return result
