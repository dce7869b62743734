"""One after the other, so that one that fails keeps none of the others from being made."""

import sys
import traceback
from collections.abc import Callable, Iterable


def each(names: Iterable[str], make: Callable[[str], None]) -> bool:
    """Call `make` with every name; whether none failed.

    Standard error has the traceback of each that failed, and last a line that names them all, without their folders,
    with what is wrong.
    """
    failed = []
    for name in names:
        try:
            make(name)
        except (Exception, SystemExit) as error:  # whatever is wrong with one, the others are made
            traceback.print_exc()
            failed.append(f"{name.rpartition('/')[2]}: {error or type(error).__name__}")
    if failed:
        print("; ".join(failed), file=sys.stderr)
    return not failed
