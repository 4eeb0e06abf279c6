"""All that knows the backend's compiler: chunk loops, devices, optimizers as functions."""
