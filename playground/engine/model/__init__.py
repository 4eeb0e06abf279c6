"""From values to Keras: parts and networks are built, described without weights, and repaired."""
