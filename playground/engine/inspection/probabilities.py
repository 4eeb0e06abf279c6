"""What a network's output says: how probable each class is, and which one it is. The same rule as the task's own reader and score.

Imports TensorFlow, for slopes of probabilities are taken through it.
"""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf

from playground import catalog
from playground.network.labels import labels_for
from playground.values.spec import Experiment

Reading = Callable[[tf.Tensor], tf.Tensor]


def probabilities_of(experiment: Experiment) -> Reading:
    """What makes float32 (n, classes), rows summing to 1, of a classifier's outputs float32 (n, classes) or (n, 1).

    A single output is the second class's probability p itself (sigmoid), or a score: then p is its sigmoid where the loss takes
    logits, else (1 + output)/2, cut off at 0 and 1, for -1 and 1 stand for the classes. Several outputs that are no probabilities go
    through softmax.
    """
    labels, output = labels_for(experiment), catalog.output_activation(experiment.network)
    takes_logits = bool(experiment.training.loss.args.get("from_logits"))
    if not labels.is_single:
        return tf.identity if output == "softmax" else tf.nn.softmax

    def pair(values: tf.Tensor) -> tf.Tensor:
        if output not in catalog.PROBABILITIES:
            values = tf.sigmoid(values) if takes_logits else tf.clip_by_value((1 + values) / 2, 0.0, 1.0)
        return tf.concat([1 - values, values], axis=1)

    return pair
