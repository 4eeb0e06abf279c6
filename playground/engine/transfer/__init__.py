"""Weights carried into an edited network."""
