"""An institution that does not exist: what do we find where we know the answer?"""

from churnlab.synthetic.institution import Effects, Hazards, Institution
from churnlab.synthetic.made import Made, make
from churnlab.synthetic.truth import Truth

__all__ = ["Effects", "Hazards", "Institution", "Made", "Truth", "make"]
