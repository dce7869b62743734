"""Pure functions of what a model answered and what a policy kept: one idea a file."""
