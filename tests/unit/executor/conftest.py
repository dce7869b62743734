"""A SLURM of two programs that say what a test wants."""

import os

import pytest


@pytest.fixture
def slurm(tmp_path, monkeypatch):
    """Let squeue and sacct print these lines; a program without lines fails."""

    def say(**lines: str) -> None:
        for name in ("squeue", "sacct"):
            script = f"printf '{lines[name]}'" if name in lines else "echo 'no connection' >&2; exit 1"
            (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
            (tmp_path / name).chmod(0o755)

    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return say
