"""One text for equal content, and its hash: what jobs are told, and what files are named by."""

import hashlib
import json


def canonical(content: object) -> str:
    """JSON with sorted keys and no spaces."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def hashed(content: object) -> str:
    """The sha256 of some content as canonical JSON, in hex."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()
