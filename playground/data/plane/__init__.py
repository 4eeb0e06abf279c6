"""Points in the plane: generated sets, engineered inputs, a person's own points, CSV in and out."""
