"""Cells as a program: parts, resume, provenance."""
