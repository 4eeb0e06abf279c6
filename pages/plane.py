"""The playground: a small network on points in the plane, learning before one's eyes. The landing page."""

from playground.ui.plane import plane

plane()
