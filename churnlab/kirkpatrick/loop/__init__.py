"""Did training teachers keep their students?"""
