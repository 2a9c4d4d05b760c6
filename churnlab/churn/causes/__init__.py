"""Why did they leave?"""
