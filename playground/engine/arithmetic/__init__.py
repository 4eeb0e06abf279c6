"""How one output value of a layer comes about, worked out again in plain numpy from the real tensors, kind of layer by kind of layer."""
