"""Did a training of the staff work: did they like it, learn it, do it, did it show, and what did it return?"""

from churnlab.kirkpatrick.evaluation import Evaluation
from churnlab.kirkpatrick.overview import overview
from churnlab.kirkpatrick.portfolio import portfolio

__all__ = ["Evaluation", "overview", "portfolio"]
