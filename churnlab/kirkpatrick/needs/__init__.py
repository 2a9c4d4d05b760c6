"""What do the staff need to learn, what was agreed that a training should reach, and was it held as planned?"""
