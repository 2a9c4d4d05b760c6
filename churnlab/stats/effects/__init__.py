"""Did what was done change anything? Comparisons of those it reached with those it did not."""

from churnlab.stats.effects.difference_in_differences import DifferenceInDifferences, difference_in_differences
from churnlab.stats.effects.event_study import EventStudy, detectable_slope, event_study
from churnlab.stats.effects.regression import Regression, least_squares
from churnlab.stats.effects.rollout import Rollout, rollout_effect
from churnlab.stats.effects.staggered import Staggered, group_time_effects
from churnlab.stats.effects.wild_bootstrap import FewClusters, few_clusters, randomisation_test, wild_cluster

__all__ = [
    "DifferenceInDifferences",
    "EventStudy",
    "FewClusters",
    "Regression",
    "Rollout",
    "Staggered",
    "detectable_slope",
    "difference_in_differences",
    "event_study",
    "few_clusters",
    "group_time_effects",
    "least_squares",
    "randomisation_test",
    "rollout_effect",
    "wild_cluster",
]
