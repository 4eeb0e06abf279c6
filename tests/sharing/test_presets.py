"""Every preset passes the gate, survives JSON and fits its data set."""

import pytest

from playground import catalog, data
from playground.sharing.presets import PRESETS
from playground.values import spec


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_complete_and_passes_the_gate(name: str) -> None:
    preset = PRESETS[name]
    catalog.check(preset.experiment)
    assert preset.title and preset.summary.endswith(".")
    assert preset.experiment.name == preset.experiment.name.strip() != ""
    assert spec.loads(spec.dumps(preset.experiment)) == preset.experiment


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_fits_its_data_set(name: str) -> None:
    experiment = PRESETS[name].experiment
    dataset = data.find(experiment.data.name)
    last = experiment.network.layers[-1].part
    assert experiment.network.input_shape == dataset.shape
    assert last.args["units"] == len(dataset.classes)
    assert not dataset.files or name.startswith("hands_"), "a preset trains at once, without a download"


def test_a_presets_logits_meet_a_loss_of_logits() -> None:
    for preset in PRESETS.values():
        assert catalog.output_activation(preset.experiment.network) == "linear"
        assert preset.experiment.training.loss.args["from_logits"] is True


def test_presets_have_different_titles_and_networks() -> None:
    assert len({preset.title for preset in PRESETS.values()}) == len(PRESETS)
    assert len({preset.experiment for preset in PRESETS.values()}) == len(PRESETS)


def test_the_starters_that_were_promised_are_there() -> None:
    promised = {"softmax_regression", "mlp", "lenet", "one_convolution", "deep_convnet"}
    assert promised | {"hands_one_convolution", "hands_four_convolutions"} <= set(PRESETS)
