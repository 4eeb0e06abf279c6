"""How tabs of Look inside ask the server: faults are told, passing ones asked again, equal questions shared."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from playground.values.errors import Unavailable
from tests.e2e.inside.inside_stage import Stage
from tests.e2e.stages.waiting import let_pass, until

Opened = Callable[..., Page]


def test_a_fault_is_told_with_what_to_do_and_leaves_the_rest_alone(opened: Opened, stage: Stage) -> None:
    stage.faults["pulse"] = Unavailable("The engine is gone.", expected="an engine", got="none", fix="Wait a moment.")
    page = opened()
    fault = page.locator(".pulse .np-fault")
    expect(fault).to_have_text("The engine is gone.Expected an engine. Got none. Wait a moment.")
    expect(page.locator(".npi-bars li").first).to_be_visible()


def test_a_fault_that_comes_again_is_not_read_out_again(opened: Opened, stage: Stage) -> None:
    stage.faults["picture"] = Unavailable("The engine is gone.", fix="Wait a moment.")
    page = opened(clock=True)
    fault = page.locator(".npi-picture .np-fault")
    expect(fault).to_contain_text("The engine is gone.")
    node = fault.element_handle()
    asked = len(stage.questions("picture"))
    for again in (1, 2):  # it is asked a second time only after the first answer was told
        let_pass(page, 10_000)
        until(page, lambda again=again: len(stage.questions("picture")) >= asked + again)
    assert node.evaluate("(node) => node.isConnected")
    stage.faults["picture"] = Unavailable("Another engine is gone.", fix="Wait a moment.")
    let_pass(page, 10_000)
    expect(fault).to_contain_text("Another engine is gone.")
    del stage.faults["picture"]
    let_pass(page, 10_000)
    expect(fault).to_have_count(0)


def test_a_slow_question_outlives_its_engine_and_is_not_repeated_once_it_is_answered(opened: Opened, stage: Stage) -> None:
    stage.set("a", status="training")
    page = opened(clock=True)
    page.get_by_role("tab", name="Other").click()
    page.wait_for_function("window.context?.host.view.live")
    stage.faults["pulse"] = Unavailable("The engine is gone.", expected="an engine", got="none", fix="Wait a moment.")
    page.evaluate(
        """() => {
          window.said = [];
          const fail = (error) => window.said.push(error.what);
          window.context.follow({ view: "pulse" }, (body) => window.said.push("answer"), fail, { live: false });
        }"""
    )
    page.wait_for_function("window.said.length === 1")
    del stage.faults["pulse"]
    page.wait_for_function("window.said.length === 2")
    let_pass(page, 500)  # a quick question would be asked again, for the run trains
    assert page.evaluate("window.said") == ["The engine is gone.", "answer"]


def test_equal_questions_share_one_answer_and_an_abort_harms_nobody_else(opened: Opened, stage: Stage) -> None:
    page = opened()
    page.get_by_role("tab", name="Other").click()
    page.wait_for_function("window.context?.isBusy === false")
    stage.asked.clear()
    stage.slow = 0.2
    said = page.evaluate(
        """async () => {
          const stop = new AbortController();
          const ask = (options) => window.context.ask({ view: "pulse" }, options).then((body) => body.count, (error) => error.name);
          const asked = [ask(), ask({ signal: stop.signal }), ask()];
          stop.abort();
          const fault = await window.context.ask({ view: "refused" }).catch((error) => error);
          return [...await Promise.all(asked), [fault.name, fault.what, fault.fix, fault.status]];
        }"""
    )
    assert said == [1, "AbortError", 1, ["Fault", "There is no such layer.", "Choose one of them.", 400]]
