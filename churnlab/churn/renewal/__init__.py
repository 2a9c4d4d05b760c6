"""Who renews when a contract ends, and what are those worth who do?"""
