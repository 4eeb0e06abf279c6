"""REST routes for runs: submit, list, read, command, rename, delete; the script and the model to take away."""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from playground import data
from playground.lab import current
from playground.lab.live import feed
from playground.sharing import link
from playground.sharing.script import of_run
from playground.values import command, spec
from playground.values.errors import InvalidValue
from playground.values.run import Run
from playground.web.answer import answer, answering, asked, in_thread, json_body, owner


def brief(run: Run) -> dict[str, Any]:
    """A run as a line of a list: no curves, no settings."""
    return feed.outline(run) | {
        "epoch": run.epoch,
        "epochs": run.experiment.training.epochs,
        "step": run.step,
        "seconds": run.seconds,
        "data": run.experiment.data.name,
        "data_title": data.SETS[run.experiment.data.name].title if run.experiment.data.name in data.SETS else run.experiment.data.name,
        "parameters": run.started.parameters if run.started else None,
    }


def full(run: Run) -> dict[str, Any]:
    """A run with all that is known of it."""
    return brief(run) | feed.details(run) | {"curves": feed.curves(run), "experiment": spec.to_json(run.experiment)}


@answering
async def submit(request: Request) -> Response:
    """The body is an experiment, and may say `"paused": true` beside it: then the run waits before its first step."""
    given = await json_body(request)
    paused = given.pop("paused", False) if isinstance(given, dict) else False
    if not isinstance(paused, bool):
        raise InvalidValue("paused is not true or false.", expected="true or false", got=paused)
    run = await in_thread(current().submit, owner(request), spec.experiment_from_json(given), paused=paused)
    response = answer({"id": run}, 201)
    response.headers["Location"] = f"/api/runs/{run}"
    return response


@answering
async def listed(request: Request) -> Response:
    runs = await in_thread(current().runs, owner(request))
    return answer({"runs": [brief(run) for run in runs]})


@answering
async def shown(request: Request) -> Response:
    return answer(full(await _run(request)))


@answering
async def commanded(request: Request) -> Response:
    given = command.from_json(await json_body(request))
    await in_thread(current().command, owner(request), request.path_params["run"], given)
    return answer({"id": request.path_params["run"], "command": given.to_json()}, 202)


@answering
async def renamed(request: Request) -> Response:
    given = await json_body(request)
    if not isinstance(given, dict) or set(given) != {"name"} or not isinstance(given["name"], str):
        raise InvalidValue("A run can only be given another name.", expected='{"name": "…"}', got=given)
    await in_thread(current().rename, owner(request), request.path_params["run"], given["name"])
    return answer(brief(await _run(request)))


@answering
async def deleted(request: Request) -> Response:
    await in_thread(current().delete, owner(request), request.path_params["run"])
    return Response(status_code=204)


@answering
async def script(request: Request) -> Response:
    run = await _run(request)
    text = await in_thread(of_run, run)
    return Response(text, media_type="text/x-python", headers=attached(run, "py", inline=True))


@answering
async def shared(request: Request) -> Response:
    """The experiment with what was changed by hand so far, and a link to it; error: why there is none."""
    experiment = (await _run(request)).shared()
    text, error = None, None
    try:
        text = await in_thread(link.encode, experiment)
    except InvalidValue as reason:
        error = reason.to_json()
    return answer({"experiment": spec.to_json(experiment), "link": text, "error": error})


@answering
async def model(request: Request) -> Response:
    run = await _run(request)
    path = await in_thread(current().export_model, owner(request), run.id, asked(request, "weights") or "last")
    return FileResponse(path, media_type="application/octet-stream", headers=attached(run, "keras") | {"Cache-Control": "no-store"})


async def _run(request: Request) -> Run:
    return await in_thread(current().run, owner(request), request.path_params["run"])


def attached(run: Run, ending: str, *, inline: bool = False) -> dict[str, str]:
    """The header that names a file after its run. ending: of the name, "py" or "test-predictions.csv"."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", run.name).strip("-").lower() or "model"
    dot = "-" if "." in ending else "."
    return {"Content-Disposition": f'{"inline" if inline else "attachment"}; filename="{name}{dot}{ending}"'}


ROUTES = [
    Route("/api/runs", submit, methods=["POST"]),
    Route("/api/runs", listed, methods=["GET"]),
    Route("/api/runs/{run}", shown, methods=["GET"]),
    Route("/api/runs/{run}", renamed, methods=["PATCH"]),
    Route("/api/runs/{run}", deleted, methods=["DELETE"]),
    Route("/api/runs/{run}/commands", commanded, methods=["POST"]),
    Route("/api/runs/{run}/shared", shared, methods=["GET"]),
    Route("/api/runs/{run}/source", script, methods=["GET"]),
    Route("/api/runs/{run}/model.keras", model, methods=["GET"]),
]
