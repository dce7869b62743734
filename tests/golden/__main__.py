"""Write what the test compares with: `make golden`.

For when a number in `kvstudy.contracts.versions` was raised, a package that facts depend on was replaced, or a press or
a dataset was added; for nothing else.
"""

import argparse
import json
import os
import tempfile
from pathlib import Path

FIXED = {  # code that every x86 processor has: its vectors decide on ties, and on far more in bfloat16
    "ATEN_CPU_CAPABILITY": "default",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "MKL_CBWR": "COMPATIBLE",
    "OMP_NUM_THREADS": "1",
}


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.golden", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    os.environ.update(FIXED)
    from tests.golden.facts import compute  # loads torch, which reads them then

    with tempfile.TemporaryDirectory() as temporary:
        arguments.out.write_text(json.dumps(compute(Path(temporary)), indent=1) + "\n")


if __name__ == "__main__":
    main()
