"""What a study does about runs that were killed, files that were damaged and cells that fail."""
