"""Runs as they go on: folded, and sent to whoever watches."""
