"""One function a chart: Finding in, Axes out."""

from churnlab.plots.curves import retention
from churnlab.plots.rates import calibration, groups, history, ratios
from churnlab.plots.showing import draw, show
from churnlab.plots.style import use

__all__ = ["calibration", "draw", "groups", "history", "ratios", "retention", "show", "use"]
