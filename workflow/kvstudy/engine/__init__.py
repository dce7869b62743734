"""Compress one prefill by many presses, then answer all questions of a context in one batch."""
