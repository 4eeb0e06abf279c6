"""One file per view: numbers of a model at one moment, as a Picture."""
