"""What attributions rest on, against sums written out."""

from __future__ import annotations

import numpy as np

from playground.engine.inspection.attribution import blurred


def test_a_blurred_picture_is_its_mean_under_a_bell_with_edges_repeated() -> None:
    x = np.random.default_rng(0).random((2, 12, 20, 3), np.float32)
    found, reach = blurred(x, share=0.1), 7  # σ = 2 pixels, a tenth of the longer side
    rows, columns = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    bell = np.exp(-(rows**2 + columns**2) / (2 * 2.0**2))
    for row, column in ((0, 0), (5, 9), (11, 19), (3, 17)):
        window = x[:, (row + rows).clip(0, 11), (column + columns).clip(0, 19)]
        expected = np.einsum("nrcd,rc->nd", window, bell) / bell.sum()
        np.testing.assert_allclose(found[:, row, column], expected, atol=1e-6)
    assert found.dtype == np.float32
