"""What does an institution make of its people, where we know the answer?"""
