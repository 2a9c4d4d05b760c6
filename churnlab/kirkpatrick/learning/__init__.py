"""Did the trainees learn what they were taught?"""
