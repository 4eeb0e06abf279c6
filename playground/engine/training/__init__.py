"""One run from begin to end: commands, changes, progress, what is said of it and who watches."""
