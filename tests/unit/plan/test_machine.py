import os
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest

from kvstudy.plan import machine


@pytest.mark.parametrize(
    ("device", "here", "gpu_here", "asked"),
    [
        ("cpu", True, True, 0),
        ("cpu", False, True, 0),
        ("cuda", True, False, 1),
        ("cuda", False, False, 1),
        ("auto", True, True, 1),
        ("auto", True, False, 0),
        ("auto", False, False, 1),
    ],
)
def test_a_cluster_is_asked_for_a_gpu_whatever_the_submitting_machine_has(device, here, gpu_here, asked, monkeypatch):
    monkeypatch.setattr(machine, "NVIDIA", machine.Path("/" if gpu_here else "/no/such/file"))
    assert machine.gpus(device, here) == asked


SHADOWING = ("packaging.py", "random.py")


def test_jobs_take_nothing_from_the_shells_modules_nor_from_the_folder(tmp_path, monkeypatch):
    """But a press of one's own is found in the folder of the study."""
    other, folder = tmp_path / "other", tmp_path / "folder"
    for place in (other, folder):
        place.mkdir()
        for name in SHADOWING:
            (place / name).write_text("raise SystemExit('not the locked one')\n")
    (folder / "my_press.py").touch()
    shell = {"PYTHONPATH": str(other), "PYTHONHOME": "/nowhere", "PYTHONOPTIMIZE": "2", "PYTHONUTF8": "0"}
    monkeypatch.setattr(os, "environ", {**os.environ, **shell})
    machine.use_this_checkout(Path(__file__).parents[3])
    code = (
        "import kvstudy, my_press, packaging, random, sys; assert False, (packaging.__version__, sys.flags.utf8_mode)"
    )
    done = subprocess.run(["python", "-c", code], cwd=folder, env=os.environ, capture_output=True, text=True)
    assert done.stderr.splitlines()[-1] == f"AssertionError: {(version('packaging'), 1)}"
