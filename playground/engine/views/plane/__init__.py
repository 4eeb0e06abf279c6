"""Views of the Playground page."""
