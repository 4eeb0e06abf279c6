"""Serves one page script with our assets beside it: python component_server.py SCRIPT PORT."""

import sys

import streamlit as st
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from playground.ui.component import ASSETS

app = st.App(sys.argv[1], routes=[Mount("/assets", StaticFiles(directory=ASSETS))])

if __name__ == "__main__":
    app.run(
        config={"server.port": int(sys.argv[2]), "server.address": "127.0.0.1", "server.headless": True, "server.fileWatcherType": "none"}
    )
