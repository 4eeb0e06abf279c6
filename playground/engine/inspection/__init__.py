"""Questions about what was learned, and what their answers are made of."""
