"""The plan: a study's cells, what each depends on, and what they will cost."""
