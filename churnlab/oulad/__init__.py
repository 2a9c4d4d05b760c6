"""What do the students of a real institution, the Open University, show?"""
