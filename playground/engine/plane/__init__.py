"""A network on points in the plane, drawn."""
