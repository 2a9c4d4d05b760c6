"""Which figures left their usual range, and which model no longer fits?"""
