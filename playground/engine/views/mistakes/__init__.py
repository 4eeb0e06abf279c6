"""Views of the page Mistakes."""
