"""What the engine computes on, and getting it warm."""

from __future__ import annotations

import os

import keras
import numpy as np
import tensorflow as tf

from playground.engine.compiled.chunk import Position
from playground.engine.compiled.loop import LoopTrainer
from playground.engine.training.batch_order import BatchOrder


def prepare() -> dict[str, object]:
    """Set the devices up and say what they are: {"device", "keras", "tensorflow", "gpus"}.

    On GPUs memory grows as needed, so that several engines can share one.
    """
    gpus = tf.config.list_physical_devices("GPU")
    for gpu in gpus:
        tf.config.experimental.set_memory_growth(gpu, True)
    optimise_graphs(bool(gpus))
    return {"device": name(gpus), "keras": keras.__version__, "tensorflow": tf.__version__, "gpus": len(gpus)}


def optimise_graphs(wanted: bool) -> None:
    """TensorFlow's own rewriting of graphs before their first run.

    On a CPU it costs more than it gives: a quarter of the wait for the first points, and tiny nets take a tenth longer a step with it;
    convnets take as long either way (measured).
    """
    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": not wanted})


def jit_compile() -> str | bool:
    """What models are compiled with: XLA on a GPU, for models whose layers all know it; never on a CPU, where it slows convnets down."""
    return "auto" if tf.config.list_physical_devices("GPU") else False


def name(gpus: list[tf.config.PhysicalDevice]) -> str:
    """ "CPU, 2 cores", or the first GPU's own name."""
    if gpus:
        found = tf.config.experimental.get_device_details(gpus[0]).get("device_name", "GPU")
        return found if len(gpus) == 1 else f"{found} and {len(gpus) - 1} more"
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return f"CPU, {cores} core" + ("s" if cores != 1 else "")


def warm() -> None:
    """Train a tiny convolution for one step: whatever TensorFlow loads or compiles at first use is paid for before anybody clicks."""
    inputs = keras.Input((8, 8, 1))
    x = keras.layers.Conv2D(2, 3, activation="relu")(inputs)
    x = keras.layers.Flatten()(keras.layers.MaxPooling2D()(x))
    model = keras.Model(inputs, keras.layers.Dense(2)(x))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    accuracy = keras.metrics.SparseCategoricalAccuracy(name="accuracy")
    model.compile(optimizer=keras.optimizers.Adam(), loss=loss, metrics=[accuracy], jit_compile=jit_compile())
    examples = np.zeros((4, 8, 8, 1), np.uint8), np.zeros(4, np.int32)
    LoopTrainer(model, examples, batch_size=2, order=BatchOrder(4, seed=0)).train(Position(0, 0), 2)
    keras.backend.clear_session()
