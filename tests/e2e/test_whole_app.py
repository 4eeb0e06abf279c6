"""What a newcomer does, in a real browser against the real server and engine, and what goes wrong."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from playground.lab.store.store import Store
from playground.sharing import link
from playground.sharing.presets import PRESETS
from playground.values import spec
from playground.values.spec import part
from tests.server import Server, wait_for

WARM_MS = 120_000
LONG = 5_000  # epochs: a run that does not end by itself within a test


def preset(name: str, **training: object) -> spec.Experiment:
    experiment = PRESETS[name].experiment
    return experiment.having(training=dataclasses.replace(experiment.training, **training))


def open_app(page: Page, server: Server, experiment: spec.Experiment | None = None, run: str = "") -> None:
    """Open the Build page and wait until the engine is warm and the stack shows shapes."""
    query = "&".join(([f"x={link.encode(experiment)}"] if experiment else []) + ([f"run={run}"] if run else []))
    page.goto(f"{server.url}/build?{query}")
    page.wait_for_selector('.np-badge[data-state="ready"]', timeout=WARM_MS)
    expect(page.locator(".nps-stack .nps-row .nps-shape").first).to_contain_text(re.compile(r"\d"), timeout=30_000)


def train(page: Page) -> str:
    """Press Train; the run's id, once it trains."""
    before = run_in(page)
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_function(
        "(before) => { const run = new URL(location).searchParams.get('run'); return run && run !== before; }", arg=before
    )
    reaches(page, "training", "done", seconds=60)
    return run_in(page)


def run_in(page: Page) -> str | None:
    return page.evaluate("() => new URL(location).searchParams.get('run')")


def reaches(page: Page, *states: str, seconds: float = 30) -> None:
    page.wait_for_selector(", ".join(f'.np-live[data-state="{state}"]' for state in states), timeout=seconds * 1000)


def of(page: Page, server: Server, run: str) -> dict:
    """What the API tells of a run."""
    return page.request.get(f"{server.url}/api/runs/{run}").json()


def counter(page: Page, name: str) -> str:
    return page.locator(".np-live .np-counters div", has=page.locator("dt", has_text=re.compile(f"^{name}$"))).locator("dd").inner_text()


def step(page: Page) -> int:
    return int(counter(page, "Step").split("/")[0].replace(",", "") or 0)


def section(page: Page, name: str) -> None:
    page.get_by_test_id("stSegmentedControl").or_(page.get_by_test_id("stButtonGroup")).get_by_text(name, exact=True).click()


def points(page: Page, chart: int, line: int) -> int:
    script = "([chart, line]) => document.querySelectorAll('.np-live .np-plot')[chart].data?.[line]?.x?.length ?? 0"
    return page.evaluate(script, [chart, line])


@pytest.fixture(autouse=True)
def quiet(context: BrowserContext, server: Server) -> Iterator[None]:
    """A test that breaks off leaves no run behind for the next one to wait for."""
    yield
    for run in context.request.get(f"{server.url}/api/runs").json()["runs"]:
        if run["status"] in ("queued", "starting", "training", "paused"):
            context.request.post(f"{server.url}/api/runs/{run['id']}/commands", data={"do": "stop"})


# The straight way


def test_a_newcomer_builds_trains_watches_and_takes_the_run_home(page: Page, server: Server, tmp_path: Path) -> None:
    open_app(page, server)
    expect(page.locator(".np-badge")).to_contain_text(re.compile("CPU|GPU|NVIDIA"))
    section(page, "Data")
    chosen = page.get_by_role("radio", name=re.compile("^Small digits"))
    chosen.click()
    expect(chosen).to_be_checked()
    section(page, "Network")
    expect(page.locator(".nps-stack .nps-input")).to_contain_text("8 × 8 × 1")
    page.get_by_role("button", name="Presets").click()
    page.get_by_role("dialog").get_by_role("radio", name=re.compile("^MLP on 8 × 8 digits")).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".nps-stack .nps-row")).to_have_count(3)
    section(page, "Training")
    epochs = page.get_by_role("spinbutton", name="Epochs")
    epochs.fill("6")
    epochs.press("Enter")
    train(page)
    reaches(page, "done", seconds=90)
    live = page.locator(".np-live")
    expect(live).to_contain_text("Test accuracy")
    expect(live).to_contain_text(re.compile(r"on all \d+ test"))
    expect(live).to_contain_text("best epoch")
    assert counter(page, "Epoch") == "6 / 6"
    assert points(page, 0, 0) > 30  # each batch has a point
    page.get_by_text("Take it with you").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download train.py").click()
    text = Path(download.value.path()).read_text()
    assert "keras" in text and "playground" not in text.replace('package="playground"', "")
    printed = run_script(text, tmp_path)
    shown = float(re.search(r"Test accuracy\s*([\d.]+)", live.inner_text()).group(1))
    found = float(re.search(r"accuracy\D*(0?\.\d+|1\.0*)", printed.splitlines()[-1]).group(1))
    assert abs(100 * found - shown) < 0.06, printed[-500:]
    model = page.request.get(f"{server.url}/api/runs/{run_in(page)}/model.keras")
    assert model.ok
    (tmp_path / "model.keras").write_bytes(model.body())
    assert "config.json" in zipfile.ZipFile(tmp_path / "model.keras").namelist()


def run_script(text: str, folder: Path) -> str:
    """What the exported script prints, run by plain Python in a folder of its own."""
    (folder / "train.py").write_text(text)
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "",
    }
    done = subprocess.run([sys.executable, "train.py"], cwd=folder, env=env, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.strip()


def test_layers_are_added_moved_mended_and_undone(page: Page, server: Server) -> None:
    open_app(page, server, PRESETS["mlp"].experiment)
    names = lambda: [row.get_attribute("data-name") for row in page.locator(".nps-stack .nps-row").all()]  # noqa: E731
    assert names() == ["flatten", "dense", "dense_1", "dense_2"]
    page.locator('.nps-row[data-name="dense_1"] .nps-main').click()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".nps-stack .nps-row").nth(1)).to_have_attribute("data-name", "dense_1")
    page.get_by_role("button", name="Undo", exact=True).first.click()
    expect(page.locator(".nps-stack .nps-row").nth(1)).to_have_attribute("data-name", "dense")
    page.locator('.nps-row[data-name="dense"] .nps-main').click()
    expect(page.locator(".st-key-np-layer-form code").first).to_have_text("dense")
    units = page.get_by_role("spinbutton", name="Units")
    units.fill("77")
    units.press("Enter")
    expect(page.locator('.nps-row[data-name="dense"] .nps-shape')).to_have_text("77")
    page.locator('.nps-row[data-name="flatten"] .nps-main').click()
    page.keyboard.press("Delete")
    expect(page.locator(".nps-stack .nps-row")).to_have_count(3)
    fix = page.locator(".nps-stack .nps-fix").first
    expect(fix).to_contain_text("Add Flatten")
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_disabled()
    fix.click()
    expect(page.locator(".nps-stack .nps-problem")).to_have_count(0)
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_enabled()
    page.reload()
    expect(page.locator('.nps-row[data-name="dense"] .nps-shape')).to_have_text("77")


def test_a_layer_is_dragged_to_another_place(page: Page, server: Server) -> None:
    open_app(page, server, PRESETS["mlp"].experiment)
    grip = page.locator('.nps-row[data-name="dense"] .nps-grip').bounding_box()
    target = page.locator('.nps-row[data-name="dense_1"]').bounding_box()
    page.mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    page.mouse.down()
    page.mouse.move(grip["x"] + 10, target["y"] + target["height"] / 2, steps=8)
    page.mouse.move(grip["x"] + 10, target["y"] + target["height"] + 2, steps=4)
    page.mouse.up()
    expect(page.locator(".nps-stack .nps-row").nth(1)).to_have_attribute("data-name", "dense_1")
    expect(page.locator(".nps-stack .nps-row").nth(2)).to_have_attribute("data-name", "dense")


def test_pause_resume_steps_and_learning_rate_answer_while_it_runs(page: Page, server: Server) -> None:
    open_app(page, server, preset("digits_mlp", epochs=LONG))
    train(page)
    live = page.locator(".np-live")
    live.locator(".np-pause").click()
    reaches(page, "paused")
    stood = step(page)
    page.wait_for_timeout(200)  # a step takes less than a millisecond, and nothing tells that none comes
    assert step(page) == stood
    live.locator(".np-batch").click()
    wait_for(lambda: step(page) == stood + 1, 10, "one more step")
    live.locator(".np-epoch").click()
    per_epoch = int(counter(page, "Step").split("/")[1].replace(",", "")) // LONG
    wait_for(lambda: step(page) % per_epoch == 0 and step(page) > stood, 20, "the end of the epoch")
    rate = live.locator(".np-rate")
    rate.fill("0.0005")
    rate.press("Enter")
    wait_for(lambda: counter(page, "Learning rate") == "0.0005", 10, "the new learning rate")
    live.locator(".np-pause").click()
    reaches(page, "training")
    wait_for(lambda: step(page) > stood + 2 * per_epoch, 30, "training to go on")
    live.locator(".np-stop").click()
    reaches(page, "stopped")


def test_refresh_and_a_second_tab_find_the_run_still_moving(page: Page, context: BrowserContext, server: Server) -> None:
    open_app(page, server, preset("digits_mlp", epochs=LONG))
    train(page)
    page.reload()
    reaches(page, "training")
    first = step(page)
    second = context.new_page()
    second.goto(page.url)
    reaches(second, "training")
    wait_for(lambda: step(page) > first and step(second) > first, 20, "both tabs to move on")
    second.locator(".np-live .np-stop").click()
    reaches(page, "stopped")
    reaches(second, "stopped")


def test_the_same_seed_gives_the_same_curve_and_a_new_one_another(page: Page, server: Server) -> None:
    open_app(page, server, preset("digits_mlp", epochs=2))
    runs = [train(page)]
    for seed in ("Same seed", "New seed"):
        reaches(page, "done")
        page.get_by_role("button", name=seed).click()
        wait_for(lambda: run_in(page) not in (*runs, None), 20, "another run")
        runs.append(run_in(page))
        wait_for(lambda run=runs[-1]: of(page, server, run)["status"] == "done", 60, "the run to end")
    curves = [of(page, server, run)["curves"]["batches"]["values"]["loss"] for run in runs]
    assert curves[0] == curves[1]
    assert curves[0] != curves[2]


def test_former_runs_are_found_renamed_opened_duplicated_and_deleted(page: Page, server: Server) -> None:
    open_app(page, server, preset("linear_iris", epochs=3))
    run = train(page)
    reaches(page, "done")
    page.get_by_role("link", name="Runs").click()
    row = page.locator(".np-runs-row")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("iris", ignore_case=True)
    row.locator('[data-verb="Rename"]').click()
    page.locator(".np-runs-input").fill("My flowers")
    page.locator(".np-runs-input").press("Enter")
    expect(row).to_contain_text("My flowers")
    page.reload()
    expect(row).to_contain_text("My flowers")
    row.locator(".np-runs-open").click()
    reaches(page, "done")
    assert run_in(page) == run
    page.get_by_role("link", name="Runs").click()
    row.locator('[data-verb="Duplicate into Build"]').click()
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_visible()
    expect(page.locator(".nps-stack .nps-row")).to_have_count(1)
    page.get_by_role("link", name="Runs").click()
    row.locator('[data-verb="Delete"]').click()
    page.locator(".np-runs-danger").click()
    expect(page.locator(".np-runs-empty-title")).to_be_visible()
    wait_for(lambda: page.request.get(f"{server.url}/api/runs/{run}").status == 404, 10, "the run to be gone")  # the page does not wait


def test_somebody_else_sees_and_commands_nothing(page: Page, browser, server: Server) -> None:
    open_app(page, server, preset("digits_mlp", epochs=LONG))
    run = train(page)
    stranger = browser.new_context()
    other = stranger.new_page()
    other.goto(f"{server.url}/build?run={run}")
    expect(other.locator(".np-live")).to_contain_text("There is no such run", timeout=20_000)
    assert stranger.request.get(f"{server.url}/api/runs/{run}").status == 404
    assert stranger.request.post(f"{server.url}/api/runs/{run}/commands", data={"do": "stop"}).status == 404
    stranger.close()
    assert page.locator(".np-live").get_attribute("data-state") == "training"
    page.locator(".np-live .np-stop").click()
    reaches(page, "stopped")


# What goes wrong


@pytest.mark.parametrize(
    ("damaged", "word"),
    [
        (lambda text: text[:-9], "cut off"),
        (lambda text: "np1.!!!", ""),
        (lambda text: "hello", ""),
    ],
)
def test_a_damaged_link_is_named_and_the_editor_still_works(page: Page, server: Server, damaged, word: str) -> None:
    page.goto(f"{server.url}/build?x={damaged(link.encode(PRESETS['mlp'].experiment))}")
    alert = page.get_by_test_id("stAlert").first
    expect(alert).to_contain_text("The link could not be opened")
    expect(alert).to_contain_text(word)
    expect(page.locator(".nps-stack .nps-row").first).to_be_visible()


def test_a_link_that_names_a_layer_not_offered_is_refused(page: Page, server: Server) -> None:
    data = spec.to_json(PRESETS["mlp"].experiment)
    data["networks"][0]["layers"][0]["part"] = {"kind": "layers.Lambda"}
    page.goto(f"{server.url}/build?x={link.encode(spec.experiment_from_json(data))}")
    expect(page.get_by_test_id("stAlert").first).to_contain_text("is not offered")


def test_a_million_units_are_refused_before_building_with_the_estimate(page: Page, server: Server) -> None:
    network = PRESETS["mlp"].experiment.network
    layers = tuple(
        spec.Layer(part("layers.Dense", units=60_000), layer.name) if layer.name in ("dense", "dense_1") else layer
        for layer in network.layers
    )
    experiment = PRESETS["mlp"].experiment.having(network=spec.Network(network.input_shape, layers))
    open_app(page, server, experiment)
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_disabled()
    answer = page.request.post(f"{server.url}/api/runs", data=spec.to_json(experiment))
    assert answer.status in (400, 413)
    assert re.search(r"parameters|GB", json.dumps(answer.json()))


def test_a_loss_that_is_not_a_number_stops_the_run_and_offers_the_last_good_epoch(page: Page, server: Server) -> None:
    exploding = preset(  # squared error of linear outputs: too large a rate multiplies it at every step
        "linear_iris", epochs=LONG, optimizer=part("optimizers.SGD", learning_rate=0.01), loss=part("losses.MeanSquaredError")
    )
    open_app(page, server, exploding)
    train(page)
    wait_for(lambda: int(counter(page, "Epoch").split("/")[0]) >= 2, 30, "two good epochs")
    live = page.locator(".np-live")
    live.locator(".np-rate").fill("3")  # a tenth of it, which is offered then, is small enough to go on
    live.locator(".np-rate").press("Enter")
    reaches(page, "failed", seconds=60)
    expect(live).to_contain_text(re.compile("not a number|NaN|infinite", re.I))
    resume = live.get_by_role("button", name=re.compile("Resume from epoch"))
    resume.click()
    reaches(page, "training", seconds=60)


def test_a_killed_engine_fails_only_its_run_and_the_next_one_works(page: Page, own_server: Server) -> None:
    open_app(page, own_server, preset("digits_mlp", epochs=LONG))
    train(page)
    wait_for(lambda: int(counter(page, "Epoch").split("/")[0]) >= 1, 30, "a finished epoch")
    engines = [child for child in psutil.Process(own_server.process.pid).children() if "playground.engine" in " ".join(child.cmdline())]
    busy = max(engines, key=lambda child: sum(child.cpu_times()[:2]))
    busy.kill()
    reaches(page, "failed", "interrupted", seconds=30)
    expect(page.locator(".np-live")).to_contain_text(re.compile("engine", re.I))
    open_app(page, own_server, preset("digits_mlp", epochs=2))
    train(page)
    reaches(page, "done", seconds=120)


def test_after_a_restart_the_run_is_interrupted_and_goes_on_from_its_checkpoint(page: Page, own_server: Server) -> None:
    open_app(page, own_server, preset("digits_mlp", epochs=LONG))
    run = train(page)
    stored = Store(own_server.home)
    wait_for(lambda: (kept := stored.run(run)) and kept.checkpoint, 60, "a checkpoint, known to the store")
    own_server.stop(signal.SIGKILL)
    own_server.start()
    page.goto(f"{own_server.url}/build?run={run}")
    reaches(page, "interrupted", seconds=60)
    reached = step(page)
    page.wait_for_selector('.np-badge[data-state="ready"]', timeout=WARM_MS)
    page.locator(".np-live").get_by_role("button", name=re.compile("^Resume")).click()
    reaches(page, "training", seconds=60)
    wait_for(lambda: step(page) > reached, 60, "training to pass the place where it broke off")
    page.locator(".np-live .np-stop").click()
    reaches(page, "stopped")
    log = own_server.log()
    assert run in log
