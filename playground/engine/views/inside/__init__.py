"""Views of the page Look inside."""
