"""The keys of a config file, a module for each of its blocks."""
