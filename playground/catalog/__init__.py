"""What Keras offers of what we offer, read from its source text without importing it, and the gate that refuses the rest."""

from playground.catalog.gate import check, check_part, part_with, values
from playground.catalog.losses import PROBABILITIES, SPARSE_LOSSES, LossChoice, losses_for, output_activation, output_units
from playground.catalog.offered import EXTRA_ACTIVATIONS
from playground.catalog.registry import GROUPS, Entry, Param, default_part, entries, entry, is_activation, kinds, short_names

__all__ = [
    "EXTRA_ACTIVATIONS",
    "GROUPS",
    "PROBABILITIES",
    "SPARSE_LOSSES",
    "Entry",
    "LossChoice",
    "Param",
    "check",
    "check_part",
    "default_part",
    "entries",
    "entry",
    "is_activation",
    "kinds",
    "losses_for",
    "output_activation",
    "output_units",
    "part_with",
    "short_names",
    "values",
]
