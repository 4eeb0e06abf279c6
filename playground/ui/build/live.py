"""The live view of a run: a browser component that listens to `/live/{run}` and draws by itself, without a rerun while training."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version

from playground.ui import pages
from playground.ui.component import register
from playground.values.metric import Metric

_component = register("live")


@dataclass(frozen=True)
class Seen:
    """What the live view reported with this rerun, each only once.

    ended: "done", "stopped", "failed" or "interrupted" when the run reached its end while it was watched.
    again: "same" or "new" when the person wants the run again with the same seed or a new one.
    look: the key of the page about this run that the person wants to see.
    """

    ended: str | None = None
    again: str | None = None
    look: str | None = None


def live(
    run_id: str | None,
    *,
    key: str,
    metrics: Sequence[Metric],
    compare: Sequence[tuple[str, str]] = (),
    rate_reason: str = "",
    on_ended: Callable[[], None] | None = None,
    on_again: Callable[[], None] | None = None,
) -> Seen:
    """Places the live view. With the same key and run it keeps its connection, curves and zoom through every rerun.

    Args:
        run_id: the run to watch; None shows the empty panel.
        key: of the component, once on a page.
        metrics: what the empty panel's charts are for.
        compare: (run id, name) of other runs whose validation curves are drawn too.
        rate_reason: why the learning rate cannot be set by hand ("A schedule decides."), or "".
        on_ended, on_again: called at the start of the rerun that reports it, before the script.
    """
    data = {
        **pages.for_browser("build"),
        "panel": key,
        "run": run_id,
        "metrics": [metric.to_json() for metric in metrics],
        "compare": [{"id": other, "name": name} for other, name in compare],
        "rate_reason": rate_reason,
        "plotly": version("plotly"),
    }
    result = _component(
        key=key, data=data, on_ended_change=on_ended or _nothing, on_again_change=on_again or _nothing, on_look_change=_nothing
    )
    return Seen(ended=result.ended, again=result.again, look=result.look)


def _nothing() -> None:
    """A trigger shows in the component's result only when it has a callback."""
