"""Who asked, how far did they come, and where were they lost?"""
