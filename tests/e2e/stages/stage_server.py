"""Serves one page script with our assets beside it: python stage_server.py SCRIPT PORT."""

import sys

import streamlit as st

from playground.web.assets import ROUTES

app = st.App(sys.argv[1], routes=ROUTES)

if __name__ == "__main__":
    app.run(
        config={"server.port": int(sys.argv[2]), "server.address": "127.0.0.1", "server.headless": True, "server.fileWatcherType": "none"}
    )
