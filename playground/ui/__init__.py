"""Pieces of the pages. With `pages/` the only importer of streamlit; nothing here trains, stores or speaks to an engine directly."""
