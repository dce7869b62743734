"""The Python environment: from requirements.in to a lock, and from the lock to an environment."""
