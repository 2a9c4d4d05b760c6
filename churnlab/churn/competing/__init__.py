"""Of the ways of leaving each keeps from the others: how likely is each, and for whom?"""
