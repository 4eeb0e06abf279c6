"""What a person says should be trained, as frozen values that survive JSON in both directions: all their names in one place.

Only structure and types are checked here. What is *offered* (layers, arguments, ranges, data), and what can be *trained*, is the
concern of `playground.validation`.
"""

from playground.values.changes import CHANGES, MAX_CHANGES, Change, Weight, change_from_json, extended
from playground.values.checks import check_number, check_text, check_whole
from playground.values.experiment import MAX_JSON, TASKS, Experiment, check_length, dumps, experiment_from_json, loads, too_long
from playground.values.network import MAX_LAYERS, Args, Layer, Network, Part, freeze, part
from playground.values.spec_json import (
    args_from_json,
    data_from_json,
    listed,
    network_from_json,
    part_from_json,
    to_json,
    training_from_json,
)
from playground.values.training import PRECISIONS, DataChoice, Training

__all__ = [
    "CHANGES",
    "MAX_CHANGES",
    "MAX_JSON",
    "MAX_LAYERS",
    "PRECISIONS",
    "TASKS",
    "Args",
    "Change",
    "DataChoice",
    "Experiment",
    "Layer",
    "Network",
    "Part",
    "Training",
    "Weight",
    "args_from_json",
    "change_from_json",
    "check_length",
    "check_number",
    "check_text",
    "check_whole",
    "data_from_json",
    "dumps",
    "experiment_from_json",
    "extended",
    "freeze",
    "listed",
    "loads",
    "network_from_json",
    "part",
    "part_from_json",
    "to_json",
    "too_long",
    "training_from_json",
]
