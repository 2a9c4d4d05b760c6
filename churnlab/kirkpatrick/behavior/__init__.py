"""Do people act differently after a training?"""
