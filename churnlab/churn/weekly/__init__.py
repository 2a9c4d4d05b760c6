"""What does the weekly meeting talk about?"""
