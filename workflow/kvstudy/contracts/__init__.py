"""What every table holds: names, types, units, ranges; checked where it is written and where it is read."""
