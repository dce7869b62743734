"""Passages about a closed world of invented entities, their questions, answers and evidence."""
