"""Measured comparisons with kvpress's own pipeline; they write tables and never assert a time."""
