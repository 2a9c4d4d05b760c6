"""What do the institution's files hold, before anyone knows what it means?"""
