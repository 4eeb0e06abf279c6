"""Facts about a built model: windows, receptive fields, where the logits are."""
