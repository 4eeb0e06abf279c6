"""Neural Playground: see a neural network learn. `docs/architecture.md` says how the parts fit together."""

__version__ = "0.1.0"
