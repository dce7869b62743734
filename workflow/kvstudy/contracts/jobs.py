"""The jobs of several cells as one text, in which what they share is written once."""

import json


def bundled(jobs: list[dict]) -> dict:
    """What all jobs have in common, and what each of the `cells` has of its own."""
    common = {key: value for key, value in jobs[0].items() if all(other[key] == value for other in jobs)}
    return {"common": common, "cells": [{k: v for k, v in each.items() if k not in common} for each in jobs]}


def unbundled(text: str) -> list[dict]:
    """The jobs of a bundle, each whole, from its JSON."""
    bundle = json.loads(text)
    return [{**bundle["common"], **cell} for cell in bundle["cells"]]
