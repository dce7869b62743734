"""Models: brought to one local form once, loaded by every job, and prompted in one way."""
