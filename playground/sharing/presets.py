"""Starter experiments, as values: each one trains as it stands and shows one idea. Knows nothing of Keras or of pages."""

from __future__ import annotations

from dataclasses import dataclass

from playground.values.spec import DataChoice, Experiment, Layer, Network, Part, Training, part

LOGITS_LOSS = part("losses.SparseCategoricalCrossentropy", from_logits=True)


@dataclass(frozen=True)
class Preset:
    """A starter experiment and what a person reads before taking it."""

    title: str
    summary: str
    experiment: Experiment


def stack(*parts: Part) -> tuple[Layer, ...]:
    """Layers one behind the other, named as Keras would: `dense`, `dense_1` …"""
    layers: list[Layer] = []
    for each in parts:
        base = each.default_name
        names = {layer.name for layer in layers}
        numbered = (base, *(f"{base}_{number}" for number in range(1, len(parts) + 1)))
        layers.append(Layer(each, next(name for name in numbered if name not in names)))
    return tuple(layers)


def dense(units: int, activation: str | None = None, **args: object) -> Part:
    return part("layers.Dense", units=units, **({"activation": activation} if activation else {}), **args)


def conv(filters: int, size: int = 3, activation: str | None = "relu", **args: object) -> Part:
    return part("layers.Conv2D", filters=filters, kernel_size=(size, size), **({"activation": activation} if activation else {}), **args)


FLATTEN = part("layers.Flatten")
POOL = part("layers.MaxPooling2D")


def on_digits(name: str, *parts: Part, epochs: int = 10, batch_size: int = 32, optimizer: Part | None = None) -> Experiment:
    """A classifier of 28 × 28 digits whose last layer gives logits."""
    return on("mnist_sample", (28, 28, 1), name, *parts, epochs=epochs, batch_size=batch_size, optimizer=optimizer)


def on(
    data: str, shape: tuple[int, ...], name: str, *parts: Part, epochs: int, batch_size: int, optimizer: Part | None = None
) -> Experiment:
    training = Training(optimizer=optimizer or part("optimizers.Adam"), loss=LOGITS_LOSS, batch_size=batch_size, epochs=epochs, seed=0)
    return Experiment(data=DataChoice(data), networks=(Network(shape, stack(*parts)),), training=training, name=name)


def on_hands(name: str, *filters: int) -> Experiment:
    """The networks of the notes' section 5.4: convolutions with pooling, one hidden layer, three logits; 70 % to learn from."""
    convolutions = (piece for count in filters for piece in (conv(count), POOL))
    layers = stack(*convolutions, FLATTEN, dense(128, "relu"), dense(3))
    return Experiment(
        data=DataChoice("rock_paper_scissors", validation=0.3),
        networks=(Network((128, 128, 3), layers),),
        training=Training(loss=LOGITS_LOSS, batch_size=32, epochs=10, seed=0),
        name=name,
    )


def conv_block(filters: int, dropout: float) -> tuple[Part, ...]:
    """Convolution without bias (the normalisation has one), batch norm, ReLU, pooling, dropout."""
    return (
        conv(filters, activation=None, padding="same", use_bias=False),
        part("layers.BatchNormalization", momentum=0.9),  # 0.99 needs more steps than two epochs of 5,000 digits have
        part("layers.Activation", activation="relu"),
        POOL,
        part("layers.Dropout", rate=dropout),
    )


WEIGHT_PENALTY = part("regularizers.L2", l2=0.001)

PRESETS: dict[str, Preset] = {
    "softmax_regression": Preset(
        "Softmax regression",
        "One dense layer: a weighted sum of the pixels for each digit. The simplest network that reads digits.",
        on_digits("Softmax regression", FLATTEN, dense(10)),
    ),
    "mlp": Preset(
        "Multilayer perceptron",
        "Two hidden layers of ReLU units see all pixels at once and know nothing of their places.",
        on_digits("Multilayer perceptron", FLATTEN, dense(128, "relu"), dense(64, "relu"), dense(10)),
    ),
    "one_convolution": Preset(
        "One convolution",
        "Sixteen 3 × 3 filters, one pooling, one hidden layer: the smallest step from an MLP to a convolutional network.",
        on_digits("One convolution", conv(16), POOL, FLATTEN, dense(128, "relu"), dense(10)),
    ),
    "lenet": Preset(
        "Small LeNet",
        "Two convolutions with pooling and three dense layers, after LeNet-5 of 1998, with ReLU and max pooling.",
        on_digits(
            "Small LeNet",
            conv(8, 5, padding="same"),
            POOL,
            conv(24, 5),
            POOL,
            FLATTEN,
            dense(120, "relu"),
            dense(84, "relu"),
            dense(10),
            epochs=8,
            batch_size=64,
        ),
    ),
    "deep_convnet": Preset(
        "Deep convnet with batch norm and dropout",
        "Three blocks of convolution, batch normalisation, pooling and dropout: slower a step, better on unseen digits.",
        on_digits(
            "Deep convnet",
            *conv_block(16, 0.1),
            *conv_block(32, 0.2),
            *conv_block(64, 0.3),
            FLATTEN,
            dense(64, "relu"),
            dense(10),
            epochs=8,
            batch_size=64,
        ),
    ),
    "hands_one_convolution": Preset(
        "Rock, paper, scissors: one convolution",
        "Perfect on the hands it is validated with, wrong on about a third of the test set: it has learnt hands by heart.",
        on_hands("Rock, paper, scissors: one convolution", 16),
    ),
    "hands_four_convolutions": Preset(
        "Rock, paper, scissors: four convolutions",
        "Four steps of convolution and pooling see shapes rather than pixels, and do better on hands never seen.",
        on_hands("Rock, paper, scissors: four convolutions", 16, 32, 64, 128),
    ),
    "digits_mlp": Preset(
        "MLP on 8 × 8 digits",
        "Tiny pictures, tiny network: an epoch takes a blink, so try one change after the other here.",
        on("digits", (8, 8, 1), "MLP on 8 × 8 digits", FLATTEN, dense(64, "relu"), dense(10), epochs=30, batch_size=32),
    ),
    "linear_iris": Preset(
        "Linear classifier on iris",
        "A single dense layer draws straight borders between three kinds of flowers, after the perceptron of 1958.",
        on(
            "iris",
            (4,),
            "Linear classifier on iris",
            dense(3),
            epochs=100,
            batch_size=16,
            optimizer=part("optimizers.SGD", learning_rate=0.1),
        ),
    ),
    "wine_mlp": Preset(
        "MLP on wine",
        "Thirteen measurements tell three vineyards apart; one hidden layer is enough.",
        on("wine", (13,), "MLP on wine", dense(16, "tanh"), dense(3), epochs=60, batch_size=16),
    ),
    "overfitting": Preset(
        "Overfitting on purpose",
        "A wide network without any restraint learns its examples by heart: training loss falls, validation loss rises.",
        on_digits("Overfitting on purpose", FLATTEN, dense(512, "relu"), dense(512, "relu"), dense(10), epochs=30),
    ),
    "regularized": Preset(
        "Overfitting tamed",
        "The same wide network with an L2 penalty and dropout: validation loss keeps falling instead of turning up.",
        on_digits(
            "Overfitting tamed",
            FLATTEN,
            dense(512, "relu", kernel_regularizer=WEIGHT_PENALTY),
            part("layers.Dropout", rate=0.5),
            dense(512, "relu", kernel_regularizer=WEIGHT_PENALTY),
            part("layers.Dropout", rate=0.5),
            dense(10),
            epochs=30,
        ),
    ),
}
