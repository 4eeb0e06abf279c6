"""One file per task: how its models are made, what one step is and how they are scored."""
