"""The report behind the study page, made anew only where it would show something else."""

import hashlib
from pathlib import Path

from kvstudy.config.model import Study
from kvstudy.contracts.installation import HOME
from kvstudy.recovery.runs import Run


def report(study: Study, run: Run) -> int:
    """Make the report behind the study page unless the one that is there shows the same contents; exit status.

    It is written under another name first, so that one that is there is always whole.
    """
    front, page = Path(f"reports/{study.study}.html"), Path(f"reports/{study.study}/report.html")
    stamp = Path(f"results/{study.study}/report.sha256")
    ours = (HOME / name for name in ("Snakefile", "workflow/rules", "workflow/report"))
    contents = digest([Path(run.config), *ours], study)
    if page.is_file() and stamp.is_file() and stamp.read_text() == contents:
        print(f"\nThe report is up to date: {shown(front)}")
        return 0
    stamp.unlink(missing_ok=True)
    page.parent.mkdir(parents=True, exist_ok=True)
    temporary = page.with_name(".report.tmp.html")
    try:
        status = run.quietly("--report", str(temporary))
        if status == 0:
            temporary.replace(page)
            stamp.write_text(contents)
            print(f"\nThe report is made: {shown(front)}")
    finally:
        temporary.unlink(missing_ok=True)
    return status


def shown(path: Path) -> Path:
    """A path in the study's folder as a message gives it: whole, unless the study lies in the checkout."""
    return path if Path.cwd() == HOME else path.resolve()


def digest(sources: list[Path], study: Study) -> str:
    """Hash of all that the report shows: these files and folders, the study's figures, its tables and its cards."""
    made = (Path(f"results/{study.study}/{name}") for name in ("figures", "tables", "cards", "numbers.json"))
    paths = [*sources, *made]
    files = [f for path in paths for f in (sorted(path.rglob("[!.]*")) if path.is_dir() else [path]) if f.is_file()]
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}" for file in files]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
