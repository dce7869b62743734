"""Policies: any kvpress press by class name and arguments, or a user's own class by dotted path."""
