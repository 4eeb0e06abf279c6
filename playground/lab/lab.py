"""What pages and routes ask for: describe, submit, command, look at, export, forget. Every call may come from any thread.

Owners see and command their own runs only; what belongs to somebody else is answered like what does not exist.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import math
import os
import re
import secrets
import shutil
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from pathlib import Path
from typing import Any

from playground import data
from playground.lab import journal, rules
from playground.lab.answers import Answers
from playground.lab.downloads import Download, Downloads
from playground.lab.engines.pool import Health, Job, Pool, task_key
from playground.lab.live.feed import Subscription, refusal
from playground.lab.live.hub import Hub
from playground.lab.live.remote import Abroad
from playground.lab.settings import Settings
from playground.lab.store.challenge_results import Results
from playground.lab.store.marks import Marks
from playground.lab.store.store import Store
from playground.lab.uploads import Uploads
from playground.values import description, spec
from playground.values.command import WEIGHTS, Command
from playground.values.description import Description, Problem
from playground.values.errors import Conflict, InvalidValue, LimitExceeded, NotFound, PlaygroundError, Unavailable
from playground.values.run import Run
from playground.values.spec import Experiment, Part

log = logging.getLogger("playground.lab")

EXPORT_TIMEOUT = 120.0  # seconds
LOOKS_PER_OWNER = 30  # questions about runs that may wait at a time
UNWATCHED = 30.0  # seconds after which a run on the plane pauses that nobody watches: long enough to load a page anew


class Lab:
    """Engines, runs and store of one server. `start` before use, `close` at the end."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.home, settings.database_url, on_trouble=self._pass_on_trouble)
        self.marks = Marks(self.store.transaction)
        self.results = Results(self.store.transaction)
        self.hub = Hub(put=self.store.put, on_change=journal.note, on_watch=lambda run, views: self.pool.watch(run, views))
        self.pool = Pool(
            settings,
            on_event=self.hub.tell,
            on_refused=lambda run, error: self.hub.send(run, refusal(error)),
            on_begin=self._begin,
            on_line=self._number_the_line,
            on_wake=lambda run: self.hub.update(run, status="queued"),
        )
        self._downloads = Downloads()
        self.uploads = Uploads(settings.home)
        self._answers = Answers(lambda question: self.pool.ask(question))
        self._left: set[str] = set()  # runs on the plane that somebody watched and nobody watches now
        self._looked_at: dict[str, float] = {}  # run on the plane → when it was last asked about, by the monotonic clock
        self._looking: Counter[str] = Counter()  # questions without an answer yet, by owner
        self._counting = threading.Lock()  # questions come and are answered on several threads
        self._taking_up = threading.Lock()  # of two who resume, rename or delete an ended run, one comes first

    def start(self, *, engines_after: float = 0.0) -> None:
        """Open the store, interrupt runs of servers that are gone, begin to warm engines. Returns within moments.

        engines_after: seconds that the engines wait, for a page that is loading is in more of a hurry.
        """
        self.store.start()
        self._warming = threading.Timer(engines_after, self.pool.start)
        self._warming.daemon = True
        if engines_after:
            self._warming.start()
        else:
            self.pool.start()

    def close(self) -> None:
        """Pause and interrupt what trains, end the engines, write what is left."""
        self._warming.cancel()
        self.pool.close()
        self.store.close()

    def health(self) -> Health:
        """How the engines are; the store's trouble is told when the engines have none."""
        health = self.pool.health()
        if health.error is None and self.store.trouble:
            return Health(health.engine, health.device, health.running, health.waiting, self.store.trouble.to_json())
        return health

    # Questions

    def describe(self, experiment: Experiment, timeout: float = 2.0) -> Description | None:
        """Shapes, sizes and problems; None when no engine is warm or the answer takes longer than `timeout` seconds.

        What is not offered is told as a problem too, without asking an engine.
        """
        try:
            self._check(experiment)
            text = spec.dumps(experiment)
            future = self._answers.get("describe " + text, {"ask": "describe", "experiment": spec.to_json(experiment)})
            return description.from_json(future.result(timeout))
        except (Unavailable, NotYet):
            return None
        except PlaygroundError as error:
            return Description(layers=(), problems=(Problem(str(error)),))

    def activation(self, activation: str | Part, timeout: float = 2.0) -> dict[str, Any] | None:
        """The curve of an activation, `{"x", "y", "slope"}` as float32; None when it cannot be had in time.

        activation: a name ("relu") or a layer that is one, with its arguments. Raises InvalidValue for anything else.
        """
        question = {"name": activation} if isinstance(activation, str) else {"part": spec.to_json(activation)}
        try:
            curve: dict[str, Any] = self._answers.get(f"activation {activation!r}", {"ask": "activation"} | question).result(timeout)
            return curve
        except (Unavailable, NotYet):
            return None

    def look(self, owner: str, run_id: str, question: Mapping[str, Any]) -> Future[Any]:
        """What a network has learnt: `{"view": "maps", "weights": "now" | "best" | epoch, …}`, see `engine/views`; the future holds it.

        Raises NotFound, InvalidValue for what is no question, LimitExceeded when too many of this owner's wait, Unavailable.
        """
        run = self.run(owner, run_id)
        if not isinstance(question, Mapping) or not isinstance(question.get("view"), str):
            raise InvalidValue("This is no question about a run.", expected='{"view": "maps", …}', got=question)
        if rules.is_on_plane(run):
            self._looked_at[run.id] = time.monotonic()
        message = {
            "ask": "look",
            "run": run.id,
            "experiment": spec.to_json(run.experiment),
            "folder": str(self._folder(run.id)),
            "question": dict(question),
            "upload": self._picture_of(owner, question),
        }
        return self._counted(owner, lambda: self.pool.look(run.id, message, live=question.get("weights") in (None, "now")))

    def look_untrained(self, owner: str, experiment: Experiment, question: Mapping[str, Any]) -> Future[Any]:
        """The same of a network that is not trained yet, with the weights with which its training begins.

        Raises InvalidValue (not offered, no question), Conflict (data not downloaded), LimitExceeded, Unavailable.
        """
        if not isinstance(question, Mapping) or not isinstance(question.get("view"), str):
            raise InvalidValue("This is no question about a network.", expected='{"view": "plane", …}', got=question)
        self._check(experiment)
        self._check_data(experiment)
        message = {
            "ask": "look",
            "run": None,
            "experiment": spec.to_json(experiment),
            "key": task_key(experiment),
            "question": dict(question),
            "upload": self._picture_of(owner, question),
        }
        return self._counted(owner, lambda: self.pool.look_untrained(message))

    def _counted(self, owner: str, ask: Callable[[], Future[Any]]) -> Future[Any]:
        """An owner's question, unless too many of them wait."""
        with self._counting:
            if self._looking[owner] >= LOOKS_PER_OWNER:
                fix = "Wait for the answers, or close a page."
                raise LimitExceeded(
                    "Too many questions wait for an answer.", expected=f"at most {LOOKS_PER_OWNER} of yours", got="one more", fix=fix
                )
            self._looking[owner] += 1
        try:
            future = ask()
        except BaseException:
            self._answered(owner)
            raise
        future.add_done_callback(lambda _: self._answered(owner))
        return future

    def _answered(self, owner: str) -> None:
        with self._counting:
            self._looking[owner] -= 1
            if not self._looking[owner]:
                del self._looking[owner]

    def _picture_of(self, owner: str, question: Mapping[str, Any]) -> str | None:
        """Where the uploaded picture lies that a question names. Raises NotFound, also for somebody else's."""
        named = question.get("picture")
        if not isinstance(named, str) or not named.startswith("upload:"):
            return None
        return str(self.uploads.path(owner, named.removeprefix("upload:")))

    # Runs

    def submit(self, owner: str, experiment: Experiment, name: str = "", *, paused: bool = False) -> str:
        """Check an experiment and put it in line; the new run's id. paused: it waits before its first step.

        Of an owner's runs on points in the plane that have ended and bear no name of their own only the newest are kept: each edit of
        the network may begin another.

        Raises InvalidValue (not offered, does not fit together), Conflict (data not downloaded), LimitExceeded, Unavailable.
        """
        self._check(experiment)
        self._check_data(experiment)
        if (found := self.describe(experiment)) and not found.can_train:
            problem = next(problem for problem in found.problems if problem.severity == "error")
            raise InvalidValue(problem.what, fix=f"{problem.fix_label}." if problem.fix_label else "")
        self._check_limits(owner)
        title = rules.name_of(name or experiment.name) or rules.plain_name(experiment)
        run = Run(secrets.token_hex(8), owner, experiment, name=title, created=time.time())
        self._folder(run.id, make=True)
        self.hub.add(run)
        self.pool.train(Job(run.id, experiment, self._folder(run.id), paused=paused))
        if rules.is_on_plane(run):
            self._make_way(owner)
        if rules.is_passing(run):
            self._forget_old(owner)
        return run.id

    def _make_way(self, owner: str) -> None:
        """Pause what an owner trained on the plane and has left: who plays another network does not wait for it."""
        for run_id in tuple(self._left):
            run = self.hub.get(run_id)
            if run is not None and run.owner == owner and self._is_left_training(run):
                self._pause_unwatched(run)

    def _forget_old(self, owner: str) -> None:
        """Delete an owner's oldest passing runs; what stands in the way of that is no concern of the new run."""
        try:
            for run in rules.outdated(self.runs(owner)):
                if self.hub.get(run.id) is None:  # nobody looks at it
                    self.delete(owner, run.id)
        except PlaygroundError as error:
            log.warning("Old runs could not be deleted. %s", error)

    def command(self, owner: str, run_id: str, command: Command) -> None:
        """Tell a run to do something. Raises NotFound, Conflict when its state does not allow it, Unavailable."""
        run = self._commandable(owner, run_id, command)
        if not run.is_active:
            with self._taking_up:
                self._take_up(self._commandable(owner, run_id, command), command.value if isinstance(command.value, (int, float)) else None)
        elif command.do == "resume" and command.value is not None:
            self.pool.command(run.id, Command("set", name="learning_rate", value=command.value))
            self.pool.command(run.id, Command("resume"))
        else:
            self.pool.command(run.id, command)
        log.info("run %s: told to %s%s.", run.id, command.do, f" {command.name}" if command.do == "set" else "")

    def _commandable(self, owner: str, run_id: str, command: Command) -> Run:
        """The run, if its present state allows the command."""
        run = self.run(owner, run_id)
        self._check_here(run)
        rules.check_command(run, command, has_checkpoint=self._saved(run, "last") is not None)
        return run

    def _take_up(self, run: Run, learning_rate: float | None) -> None:
        """Put an ended run in line again, from its checkpoint."""
        if run.is_active:
            raise Conflict("This run goes on already.", got="resume", fix="Reload the page to watch it.")
        self._check_limits(run.owner)
        folder = self._folder(run.id, make=True)
        if not self.store.claim(run.id):
            raise Conflict("Another server has taken up this run.", fix="Reload the page to watch it there.")
        self.hub.add(run.having(status="queued", ended=None, error=None))
        job = Job(run.id, run.experiment, folder, resume=True, learning_rate=learning_rate, views=self.hub.views(run.id))
        try:
            self.pool.train(job)
        except PlaygroundError:
            self.hub.add(run)  # it stays as it was
            raise

    def run(self, owner: str, run_id: str) -> Run:
        """A run with all that is known of it. Raises NotFound, also for somebody else's."""
        run = self.hub.get(run_id) or self.store.run(run_id)
        if run is None or run.owner != owner:
            raise NotFound("There is no such run.", fix="Choose one on the Runs page.")
        return run

    def runs(self, owner: str, *, curves: bool = False) -> list[Run]:
        """An owner's runs, newest first; with `curves` those by epoch are there, else none need be, nor pictures."""
        return self.store.runs(owner, curves=curves)

    def rename(self, owner: str, run_id: str, name: str) -> None:
        """Raises InvalidValue for a name that is empty or too long, NotFound, Conflict while another server trains it."""
        with self._taking_up:
            run = self.run(owner, run_id)
            self._check_here(run)
            title = rules.name_of(name)
            if not title:
                raise InvalidValue("A run needs a name.", expected="1 to 120 characters", got=name)
            self.hub.update(run.id, name=title)
            self.store.rename(run.id, title)

    def delete(self, owner: str, run_id: str) -> None:
        """Stop a run if it goes on and remove it with its folder, for good. Raises NotFound, Conflict."""
        with self._taking_up:
            run = self.run(owner, run_id)
            self._check_here(run)
            self.hub.remove(run.id)
            self.store.delete(run.id)
            self.pool.drop(run.id, after=functools.partial(shutil.rmtree, self._folder(run.id), ignore_errors=True))
        log.info("run %s: deleted.", run.id)

    def export_model(self, owner: str, run_id: str, weights: str = "last") -> Path:
        """A `.keras` file with the weights of the last or the best checkpoint. Raises Conflict when there is none yet."""
        run = self.run(owner, run_id)
        if weights not in WEIGHTS:
            raise InvalidValue("These weights are not kept.", expected=" or ".join(WEIGHTS), got=weights)
        folder = self._folder(run.id)
        target = folder / f"model-{weights}.keras"
        saved = self._saved(run, weights)
        if saved is None:
            raise Conflict("The run has no saved weights yet.", fix="Wait for the end of its first epoch.")
        # A model file bears the time of its checkpoint; to be newer than it proves nothing, for one may have come while it was made.
        if _time_of(target) != saved:
            fresh = folder / f".{secrets.token_hex(8)}.keras"
            self._export(run, folder=folder, weights=weights, path=fresh)
            try:
                os.utime(fresh, ns=(saved, saved))
                os.replace(fresh, target)
            except FileNotFoundError:
                raise NotFound("There is no such run.", fix="Choose one on the Runs page.") from None
        return target

    def _export(self, run: Run, *, folder: Path, weights: str, path: Path) -> None:
        question = {"ask": "export", "experiment": spec.to_json(run.experiment), "folder": str(folder), "weights": weights}
        future = self.pool.ask(question | {"path": str(path)}, idle=True)
        try:
            future.result(EXPORT_TIMEOUT)
        except NotYet:
            future.add_done_callback(lambda _: path.unlink(missing_ok=True))
            raise Unavailable("The model could not be written in time.", fix="Try again when less is being trained.") from None

    @contextlib.asynccontextmanager
    async def subscribe(self, owner: str, run_id: str) -> AsyncIterator[Subscription | Abroad]:
        """Look on: iterate over what is given for wire messages, beginning with a snapshot. Raises NotFound."""
        run = await asyncio.to_thread(self.run, owner, run_id)
        if run.is_active and self.hub.get(run.id) is None:
            yield Abroad(self.store, run)
            return
        subscription = self.hub.join(run)
        self._left.discard(run.id)
        try:
            yield subscription
        finally:
            self.hub.leave(run.id, subscription)
            if rules.is_on_plane(run):
                self._left.add(run.id)
                self._rest_soon(run.id, asyncio.get_running_loop())

    def _rest_soon(self, run_id: str, loop: asyncio.AbstractEventLoop) -> None:
        loop.call_later(UNWATCHED, lambda: loop.run_in_executor(None, self._rest, run_id, loop))

    def _rest(self, run_id: str, loop: asyncio.AbstractEventLoop) -> None:
        """Pause a run on the plane that nobody watches any more. Who reloads the page, or looks into the run elsewhere, keeps it going."""
        run = self.hub.get(run_id)
        if run is None or not self._is_left_training(run):
            self._left.discard(run_id)
        elif time.monotonic() - self._looked_at.pop(run_id, -math.inf) < UNWATCHED:
            loop.call_soon_threadsafe(self._rest_soon, run_id, loop)
        else:
            self._pause_unwatched(run)

    def _is_left_training(self, run: Run) -> bool:
        return run.status == "training" and not self.hub.is_watched(run.id)

    def _pause_unwatched(self, run: Run) -> None:
        self._left.discard(run.id)
        with contextlib.suppress(PlaygroundError):  # it has ended meanwhile
            self.pool.command(run.id, Command("pause"))
            log.info("run %s: paused, for nobody watches it.", run.id)

    # Data

    def download(self, name: str) -> Download:
        """Begin to download a data set. Raises InvalidValue for an unknown one."""
        return self._downloads.start(name)

    def downloads(self, name: str) -> Download | None:
        """How far the download of a data set is; None when it was never begun."""
        return self._downloads.get(name)

    # Below

    def _check(self, experiment: Experiment) -> None:
        from playground import catalog  # reads Keras's source text: half a second that the first page should not wait for

        data.check(experiment.data)
        catalog.check(experiment)
        text = spec.dumps(experiment)
        if len(text) > spec.MAX_JSON:  # the store could not read it again
            raise InvalidValue("The experiment is too long.", expected=f"at most {spec.MAX_JSON:,} characters", got=f"{len(text):,}")
        try:
            text.encode()
        except UnicodeEncodeError:
            raise InvalidValue("The experiment holds text that is not Unicode.", expected="Unicode text") from None

    def _check_data(self, experiment: Experiment) -> None:
        dataset = data.of(experiment.data)
        if data.missing(dataset.name):
            raise Conflict(f"{dataset.title} is not on this machine yet.", fix="Download it on the Build page.")

    def _check_limits(self, owner: str) -> None:
        waiting = [run.owner for run in self.hub.runs() if run.status == "queued"]
        mine, limit = waiting.count(owner), self.settings.waiting_per_owner
        if mine >= limit or len(waiting) >= self.settings.waiting:
            fix = "Wait until one begins, or stop one."
            raise LimitExceeded("Too many runs wait for an engine.", expected=f"at most {limit} of yours", got=str(mine), fix=fix)

    def _check_here(self, run: Run) -> None:
        if run.is_active and self.hub.get(run.id) is None:
            raise Conflict("This run is trained by another server.", fix="Use the page of that server to command it.")

    def _saved(self, run: Run, weights: str) -> int | None:
        """When a checkpoint was written; None when there is none."""
        return _time_of(self._folder(run.id) / WEIGHTS[weights])

    def _folder(self, run_id: str, *, make: bool = False) -> Path:
        assert re.fullmatch(r"[0-9a-f]{16}", run_id), "run ids are made here"
        folder = self.settings.home / "runs" / run_id
        if make:
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise Unavailable(
                    "The folder for the run cannot be made.", got=error.strerror, fix="Make room or make PLAYGROUND_HOME writable."
                ) from error
        return folder

    def _begin(self, run: str) -> None:
        """An engine has taken a run; one that is paused, and is to do something else than go on, stays so."""
        found = self.hub.get(run)
        self.hub.update(run, status="paused" if found and found.status == "paused" else "starting", position=0)

    def _number_the_line(self, waiting: Any) -> None:
        for place, run in enumerate(waiting, start=1):
            found = self.hub.get(run)
            if found and found.position != place:
                self.hub.update(run, position=place)

    def _pass_on_trouble(self, error: Unavailable | None) -> None:
        if error:
            for run in self.hub.runs():
                self.hub.send(run.id, refusal(error))


def _time_of(path: Path) -> int | None:
    """When a file was last written, in nanoseconds; None when it is not there."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return None
