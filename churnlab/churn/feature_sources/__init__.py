"""Where does each feature come from?"""
