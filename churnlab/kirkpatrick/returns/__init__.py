"""What did a training return?"""
