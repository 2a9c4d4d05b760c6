"""Tests of what stands before a training and of how it was held."""
