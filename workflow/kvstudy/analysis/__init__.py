"""Estimates over a study's scores: curves, correlations and what became of every cell."""
