"""REST routes and the live WebSocket, one file for each kind of thing."""
