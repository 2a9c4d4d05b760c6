"""What does a reader see of a Finding? One function a chart."""

from churnlab.plots.showing import show

__all__ = ["show"]
