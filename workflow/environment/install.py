"""Make the environment, `.venv`, from the lock: `python -m environment.install`, run by any Python 3.11.

An environment that was made from the same lock is left as it is. Any other one, a half-made one too, is made anew. The
file `.venv/complete` is written last. Nothing in it names the folder that it was made in, so that a checkout may be
copied and moved with it.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from environment import build, lockfile
from environment.lockfile import Pin

VENV = Path(".venv")
PYTHON = VENV / "bin" / "python"
COMPLETE = VENV / "complete"
LOG = VENV / "install.log"
LIBRARY = VENV / "lib/python3.11/site-packages/kvstudy.pth"
TO_LIBRARY = "../../../../workflow\n"  # from the folder that LIBRARY is in

# Put before a script that pip made for one Python: the shell reads it, and runs the Python beside the script; to Python
# it is a text.
BESIDE = b"""\
#!/bin/sh
'''exec' "$(dirname -- "$(realpath -- "$0")")/python" "$0" "$@"
' '''
"""

# setuptools comes first, from the lock, so that whatever is built from source is built with it and nothing unlocked.
_BUILD_TOOLS = {"setuptools"}
_PIP_INSTALL = ["install", "--no-deps", "--no-build-isolation", "--use-pep517", "--progress-bar", "off"]


def fingerprint(root: Path) -> str:
    """Return a digest of what decides the environment: the lock, and how a checkout's own library is found."""
    return hashlib.sha256((root / lockfile.PATH).read_bytes() + TO_LIBRARY.encode() + BESIDE).hexdigest()


def check_interpreter() -> None:
    """Exit with a plain message if this Python cannot make an environment."""
    if sys.version_info[:2] != (3, 11):
        sys.exit(f"kvstudy needs Python 3.11, and {sys.executable} is {sys.version.split()[0]}: make PYTHON=... env")
    if importlib.util.find_spec("ensurepip") is None:
        sys.exit(f"{sys.executable} lacks venv and pip. On Debian: sudo apt install python3.11-venv")


def pip(arguments: list[str], packages: int) -> None:
    """Run the environment's pip, saying how many of so many packages it has dealt with; its output goes to the log."""
    command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", *arguments]
    with LOG.open("a", encoding="utf-8") as log:
        process = subprocess.Popen(
            command, env=build.pip_settings(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert process.stdout is not None
        done = 0
        for line in process.stdout:
            log.write(line)
            if line.startswith(("Collecting ", "Processing ", "Ignoring ")):
                done += 1
                show_progress(done, packages)
            elif line.startswith("Installing collected packages") and packages > 1:
                print("  installing them", flush=True)
    if process.wait() != 0:
        last = "".join(LOG.read_text(encoding="utf-8").splitlines(keepends=True)[-15:])
        sys.exit(f"{last}\nThe environment is not complete: pip failed. All it said is in {LOG}.")


def show_progress(done: int, packages: int) -> None:
    """Say after each quarter how many packages pip has dealt with."""
    if packages >= 4 and done % (packages // 4) == 0:
        print(f"  {done} of {packages} packages ready", flush=True)


def make_movable() -> None:
    """Let Python take the library of the folder that the environment is in, and scripts the Python beside them.

    Nothing in `.venv` then leads to another folder; the scripts that activate an environment would, and are removed.
    """
    for path in PYTHON.parent.glob("[aA]ctivate*"):
        path.unlink()
    LIBRARY.write_text(TO_LIBRARY, encoding="utf-8")
    python = os.fsencode(PYTHON.absolute())
    for path in PYTHON.parent.iterdir():
        script = path.read_bytes()
        if script.startswith(b"#!") and any(python in line for line in script.splitlines()[:2]):
            path.write_bytes(BESIDE + script)


def install(pins: list[Pin]) -> None:
    """Install pins, with nothing but files that have their hashes; pip passes over those not meant for this machine."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write("".join(pin.lines() for pin in pins))
        file.flush()
        pip([*_PIP_INSTALL, "--require-hashes", "-r", file.name], len(pins))


def main() -> None:
    """Make `.venv` unless it is there and up to date."""
    with lockfile.PATH.open("r+", encoding="utf-8") as lock:  # a network drive locks only what may be written
        with contextlib.suppress(OSError):  # a file system may know no locks
            fcntl.flock(lock, fcntl.LOCK_EX)  # of two that are to make it, the second waits and finds it made
        wanted = fingerprint(Path())
        if COMPLETE.exists() and COMPLETE.read_text(encoding="utf-8") == wanted:
            COMPLETE.touch()
        else:
            make(wanted)


def make(wanted: str) -> None:
    """Make `.venv`, and write down the digest of what decided it."""
    check_interpreter()
    pins = lockfile.read()
    print(f"Making the environment, {VENV}, from {lockfile.PATH}: once, a minute or two", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    venv.create(VENV, with_pip=True, symlinks=True)
    [torch] = [pin for pin in pins if pin.name == "torch"]
    try:
        pins = build.pins_for(build.chosen_by_pip(PYTHON, torch), pins)
    except subprocess.CalledProcessError:
        sys.exit(f"The environment cannot be made: pip says above why it takes no {torch.requirement} here")
    except ValueError as error:
        sys.exit(f"The environment cannot be made: {error}")
    print(f"  torch {torch.version}, {'CUDA' if any(pin.cuda for pin in pins) else 'CPU'} build", flush=True)
    install([pin for pin in pins if pin.name in _BUILD_TOOLS])
    install([pin for pin in pins if pin.name not in _BUILD_TOOLS])
    make_movable()
    COMPLETE.write_text(wanted, encoding="utf-8")
    print("The environment is complete", flush=True)


if __name__ == "__main__":
    main()
