"""Frozen values that cross processes: what to train, what is told to a run, what an engine says, and what came of it."""
