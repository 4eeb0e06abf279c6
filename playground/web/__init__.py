"""HTTP and WebSocket in front of the lab: live view, REST API, assets, and who may ask."""
