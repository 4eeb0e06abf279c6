"""The colours that carry meaning, in one place: purposes of layers and classes. Told apart with any colour vision, on light and on dark.

The colours are those of Okabe and Ito (Color Universal Design, 2008), their yellow and black replaced where they would vanish on a page.
"""

from __future__ import annotations

PURPOSES = {
    "Input": "#8a8f98",
    "Dense": "#e69f00",
    "Convolution": "#0072b2",
    "Pooling": "#56b4e9",
    "Normalisation": "#009e73",
    "Regularisation": "#cc79a7",
    "Activation": "#d55e00",
    "Reshape": "#8a8f98",
    "Recurrent": "#7b6cc4",
    "Merge": "#b8a500",
}
OTHER = "#8a8f98"
CLASSES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8a500", "#7b6cc4", "#8a8f98", "#8c564b")


def of_purpose(purpose: str) -> str:
    return PURPOSES.get(purpose, OTHER)


def of_class(label: int) -> str:
    """The colour of a class; from the eleventh class on they begin again."""
    return CLASSES[label % len(CLASSES)]
