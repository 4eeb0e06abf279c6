"""The 2-D playground without a screen: its sketch, its hidden layers, its challenges."""
