"""An experiment to take away: script, link, presets."""
