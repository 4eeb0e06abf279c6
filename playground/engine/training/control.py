"""What a person tells a run, and the changes that its experiment has planned: taken up between two chunks, put into effect, answered.

Knows nothing of how a chunk is trained.
"""

from __future__ import annotations

from collections.abc import Iterator

from playground.engine.tasks import Score
from playground.engine.training.epoch_states import EpochStates
from playground.engine.training.live_views import LiveViews
from playground.engine.training.report import NotParked, Report, Saying
from playground.engine.training.training_state import TrainingState
from playground.values import events as say
from playground.values.command import Command
from playground.values.errors import Conflict, PlaygroundError
from playground.values.spec import Change

SAY_WHILE_SCORING = 1.0  # seconds between signs of life while a large part is scored


class Control:
    """Of one run. is_ending: all its epochs are over, or it was stopped, and the test part is scored.

    until: pause when this many batches or epochs are done.
    """

    def __init__(self, state: TrainingState, *, report: Report, epoch_states: EpochStates, live_views: LiveViews) -> None:
        self._state, self._report, self._epoch_states, self._live_views = state, report, epoch_states, live_views
        self.is_paused = self.is_parked = self.is_ending = False
        self.until: tuple[str, int] | None = None
        self._commands: list[Command] = []
        self._parking = self._stopping = self._hurry = False

    def tell(self, command: Command) -> None:
        """Taken up between two chunks."""
        self._commands.append(command)

    def park(self) -> None:
        """Save and end without a word, if the run is paused: the engine is needed, and the run goes on from its checkpoint later."""
        self._parking = True

    @property
    def is_over(self) -> bool:
        return self._stopping or self.is_parked

    @property
    def idle(self) -> float | None:
        """Seconds for which nothing will happen unless a command comes; None: for ever."""
        if self._commands or self._stopping or self._parking or self._live_views.wants_matrix:
            return 0.0
        until_frame = self._live_views.until_frame()
        if self.is_paused:
            return None if until_frame > 0 else 0.0
        return min(self._state.clock.until_allowed(self._state.step), until_frame)

    def most(self, left: int) -> int:
        """How many steps the next chunk may have, of those that are left."""
        state = self._state
        if self.until:
            unit, count = self.until
            left = min(left, (count if unit == "batch" else state.begin_of(count)) - state.step)
        if state.changes.next_step is not None:
            left = min(left, state.changes.next_step - state.step)
        allowed = state.clock.allowed(state.step)
        return left if allowed is None else min(left, allowed)

    def begin_paused(self) -> Iterator[Saying]:
        """Wait before the first step."""
        self._state.warm_model.begin()
        yield from self._pause()
        yield from self.obey()

    def obey(self, *, within_epoch: bool = True) -> Iterator[Saying]:
        """Let commands come, do what they say, and stay here while paused. A single step ends only between batches or epochs."""
        state = self._state
        yield None
        while True:
            if self._live_views.wants_matrix and within_epoch:
                yield from self._show_matrix()
            while within_epoch and (due := state.changes.due(state.step)) is not None and not state.is_done:
                yield from self.change(due)
            yield from self._take_up(within_epoch=within_epoch)
            if within_epoch and not state.is_done and state.is_at_epochs_end:
                state.take_other_batches()
            if (frame := self._live_views.frame()) is not None:
                yield frame
            if self._parking and (within_epoch or self.is_paused):
                yield from self._park()
            if within_epoch and self.until and (state.epoch if self.until[0] == "epoch" else state.step) >= self.until[1]:
                yield from self._pause()
            if not self.is_paused or self.is_over or self.is_ending:
                return
            state.prepare_aside()
            yield None

    def scored(self, split: str) -> Iterator[Saying]:
        """Score a part, obeying meanwhile. Returns the Score, or None where the run was stopped."""
        for score in self._state.task.score(split):
            if score is not None:
                return score
            yield from self.obey(within_epoch=False)
            if self._report.is_due(SAY_WHILE_SCORING):
                yield from self._report.flush()
            if self._hurry or (self._stopping and not self.is_ending):
                break
        return None

    def _show_matrix(self) -> Iterator[Saying]:
        """The matrix of the last epoch; where a trainer's own scores bring none, that of this moment."""
        self._live_views.wants_matrix = False
        if self._state.task.trainer.scores_epochs:
            score: Score | None = yield from self.scored("validation")
            self._live_views.note(score)
        if (matrix := self._live_views.matrix()) is not None:
            yield matrix

    # Commands

    def _take_up(self, *, within_epoch: bool) -> Iterator[Saying]:
        """Do as told. While a part is scored, nothing is changed: the score is that of one moment."""
        waiting = []
        while self._commands:
            command = self._commands.pop(0)
            if command.do == "set" and command.name != "speed" and not within_epoch and not self.is_ending:
                waiting.append(command)
            else:
                yield from self._take(command)
        self._commands = waiting

    def _take(self, command: Command) -> Iterator[Saying]:
        state = self._state
        if command.do == "stop":
            self._hurry, self._stopping = self._stopping or self.is_ending, True
        elif command.do == "set" and command.name == "speed":
            state.clock.limit(command.value, state.step)
            yield say.Changed("speed", command.value, state.step)
        elif command.do == "set" and not (self.is_ending or (state.is_done and command.name != "learning_rate")):
            yield from self.change(Change(state.step, command.name, command.value))
        elif self._stopping or self.is_ending or command.do == "set":
            yield Conflict("The run is ending.", fix="Resume it when it has ended.")
        elif command.do == "pause" and not self.is_paused:
            yield from self._pause()
        elif command.do == "resume" and (self.is_paused or self.until):
            if command.value is not None:
                yield from self.change(Change(state.step, "learning_rate", command.value))
            yield from self._go(None)
        elif command.do == "step":
            yield from self._go(("batch", state.step + 1) if command.unit == "batch" else ("epoch", state.epoch + 1))

    def _go(self, until: tuple[str, int] | None) -> Iterator[Saying]:
        """A single batch is over before anybody could see that the run goes on, so only longer ways are said."""
        in_one_batch = self.until is not None and self.until[0] == "batch"
        if (self.is_paused or in_one_batch) and (until is None or until[0] == "epoch"):
            yield say.Resumed()
        self._state.warm_model.finish()
        self.is_paused, self.until = False, until
        self._state.clock.start()

    def _pause(self) -> Iterator[Saying]:
        self.is_paused, self.until = True, None
        self._state.clock.stop()
        yield from self._report.flush()
        yield from self._epoch_states.save()
        yield say.Paused(self._state.epoch, self._state.step)
        self._live_views.want_frame()

    def _park(self) -> Iterator[Saying]:
        """Only a pause can be left and taken up again unnoticed, and only with its checkpoint on disk."""
        self._parking = False
        if self.is_paused and not self._stopping and not self._commands:
            yield from self._epoch_states.save()
            self.is_parked = self._epoch_states.record.is_saved
        if not self.is_parked:
            yield NotParked()

    # Changes

    def change(self, change: Change) -> Iterator[Saying]:
        """Do it, or say why not. Everything hangs on the step, nothing on the clock, so that it can be repeated."""
        state = self._state
        is_planned = change is state.changes.due(state.step)
        yield from self._report.flush()
        self._epoch_states.record.settle()  # the best epoch's state can be made only while all is as it was then
        try:
            said = state.change(change, is_planned=is_planned)
        except PlaygroundError as error:
            if is_planned:
                state.changes.give_up()
            yield error
            return
        if said is not None:
            if change.is_deep and state.is_at_epochs_end:
                self._epoch_states.keep_edited()
            yield said
        yield from self._report.flush()  # the counters show it at once, in a pause too
        self._live_views.want_frame()
