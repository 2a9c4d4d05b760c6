"""Whom should the department call, and what do its calls bring?"""
