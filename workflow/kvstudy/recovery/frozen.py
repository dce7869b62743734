"""What a run works from, as it was when the run began: jobs that start later, on other machines, too, see no change.

They read a copy of the config, and refuse to start when the code is no longer the one that they were planned with.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kvstudy.config.model import Study
from kvstudy.contracts.files import atomic, checksum
from kvstudy.plan.own_code import own_modules, sources

COPY = "config.yaml"
CODE = "code.sha256"
CHANGED = "The code was changed while the study ran"
AGAIN = "The same command goes on with what it is now."


@contextmanager
def frozen(study: Study, config: str, folder: Path) -> Iterator[str]:
    """Copy the config to a study's folder, and say in the end if it or the code was changed meanwhile.

    Yields
    ------
    str
        Path of the copy.
    """
    copy = folder / COPY
    if not (copy.exists() and copy.samefile(config)):
        with atomic(copy) as temporary:
            shutil.copyfile(config, temporary)
    content, listed = copy.read_bytes(), code(study)
    try:
        yield str(copy)
    finally:
        if not Path(config).is_file() or Path(config).read_bytes() != content:
            print(
                f"{config} was changed while the study ran, which went on with what it was: {copy}. {AGAIN}", flush=True
            )
        if code(study) != listed:
            print(f"{CHANGED}: jobs that had yet to start did not. {AGAIN}", flush=True)


def code(study: Study) -> str:
    """The sha256 of every file of code and resources that a study's jobs may read, in lines for `sha256sum --check`."""
    own = (
        path
        for policy in study.policies.values()
        for module in own_modules(policy.model_dump())
        for path in sources(module).values()
    )
    ours = (path for ending in ("*.smk", "*.py") for path in Path("workflow").rglob(ending))
    read = (path for path in Path("resources").rglob("*") if path.is_file())
    files = sorted({Path("Snakefile"), *ours, *read, *own})
    return "".join(f"{checksum(file)}  {file}\n" for file in files if file.is_file())


def write_code(listed: str, folder: Path | str) -> None:
    """Write that list to a study's folder, where every job looks."""
    with atomic(Path(folder) / CODE) as temporary:
        temporary.write_text(listed, encoding="utf-8")


def guard(folder: Path | str) -> str:
    """What a job's shell begins with: strict, and only with the code of that list."""
    refuses = f"(echo '{CHANGED}: this job does not start.' >&2; exit 1)"
    return f"set -euo pipefail; sha256sum --check --status {folder}/{CODE} || {refuses}; "
