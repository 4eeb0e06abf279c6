"""The signs that a training goes wrong, one function each: a Finding, or None where the sign is missing or nothing can be said.

Numbers are compared with those the run began with, so that a rule holds for any loss and any metric.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from playground.diagnosis.finding import Finding, Fix
from playground.values import events
from playground.values.command import Command
from playground.values.metric import LOSS, Metric
from playground.values.run import Run
from playground.values.spec import Experiment, Network, Part

PATIENCE = 30  # epochs before it is said that nothing was learned
WINDOW = 12  # kept epochs in which jumps are counted
LASTING = (3, 5)  # kept epochs that there must be, and over which a difference must hold
FIRST = 10  # kept batches that stand for the beginning: a single one may be lucky
KNOWN = 10  # steps by which the first kept batch must have come, to stand for a network that has learned nothing
SAME = 1e-6  # of a neuron's output: less is no difference
DIES = ("relu", "relu6")  # activations whose gradient is 0 wherever they are
GAP = 0.12  # of a share, and of a loss beside a share: smaller ones are usual
PASSIVE = ("Dense", "Flatten", "Dropout", "Reshape")  # layers that are linear by themselves


def dead(run: Run) -> Finding | None:
    """Hidden neurons that give the same everywhere on the plane, in its latest picture if that shows about the present network."""
    picture = run.pictures.get("plane")
    if picture is None or 2 * picture.step < run.step or not picture.meta.get("finite") or _changed(run, "network") >= max(picture.step, 1):
        return None
    lows, highs = picture.arrays["lows"], picture.arrays["highs"]
    hidden = [layer for layer in picture.meta["layers"][:-1] if layer["first"] is not None]
    places = [(layer, layer["first"] + unit) for layer in hidden for unit in range(layer["units"])]
    flat = [(layer, float(lows[at])) for layer, at in places if abs(float(highs[at]) - float(lows[at])) <= SAME]
    if not flat:
        return None
    is_off = all(layer["activation"] in DIES and value == 0 for layer, value in flat)
    return Finding(
        f"{len(flat)} of {len(places)} hidden neurons {'is' if len(flat) == 1 else 'are'} the same everywhere",
        "ReLU gives 0 wherever its sum is negative. Where that is everywhere on the plane, no gradient flows and the neuron stays dead. "
        "Another seed, a smaller learning rate or Leaky ReLU can help."
        if is_off
        else "A neuron that gives the same everywhere adds only a constant. Another seed or a smaller learning rate can help.",
    )


def risen(run: Run) -> Finding | None:
    """A loss far above where it began, or stood at the last change."""
    changed = _changed(run)
    first, now = _beginning(run, LOSS, since=changed), run.summary.get("loss")
    if first is None or now is None or not len(_epochs(run, LOSS.name, since=changed)):
        return None
    if not first > 0 or not now > 2 * first or (run.metrics[0].is_share and not now > 1):
        return None
    when = f"after step {changed:,}" if changed else "at the beginning"
    return Finding(
        f"The loss is larger than {when}",
        f"{LOSS.text(now)} now, {LOSS.text(first)} {when}: steps are far too large. Lower the learning rate{_rate(run)} and start over.",
        _slower(run),
    )


def jumping(run: Run) -> Finding | None:
    """A loss that rises again and again."""
    changed = _changed(run)
    losses = _epochs(run, LOSS.name, since=changed)[-WINDOW:]
    first = _beginning(run, LOSS, since=_changed(run, "training"))
    if len(losses) < WINDOW or first is None or not np.isfinite(losses).all():
        return None
    low, high = float(losses.min()), float(losses.max())
    ups = int((losses[1:] > 1.15 * losses[:-1]).sum())
    if ups < 4 or low <= 0 or high < 2 * low or high < 0.07 * first:
        return None
    epochs = int(run.epochs.x[-1] - run.epochs.x[-WINDOW])
    return Finding(
        "The loss jumps up and down",
        f"From {LOSS.text(low)} to {LOSS.text(high)} within {epochs:,} epochs: steps overshoot. "
        f"Lower the learning rate{_rate(run)}, or take larger batches.",
        _slower(run),
    )


def overfitting(run: Run) -> Finding | None:
    """A held-out part that is much worse than the training part."""
    held = _held_out(run)
    for metric in (LOSS, run.metrics[0]) if run.metrics[0].is_share else run.metrics[:1]:
        names = (metric.name, f"val_{metric.name}")
        ours, theirs = (run.summary.get(name) for name in names)
        lately = [_epochs(run, name, since=_changed(run, "training"))[-LASTING[1] :] for name in names]
        if ours is None or theirs is None or len(lately[1]) < LASTING[0]:
            continue
        differs = _is_gap if metric.is_share else _is_ratio
        if not differs(run, metric, ours, theirs) or not differs(run, metric, *(float(column.mean()) for column in lately)):
            continue
        best = run.summary.get("best_epoch")
        earlier = f" The lowest {held} loss was in epoch {best:,}." if best and best < run.epoch else ""
        return Finding(
            "Overfitting",
            f"{metric.title} is {metric.text(ours)} on the training examples and {metric.text(theirs)} on the {held} examples. "
            f"More examples, a smaller network, L2 or dropout can help; so does stopping earlier.{earlier}",
        )
    return None


def _is_gap(run: Run, metric: Metric, ours: float, theirs: float) -> bool:
    """A difference of shares that is neither usual nor chance."""
    counts = (max(_begun(run).examples.get(part, 0), 1) for part in ("train", _held_out(run)))
    chance = 2 * math.sqrt(max(theirs * (1 - theirs), 0) * sum(1 / count for count in counts))
    return ours - theirs >= max(GAP, chance)


def _is_ratio(run: Run, metric: Metric, ours: float, theirs: float) -> bool:
    """An error that is much larger, and by more than what hardly counts beside the error at the beginning."""
    first = _beginning(run, metric, since=_changed(run, "training"))
    if first is None or ours < 0:
        return False
    usual = max(first / 6, GAP if run.metrics[0].is_share else 0)
    return theirs > 1.6 * ours and theirs - ours > usual


def stuck(run: Run) -> Finding | None:
    """Little was learned in many epochs, and it gets no better."""
    metric, changed = run.metrics[0], _changed(run)
    column, now = _epochs(run, metric.name, since=changed), run.summary.get(metric.name)
    per_epoch = max(_begun(run).steps_per_epoch, 1)
    if now is None or len(column) < 9 or run.step - changed < PATIENCE * per_epoch or not _is_poor(run, metric, now):
        return None
    before, after = (float(np.nanmean(part)) for part in np.array_split(column, 3)[1:])
    gain = after - before if metric.better == "higher" else before - after
    if not gain < 0.01 * (1 if metric.is_share else now):
        return None
    only = "only" if metric.better == "higher" else "still"
    return Finding(f"{metric.title} is {only} {metric.text(now)}", _advice(_in_force(run).network))


def _is_poor(run: Run, metric: Metric, now: float) -> bool:
    """A share: less than half of the way from guessing to all. An error: not much below that of a network that has learned nothing."""
    if metric.is_share:
        chance = 1 / max(len(_begun(run).classes), 2)
        return now <= chance + 0.5 * (1 - chance)
    first = _beginning(run, metric, since=0)
    return first is not None and int(run.batches.x[0]) <= KNOWN and now > 0.8 * first


def _advice(network: Network) -> str:
    hidden = [layer for layer in network.layers if layer.active][:-1]
    units = [layer.part.args.get("units", 0) for layer in hidden if layer.part.short == "Dense"]
    others = [layer for layer in hidden if layer.part.short not in PASSIVE]
    is_linear = all(layer.part.short in PASSIVE and layer.part.args.get("activation") in (None, "linear") for layer in hidden)
    if is_linear:
        return "Without an activation that bends, all layers together are one linear layer. Add a hidden layer with one."
    if not others and sum(units) < 6:
        return f"{sum(units)} hidden neurons can express little: add some."
    return "Another activation, another learning rate or another seed may help."


# What the rules read of a run


def _changed(run: Run, *names: str) -> int:
    """The step of the last change by hand of these, of any but the speed where none is named; 0 without one."""
    return max((step for step, name, _ in run.changes if (name in names if names else name != "speed")), default=0)


def _epochs(run: Run, name: str, *, since: int) -> np.ndarray:
    """float32 (n,): a column of the kept epochs that ended after a step."""
    if name not in run.epochs.values:
        return np.zeros(0, np.float32)
    return run.epochs.values[name][run.epochs.values["step"] > since]


def _beginning(run: Run, metric: Metric, *, since: int) -> float | None:
    """The metric's mean over the first kept batches after a step, or the very first where it went wrong at once; None without any."""
    column = run.batches.values.get(metric.name)
    if column is None:
        return None
    first = column[run.batches.x > since][:FIRST]
    first = first[np.isfinite(first)]
    if not len(first):
        return None
    mean = float(first.mean())
    return float(first[0]) if 0 < 3 * first[0] < mean else mean


def _begun(run: Run) -> events.Started:
    """What the engine said when the run began: a run that has epochs has begun."""
    assert run.started is not None, "a run with epochs has begun"
    return run.started


def _held_out(run: Run) -> str:
    """What examples that are not trained on are called: some data have one such part for both ends."""
    return "validation" if "validation" in _begun(run).examples else "test"


def _in_force(run: Run) -> Experiment:
    return run.shared().at(run.step)


def _rate(run: Run) -> str:
    return f" ({run.progress.learning_rate:.4g} now)" if run.progress else ""


def _slower(run: Run) -> Fix | None:
    """A third of the learning rate, while the run goes on and no schedule sets it."""
    if not run.is_active or not run.progress or isinstance(_in_force(run).training.optimizer.args.get("learning_rate"), Part):
        return None
    rate = float(f"{run.progress.learning_rate / 3:.1g}")
    return Fix(f"Set the learning rate to {rate:g}", Command("set", name="learning_rate", value=rate).to_json())


RULES: tuple[Callable[[Run], Finding | None], ...] = (dead, risen, jumping, overfitting, stuck)
