"""Pieces of the Build page."""
