"""Bring one model to its local form."""

import argparse
import json
from pathlib import Path

from kvstudy.models.materialise import ModelError, materialise


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="kvstudy.models", description=__doc__)
    parser.add_argument("--name", required=True)
    parser.add_argument("--source", required=True, type=json.loads, help="JSON: hub, path or gguf")
    parser.add_argument("--out", required=True, type=Path)
    arguments = parser.parse_args()
    try:
        materialise(arguments.name, arguments.source, arguments.out)
    except ModelError as error:
        parser.exit(2, f"{error}\n")


if __name__ == "__main__":
    main()
