"""What may be done to a run in which state, and what it may be called. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from playground import data
from playground.values.command import Command
from playground.values.errors import Conflict, InvalidValue
from playground.values.run import Run
from playground.values.spec import Experiment

MAX_NAME = 120
KEPT_PASSING = 50  # of an owner's ended runs on points in the plane that bear no name of their own
ALLOWED = {  # status → what an engine or the line can do then
    "queued": {"stop"},
    "starting": {"pause", "stop", "set"},
    "training": {"pause", "step", "stop", "set"},
    "paused": {"resume", "step", "stop", "set"},
    "interrupted": {"resume"},
    "stopped": {"resume"},
    "failed": {"resume"},
    "done": set(),
}
WORDS = {
    "queued": "waits for an engine",
    "starting": "is being started",
    "training": "is training",
    "paused": "is paused",
    "done": "is finished",
    "stopped": "was stopped",
    "failed": "has failed",
    "interrupted": "was interrupted",
}
FIXES = {"queued": "Wait until it begins, or stop it.", "done": "Run it again."}


def check_command(run: Run, command: Command, *, has_checkpoint: bool) -> None:
    """Raises Conflict when the run's state does not allow the command.

    An interrupted run without a checkpoint is taken up from the start; a stopped or failed one needs a checkpoint.
    """
    allowed = ALLOWED[run.status]
    if command.do not in allowed:
        raise Conflict(
            f"This run {WORDS[run.status]}.",
            expected=" or ".join(sorted(allowed)) if allowed else "no command",
            got=command.do,
            fix=FIXES.get(run.status, ""),
        )
    if run.status in ("stopped", "failed") and not has_checkpoint:
        raise Conflict("This run has no checkpoint to go on from.", got=command.do, fix="Run it again.")


def way_on(*, has_checkpoint: bool) -> str:
    """What can be done with an interrupted run."""
    return "Resume it from its last checkpoint." if has_checkpoint else "Resume it: it starts over, for it has no checkpoint yet."


def plain_name(experiment: Experiment) -> str:
    """What a run is called that nobody has given a name."""
    return f"{data.of(experiment.data).title}, {len(experiment.network.layers)} layers"


def is_on_plane(run: Run) -> bool:
    """Whether the Playground shows it: made to be watched, and often for millions of epochs."""
    name = run.experiment.data.name
    return name in data.SETS and data.find(name).kind == "plane"


def is_passing(run: Run) -> bool:
    """Whether a run is one of the many that the Playground begins and nobody has named."""
    return is_on_plane(run) and run.name == plain_name(run.experiment)


def outdated(runs: Sequence[Run]) -> list[Run]:
    """Of runs, newest first, the ended passing ones that are too many."""
    return [run for run in runs if not run.is_active and is_passing(run)][KEPT_PASSING:]


def name_of(text: str) -> str:
    """A name as it is kept: one line, without control characters. Raises InvalidValue when it is too long."""
    name = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(name) > MAX_NAME:
        raise InvalidValue("The name is too long.", expected=f"at most {MAX_NAME} characters", got=str(len(name)), fix="Shorten it.")
    return name
