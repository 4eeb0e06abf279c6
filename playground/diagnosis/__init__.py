"""What may be wrong with a training, told from its run alone. Pure; knows no screen and no engine."""

from playground.diagnosis.finding import Finding, Fix
from playground.diagnosis.rules import RULES
from playground.values.run import Run

__all__ = ["Finding", "Fix", "diagnose"]


def diagnose(run: Run) -> Finding | None:
    """The most telling finding, or None where all seems well. Takes about a tenth of a millisecond: not for each event of a run."""
    if run.started is None or run.status == "failed":  # what made it fail stands in its error
        return None
    return next((found for rule in RULES if (found := rule(run))), None)
