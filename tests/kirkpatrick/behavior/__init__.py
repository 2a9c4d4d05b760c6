"""Tests of what people do after a training."""
