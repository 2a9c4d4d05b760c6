"""Did they like it?"""
