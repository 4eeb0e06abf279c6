"""A network as a value: edits, labels, and the way from one experiment to another."""
