"""Where a network is wrong: confusion, the pictures behind it, confidence, groups."""

from playground.ui.mistakes import mistakes

mistakes()
