"""What pages and routes ask for: describe, submit, command, look at, export, forget. Every call may come from any thread.

Owners see and command their own runs only; what belongs to somebody else is answered like what does not exist.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import secrets
import shutil
import threading
import time
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from playground import validation
from playground.lab import journal, rules
from playground.lab.downloads import Download, Downloads
from playground.lab.engines.job import Job
from playground.lab.engines.pool import Health, Pool
from playground.lab.folders import RunFolders
from playground.lab.inspection import Inspection
from playground.lab.live.feed import Subscription, refusal
from playground.lab.live.hub import Hub
from playground.lab.live.remote import RemoteSubscription
from playground.lab.model_files import ModelFiles
from playground.lab.settings import Settings
from playground.lab.store.challenge_results import ChallengeResults
from playground.lab.store.marks import Marks
from playground.lab.store.store import Store
from playground.lab.unwatched import Unwatched
from playground.lab.uploads import Uploads
from playground.values.command import Command
from playground.values.description import Description
from playground.values.errors import Conflict, InvalidValue, LimitExceeded, NotFound, PlaygroundError, Unavailable
from playground.values.run import Run
from playground.values.spec import Experiment, Part

log = logging.getLogger("playground.lab")


class Lab:
    """Engines, runs and store of one server. `start` before use, `close` at the end."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.home, settings.database_url, on_trouble=self._pass_on_trouble)
        self.marks = Marks(self.store.transaction)
        self.results = ChallengeResults(self.store.transaction)
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
        self._folders = RunFolders(settings.home)
        self._inspection = Inspection(self.pool, self._folders, self.uploads)
        self._model_files = ModelFiles(self._folders, lambda question: self.pool.ask(question, idle=True))
        self._unwatched = Unwatched(self.hub, self.pool)
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
        return self._inspection.describe(experiment, timeout)

    def activation(self, activation: str | Part, timeout: float = 2.0) -> dict[str, Any] | None:
        """The curve of an activation, `{"x", "y", "slope"}` as float32; None when it cannot be had in time.

        activation: a name ("relu") or a layer that is one, with its arguments. Raises InvalidValue for anything else.
        """
        return self._inspection.activation(activation, timeout)

    def look(self, owner: str, run_id: str, question: Mapping[str, Any]) -> Future[Any]:
        """What a network has learned: `{"view": "maps", "weights": "now" | "best" | epoch, …}`, see `engine/views`; the future holds it.

        Raises NotFound, InvalidValue for what is no question, LimitExceeded when too many of this owner's wait, Unavailable.
        """
        run = self.run(owner, run_id)
        self._unwatched.asked(run)
        return self._inspection.look(owner, run, question)

    def look_untrained(self, owner: str, experiment: Experiment, question: Mapping[str, Any]) -> Future[Any]:
        """The same of a network that is not trained yet, with the weights with which its training begins.

        Raises InvalidValue (not offered, no question), Conflict (data not downloaded), LimitExceeded, Unavailable.
        """
        return self._inspection.look_untrained(owner, experiment, question)

    # Runs

    def submit(self, owner: str, experiment: Experiment, name: str = "", *, paused: bool = False) -> str:
        """Check an experiment and put it in line; the new run's id. paused: it waits before its first step.

        Of an owner's runs on points in the plane that have ended and bear no name of their own only the newest are kept: each edit of
        the network may begin another.

        Raises InvalidValue (not offered, does not fit together), Conflict (data not downloaded), LimitExceeded, Unavailable.
        """
        validation.check_trainable(experiment, self.describe)
        self._check_limits(owner)
        title = rules.name_of(name or experiment.name) or rules.plain_name(experiment)
        run = Run(secrets.token_hex(8), owner, experiment, name=title, created=time.time())
        folder = self._folders.make(run.id)
        self.hub.add(run)
        self.pool.train(Job(run.id, experiment, folder, paused=paused))
        if rules.is_on_plane(run):
            self._unwatched.make_way(owner)
        if rules.is_passing(run):
            self._forget_old(owner)
        return run.id

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
                rate = command.value if isinstance(command.value, float) else None  # "resume" takes no other value
                self._take_up(self._commandable(owner, run_id, command), rate)
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
        rules.check_command(run, command, has_checkpoint=self._folders.saved(run.id, "last") is not None)
        return run

    def _take_up(self, run: Run, learning_rate: float | None) -> None:
        """Put an ended run in line again, from its checkpoint."""
        if run.is_active:
            raise Conflict("This run goes on already.", got="resume", fix="Reload the page to watch it.")
        self._check_limits(run.owner)
        folder = self._folders.make(run.id)
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
            self.pool.drop(run.id, after=functools.partial(shutil.rmtree, self._folders.of(run.id), ignore_errors=True))
        log.info("run %s: deleted.", run.id)

    def export_model(self, owner: str, run_id: str, weights: str = "last") -> Path:
        """A `.keras` file with the weights of the last or the best checkpoint. Raises Conflict when there is none yet."""
        run = self.run(owner, run_id)
        return self._model_files.of(run, weights)

    @contextlib.asynccontextmanager
    async def subscribe(self, owner: str, run_id: str) -> AsyncIterator[Subscription | RemoteSubscription]:
        """Look on: iterate over what is given for wire messages, beginning with a snapshot. Raises NotFound."""
        run = await asyncio.to_thread(self.run, owner, run_id)
        if run.is_active and self.hub.get(run.id) is None:
            yield RemoteSubscription(self.store, run)
            return
        subscription = self.hub.join(run)
        self._unwatched.joined(run)
        try:
            yield subscription
        finally:
            self.hub.leave(run.id, subscription)
            self._unwatched.left(run)

    # Data

    def download(self, name: str) -> Download:
        """Begin to download a data set. Raises InvalidValue for an unknown one."""
        return self._downloads.start(name)

    def downloads(self, name: str) -> Download | None:
        """How far the download of a data set is; None when it was never begun."""
        return self._downloads.get(name)

    # Below

    def _check_limits(self, owner: str) -> None:
        waiting = [run.owner for run in self.hub.runs() if run.status == "queued"]
        mine, limit = waiting.count(owner), self.settings.waiting_per_owner
        if mine >= limit or len(waiting) >= self.settings.waiting:
            fix = "Wait until one begins, or stop one."
            raise LimitExceeded("Too many runs wait for an engine.", expected=f"at most {limit} of yours", got=str(mine), fix=fix)

    def _check_here(self, run: Run) -> None:
        if run.is_active and self.hub.get(run.id) is None:
            raise Conflict("This run is trained by another server.", fix="Use the page of that server to command it.")

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
