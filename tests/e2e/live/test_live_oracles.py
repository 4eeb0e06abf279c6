"""What the live view computes in the browser against oracles: the wire's arrays, a folded run, scores per class, smoothed curves."""

from __future__ import annotations

import base64

import numpy as np
from playwright.sync_api import Page
from sklearn.metrics import precision_recall_fscore_support

from playground.values import wire
from tests.e2e.live.live_stage import Stage, confusion


def in_browser(page: Page, stage: Stage, script: str, *bodies: dict):
    """Runs a script over messages that the browser decodes itself; arrays come back as lists."""
    packed = [base64.b64encode(wire.pack(body)).decode() for body in bodies]
    return page.evaluate(
        """async ([packed, script]) => {
          const { decode } = await import("/assets/shared/server/wire.js");
          const bodies = packed.map((text) => decode(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer));
          const plain = (value) => ArrayBuffer.isView(value) ? Array.from(value, Number)
            : Array.isArray(value) ? value.map(plain) : value && typeof value === "object"
            ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)])) : value;
          return plain(await new Function("bodies", `return (async () => { ${script} })()`)(bodies));
        }""",
        [packed, script],
    )


def test_the_browser_reads_every_dtype_of_the_wire(page: Page, stage: Stage) -> None:
    arrays = {name: np.array([0, 1, 1, 0, 1]).astype(name) for name in wire.DTYPES}
    arrays["float32"] = np.array([1.5, -2.25, np.nan, np.inf], np.float32)
    back = in_browser(page, stage, "return bodies[0]", {"type": "Ünicode", "deep": {"list": [1, None]}, **arrays})
    assert back["type"] == "Ünicode"
    for name, array in arrays.items():
        np.testing.assert_array_equal(np.array(back[name], float), array.astype(float))


def test_arrays_are_views_of_the_message(page: Page, stage: Stage) -> None:
    shared = in_browser(
        page, stage, "return bodies[0].a.buffer === bodies[0].b.buffer", {"a": np.zeros(3, np.float32), "b": np.zeros(2, np.uint8)}
    )
    assert shared is True


def test_scores_per_class_equal_scikit_learn(page: Page, stage: Stage) -> None:
    matrix = confusion(2).arrays["matrix"].copy()
    matrix[3] = 0  # a class that does not occur
    matrix[:, 4] = 0  # and one that is never predicted
    pairs = [(i, j) for i in range(10) for j in range(10) for _ in range(matrix[i, j])]
    expect_ = precision_recall_fscore_support(*zip(*pairs, strict=True), labels=range(10), zero_division=0)
    script = 'const { scores } = await import("/assets/live/scores.js"); return scores(bodies[0].m, [..."0123456789"])'
    back = in_browser(page, stage, script, {"m": matrix})
    for name, column in zip(("precision", "recall", "f1", "support"), expect_, strict=True):
        np.testing.assert_allclose([back[k][name] for k in range(10)], column)


def test_smoothing_is_the_corrected_exponential_mean_and_skips_gaps(page: Page, stage: Stage) -> None:
    values = np.array([3.0, 1.0, np.nan, 2.0, 5.0], np.float32)
    script = 'const { smoothed } = await import("/assets/shared/run/curve.js"); return smoothed(bodies[0].v, 0.8)'
    back = np.array(in_browser(page, stage, script, {"v": values}), float)
    real = values[~np.isnan(values)]
    weights = [0.8 ** np.arange(n, -1, -1) for n in range(len(real))]
    means = [float(np.average(real[: len(w)], weights=w)) for w in weights]
    np.testing.assert_allclose(back[~np.isnan(values)], means, rtol=1e-6)
    assert np.isnan(back[2])
