"""What a process takes. Nothing heavy is imported here: a process inherits its parent's peak of memory."""

import os
import subprocess
import sys
import time


def in_process(command: list[str]) -> dict[str, float]:
    """What `python COMMAND` took: seconds of the processor and of the clock, and its peak memory."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, *command])
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return {
        "seconds": round(used.ru_utime + used.ru_stime, 2),
        "wall_seconds": round(wall, 2),
        "peak_MB": round(used.ru_maxrss / 1024),
    }
