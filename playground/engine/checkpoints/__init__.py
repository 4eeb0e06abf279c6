"""States of a run on disk, and what is made of them."""
