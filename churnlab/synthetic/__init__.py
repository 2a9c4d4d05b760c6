"""An institution that does not exist: what do we find where we know the answer?"""

from churnlab.synthetic.calling_truth import calling_effect
from churnlab.synthetic.institution import Effects, Hazards, Institution, quiet
from churnlab.synthetic.made import Made, make
from churnlab.synthetic.planted import BetaGeometric, Calling, Shock
from churnlab.synthetic.sample import Sample, make_sample, write, write_truth
from churnlab.synthetic.training.programmes import Programme, Training
from churnlab.synthetic.training.training_truth import TrainingTruth
from churnlab.synthetic.truth import Truth

__all__ = [
    "BetaGeometric",
    "Calling",
    "Effects",
    "Hazards",
    "Institution",
    "Made",
    "Programme",
    "Sample",
    "Shock",
    "Training",
    "TrainingTruth",
    "Truth",
    "calling_effect",
    "make",
    "make_sample",
    "quiet",
    "write",
    "write_truth",
]
