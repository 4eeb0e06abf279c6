"""The hand-written part of the catalogue: what is offered and in what order, which arguments come first or are hidden, and ranges.

Everything else (names, defaults, documentation) is read from Keras. What is not listed here is refused before Keras sees it.
"""

from __future__ import annotations

from playground.catalog.params import Float, Floats, Int, Ints, Maybe, ParamType

# Activations that Keras lacks: name → the source text that defines and registers it. The exported script prints this text, the engine
# executes it. Keras resolves text to its own functions only, so `activation=` takes the function here, not its name.
EXTRA_ACTIVATIONS: dict[str, str] = {
    "absolute": '''@keras.saving.register_keras_serializable(package="playground")
def absolute(x):
    """Absolute value: |x|."""
    return keras.ops.abs(x)
''',
    "step": '''@keras.saving.register_keras_serializable(package="playground")
def step(x):
    """Step: 1 where x > 0, else 0. Its slope is 0 everywhere, so nothing in front of it learns."""
    return keras.ops.sign(keras.ops.relu(x))
''',
}

# group → its place in Keras
MODULES: dict[str, str] = {
    "layers": "layers",
    "activations": "activations",
    "initializers": "initializers",
    "regularizers": "regularizers",
    "constraints": "constraints",
    "optimizers": "optimizers",
    "schedules": "optimizers.schedules",
    "losses": "losses",
}

# group → purpose → names, in the order in which they are offered. Left out on purpose: whatever runs code of its own (Lambda,
# TFSMLayer, JaxLayer …), whatever needs more than one example or a table of words, the activations glu (halves its input) and
# threshold (has no defaults), the losses' and optimizers' base classes and wrappers.
OFFERED: dict[str, dict[str, tuple[str, ...]]] = {
    "layers": {
        "Dense": ("Dense",),
        "Convolution": (
            "Conv2D",
            "Conv1D",
            "Conv3D",
            "SeparableConv2D",
            "SeparableConv1D",
            "DepthwiseConv2D",
            "DepthwiseConv1D",
            "Conv2DTranspose",
            "Conv1DTranspose",
            "Conv3DTranspose",
        ),
        "Pooling": (
            "MaxPooling2D",
            "AveragePooling2D",
            "GlobalMaxPooling2D",
            "GlobalAveragePooling2D",
            "MaxPooling1D",
            "AveragePooling1D",
            "GlobalMaxPooling1D",
            "GlobalAveragePooling1D",
            "MaxPooling3D",
            "AveragePooling3D",
            "GlobalMaxPooling3D",
            "GlobalAveragePooling3D",
        ),
        "Normalisation": (
            "BatchNormalization",
            "LayerNormalization",
            "GroupNormalization",
            "RMSNormalization",
            "UnitNormalization",
            "Rescaling",
        ),
        "Regularisation": (
            "Dropout",
            "SpatialDropout1D",
            "SpatialDropout2D",
            "SpatialDropout3D",
            "GaussianDropout",
            "GaussianNoise",
            "AlphaDropout",
            "ActivityRegularization",
        ),
        "Activation": ("Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax"),
        "Reshape": (
            "Flatten",
            "Reshape",
            "Permute",
            "RepeatVector",
            "UpSampling2D",
            "UpSampling1D",
            "UpSampling3D",
            "ZeroPadding2D",
            "ZeroPadding1D",
            "ZeroPadding3D",
            "Cropping2D",
            "Cropping1D",
            "Cropping3D",
        ),
        "Recurrent": ("SimpleRNN", "LSTM", "GRU"),
        "Merge": ("Add", "Concatenate", "Average", "Maximum", "Minimum", "Multiply", "Subtract"),
    },
    "activations": {
        "Common": ("relu", "tanh", "sigmoid", "softmax", "linear", "leaky_relu", "elu", "selu", "gelu", "silu"),
        "More": (
            "relu6",
            "celu",
            "mish",
            "softplus",
            "softsign",
            "squareplus",
            "exponential",
            "hard_sigmoid",
            "hard_silu",
            "hard_tanh",
            "hard_shrink",
            "soft_shrink",
            "tanh_shrink",
            "log_sigmoid",
            "log_softmax",
            "sparsemax",
            "sparse_plus",
            "sparse_sigmoid",
        ),
        "Own": tuple(EXTRA_ACTIVATIONS),
    },
    "initializers": {
        "Scaled": ("GlorotUniform", "GlorotNormal", "HeUniform", "HeNormal", "LecunUniform", "LecunNormal", "VarianceScaling"),
        "Random": ("RandomNormal", "RandomUniform", "TruncatedNormal", "Orthogonal"),
        "Fixed": ("Zeros", "Ones", "Constant", "Identity"),
    },
    "regularizers": {"Penalty": ("L2", "L1", "L1L2", "OrthogonalRegularizer")},
    "constraints": {"Constraint": ("MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm")},
    "optimizers": {
        "Common": ("Adam", "SGD", "RMSprop", "AdamW", "Adagrad", "Nadam"),
        "More": ("Adamax", "Adadelta", "Adafactor", "Ftrl", "Lion", "Lamb", "Muon"),
    },
    "schedules": {
        "Schedule": (
            "CosineDecay",
            "ExponentialDecay",
            "PiecewiseConstantDecay",
            "PolynomialDecay",
            "InverseTimeDecay",
            "CosineDecayRestarts",
        )
    },
    "losses": {
        "Classification": (
            "SparseCategoricalCrossentropy",
            "CategoricalCrossentropy",
            "CategoricalFocalCrossentropy",
            "CategoricalGeneralizedCrossEntropy",
            "KLDivergence",
            "CategoricalHinge",
        ),
        "One against the rest": ("BinaryCrossentropy", "BinaryFocalCrossentropy", "Hinge", "SquaredHinge"),
        "Distance": ("MeanSquaredError", "MeanAbsoluteError", "Huber", "LogCosh", "CosineSimilarity", "Poisson"),
        "Overlap": ("Dice", "Tversky"),
        "Regression": ("MeanSquaredLogarithmicError", "MeanAbsolutePercentageError"),
    },
}

# Arguments that come first in a form, in this order; the rest follows as Keras has it, folded away.
FIRST: tuple[str, ...] = (
    "units",
    "filters",
    "kernel_size",
    "pool_size",
    "rate",
    "stddev",
    "scale",
    "target_shape",
    "dims",
    "n",
    "size",
    "cropping",
    "activation",
    "padding",
    "strides",
    "use_bias",
    "return_sequences",
    "learning_rate",
    "initial_learning_rate",
    "boundaries",
    "values",
    "decay_steps",
    "first_decay_steps",
    "decay_rate",
    "momentum",
    "nesterov",
    "weight_decay",
    "from_logits",
    "label_smoothing",
    "value",
    "l1",
    "l2",
    "max_value",
    "negative_slope",
    "alpha",
)
FIRST_NOT: dict[str, tuple[str, ...]] = {  # where a name of FIRST is a side issue
    "layers.ReLU": ("max_value",),
    "optimizers.Muon": ("momentum",),
    "layers.BatchNormalization": ("momentum",),
}

# Arguments that nobody sees: names and types the app sets itself, seeds (the training's seed rules), what needs another set-up.
HIDDEN: frozenset[str] = frozenset(
    {
        "name",
        "dtype",
        "data_format",
        "seed",
        "noise_shape",
        "lora_rank",
        "lora_alpha",
        "quantization_config",
        "renorm",
        "renorm_clipping",
        "renorm_momentum",
        "synchronized",
        "return_state",
        "stateful",
        "unroll",
        "use_cudnn",
        "reduction",
        "ignore_class",
        "input_axes",
        "output_axes",
        "exclude_layers",
        "exclude_embeddings",
        "use_ema",  # overwrites the weights when fit ends; a run has no such end
        "ema_momentum",
        "ema_overwrite_frequency",
    }
)
HIDDEN_IN: dict[str, tuple[str, ...]] = {"losses": ("axis",), "layers.Softmax": ()}  # by group or kind

LEARNING_RATE = Float(0.0, 1_000.0, log=True, usual=(1e-5, 1.0))
FRACTION = Float(0.0, 1.0)
PENALTY = Float(0.0, 100.0, log=True, usual=(1e-6, 0.1))
SIZE = 1_000_000_000  # more is refused by the engine's estimate of memory, in better words than a range can find

# Argument name, or kind and name → its type. Whole numbers per dimension are "rank" entries below.
RANGES: dict[str, ParamType] = {
    "units": Int(1, SIZE, usual=(1, 512)),
    "filters": Int(1, SIZE, usual=(1, 128)),
    "groups": Int(1, 65_536, usual=(1, 8)),
    "GroupNormalization.groups": Int(-1, 65_536, usual=(1, 32)),
    "depth_multiplier": Int(1, 1_024, usual=(1, 8)),
    "n": Int(1, 100_000, usual=(1, 100)),
    "rate": Float(0.0, 0.99, usual=(0.1, 0.5)),
    "dropout": Float(0.0, 0.99, usual=(0.0, 0.5)),
    "recurrent_dropout": Float(0.0, 0.99, usual=(0.0, 0.5)),
    "stddev": Float(0.0, 100.0, usual=(0.0, 1.0)),
    "mean": Float(-100.0, 100.0, usual=(-1.0, 1.0)),
    "minval": Float(-100.0, 100.0, usual=(-1.0, 0.0)),
    "maxval": Float(-100.0, 100.0, usual=(0.0, 1.0)),
    "gain": Float(0.0, 100.0, usual=(0.1, 2.0)),
    "scale": Float(1e-6, 1_000.0, usual=(0.1, 10.0)),
    "Rescaling.scale": Float(-1_000.0, 1_000.0, usual=(0.0, 2.0)),
    "offset": Float(-1_000.0, 1_000.0, usual=(-1.0, 1.0)),
    "value": Float(-1_000.0, 1_000.0, usual=(-1.0, 1.0)),
    "alpha": FRACTION,
    "ELU.alpha": Float(0.0, 100.0, usual=(0.1, 2.0)),
    "beta": Float(0.0, 100.0, usual=(0.0, 1.0)),
    "delta": Float(1e-6, 1_000.0, usual=(0.1, 10.0)),
    "gamma": Float(0.0, 100.0, usual=(0.0, 5.0)),
    "q": Float(0.01, 1.0),
    "label_smoothing": Float(0.0, 1.0, usual=(0.0, 0.2)),
    "negative_slope": Float(0.0, 100.0, usual=(0.0, 0.5)),
    "threshold": Float(0.0, 100.0, usual=(0.0, 1.0)),
    "ReLU.max_value": Maybe(Float(0.0, 1_000.0, usual=(1.0, 10.0))),
    "max_value": Float(0.0, 1_000.0, usual=(0.5, 5.0)),
    "min_value": Float(0.0, 1_000.0, usual=(0.0, 1.0)),
    "MinMaxNorm.rate": FRACTION,
    "axis": Int(-4, 4, usual=(-1, 3)),
    "LayerNormalization.axis": Ints(1, 4, -4, 4),
    "shared_axes": Maybe(Ints(1, 3, 1, 4)),
    "target_shape": Ints(1, 4, -1, 100_000, single=False),
    "dims": Ints(1, 4, 1, 4, single=False),
    "epsilon": Float(1e-12, 1.0, log=True, usual=(1e-10, 1e-2)),
    "epsilon_1": Float(0.0, 1.0, log=True),
    "epsilon_2": Float(0.0, 1.0, log=True),
    "momentum": Float(0.0, 1.0, usual=(0.0, 0.99)),
    "rho": FRACTION,
    "beta_1": Float(0.0, 1.0, usual=(0.5, 0.999)),
    "beta_2": Float(0.0, 1.0, usual=(0.9, 0.9999)),
    "adam_beta_1": Float(0.0, 1.0, usual=(0.5, 0.999)),
    "adam_beta_2": Float(0.0, 1.0, usual=(0.9, 0.9999)),
    "beta_2_decay": Float(-2.0, 0.0),
    "clip_threshold": Float(1e-3, 1_000.0, log=True),
    "initial_accumulator_value": Float(0.0, 100.0, usual=(0.0, 1.0)),
    "learning_rate_power": Float(-2.0, 0.0),
    "l1_regularization_strength": PENALTY,
    "l2_regularization_strength": PENALTY,
    "l2_shrinkage_regularization_strength": PENALTY,
    "weight_decay": Maybe(Float(0.0, 10.0, log=True, usual=(1e-5, 0.1))),
    "adam_weight_decay": Maybe(Float(0.0, 10.0, log=True, usual=(1e-5, 0.1))),
    "clipnorm": Maybe(Float(1e-6, 1e6, log=True, usual=(0.1, 10.0))),
    "clipvalue": Maybe(Float(1e-6, 1e6, log=True, usual=(0.1, 10.0))),
    "global_clipnorm": Maybe(Float(1e-6, 1e6, log=True, usual=(0.1, 10.0))),
    "loss_scale_factor": Maybe(Float(1.0, 1e6, log=True)),
    "gradient_accumulation_steps": Maybe(Int(2, 1_000, usual=(2, 16))),
    "muon_a": Float(-100.0, 100.0),
    "muon_b": Float(-100.0, 100.0),
    "muon_c": Float(-100.0, 100.0),
    "adam_lr_ratio": Float(0.0, 100.0, usual=(0.1, 2.0)),
    "ns_steps": Int(1, 50, usual=(1, 10)),
    "rms_rate": Maybe(Float(0.0, 100.0, usual=(0.0, 1.0))),
    "l1": PENALTY,
    "l2": PENALTY,
    "factor": PENALTY,
    "initial_learning_rate": LEARNING_RATE,
    "end_learning_rate": LEARNING_RATE,
    "warmup_target": Maybe(LEARNING_RATE),
    "warmup_steps": Int(0, 100_000_000, usual=(0, 1_000)),
    "decay_steps": Int(1, 100_000_000, usual=(100, 10_000)),
    "first_decay_steps": Int(1, 100_000_000, usual=(100, 10_000)),
    "decay_rate": Float(0.0, 100.0, usual=(0.1, 1.0)),
    "power": Float(0.0, 10.0, usual=(0.5, 2.0)),
    "t_mul": Float(1.0, 10.0),
    "m_mul": FRACTION,
    "boundaries": Ints(1, 10, 1, 100_000_000, single=False),
    "values": Floats(2, 11, 0.0, 1_000.0),
}

# Argument name → (lowest, highest) of a whole number for each dimension of a 1D, 2D or 3D layer.
PER_DIMENSION: dict[str, tuple[int, int]] = {
    "kernel_size": (1, 1_000),
    "pool_size": (1, 1_000),
    "strides": (1, 1_000),
    "dilation_rate": (1, 1_000),
    "output_padding": (0, 1_000),
    "size": (1, 1_000),
    "padding": (0, 1_000),
    "cropping": (0, 1_000),
}
PAIRED = ("ZeroPadding2D", "ZeroPadding3D", "Cropping2D", "Cropping3D")  # a dimension's two sides may differ

# What a required argument starts with; a tuple of one is repeated for each dimension.
START: dict[str, object] = {
    "units": 32,
    "filters": 16,
    "kernel_size": (3,),
    "pool_size": (2,),
    "rate": 0.25,
    "stddev": 0.1,
    "activation": "relu",
    "target_shape": (-1,),
    "dims": (2, 1, 3),
    "n": 2,
    "scale": 1.0,
    "q": 0.5,
    "initial_learning_rate": 0.001,
    "decay_steps": 1_000,
    "first_decay_steps": 1_000,
    "decay_rate": 0.9,
    "boundaries": (500, 1_000),
    "values": (0.001, 0.0003, 0.0001),
}

# What Keras cannot make from its short name alone.
NAMELESS = ("initializers.Constant",)

# Arguments that Keras forgot to document here: kind → where the same argument is documented.
HELP_AT: dict[str, str] = {"layers.Conv2DTranspose": "layers.Conv2D", "layers.Conv3DTranspose": "layers.Conv2DTranspose"}
