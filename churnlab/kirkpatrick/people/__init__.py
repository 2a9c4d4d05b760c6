"""How do single members of staff grow, who stands out for certain, and who can help whom?"""
