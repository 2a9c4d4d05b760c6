"""An institution that does not exist: what do we find where we know the answer?"""

from churnlab.synthetic.institution import Effects, Hazards, Institution
from churnlab.synthetic.made import Made, make
from churnlab.synthetic.sample import Sample, make_sample, write, write_truth
from churnlab.synthetic.truth import Truth

__all__ = [
    "Effects",
    "Hazards",
    "Institution",
    "Made",
    "Sample",
    "Truth",
    "make",
    "make_sample",
    "write",
    "write_truth",
]
