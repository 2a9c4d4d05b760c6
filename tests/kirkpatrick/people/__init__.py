"""Tests of what is told of single members of staff."""
