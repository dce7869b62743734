"""Run a whole study: check the config, print the plan, run what is missing, make the report.

`python -m kvstudy.study --config config/demo.yaml`
"""

import argparse
import os
import signal
import sys
from pathlib import Path

from kvstudy.config.load import load_or_exit, refuse
from kvstudy.config.model import Study
from kvstudy.contracts.given_up import GivenUp
from kvstudy.contracts.installation import HOME
from kvstudy.plan import table
from kvstudy.plan.machine import use_this_checkout
from kvstudy.recovery import clocks, damage, failures, leftovers, owners
from kvstudy.recovery.frozen import Frozen
from kvstudy.recovery.lock import only_run
from kvstudy.recovery.promises import Promises
from kvstudy.recovery.report import report
from kvstudy.recovery.runs import Run, forced, terminate

STOPPED = 128 + signal.SIGINT


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m kvstudy.study", description=__doc__.splitlines()[0])
    parser.add_argument("--config", type=Path, default=HOME / "config/demo.yaml", help="default: config/demo.yaml")
    parser.add_argument(
        "--where", type=Path, help="folder of results; default: this checkout, or that of other configs"
    )
    parser.add_argument("--cores", type=int, help="jobs at a time on this machine; default: all cores")
    parser.add_argument("--profile", help="Snakemake profile of a cluster, added to profiles/default")
    parser.add_argument("--plan-only", action="store_true", help="print the plan and stop")
    parser.add_argument("--retry", action="store_true", help="run the cells again that failed or ran out of memory")
    parser.add_argument("--cancel", action="store_true", help="cancel what a killed run left in SLURM's queue")
    arguments = parser.parse_args()
    if arguments.cores is not None and arguments.cores < 1:
        refuse([f"--cores: must be at least 1 (got {arguments.cores})"])
    where, here = (arguments.where or folder_of(arguments.config)).resolve(), Path.cwd()
    if not where.is_dir():
        refuse([f"--where: there is no folder {where}"])
    config = os.path.relpath(arguments.config, where)
    if arguments.profile:
        found = profile_folder(arguments.profile, where)
        if not found:
            name = arguments.profile
            refuse([f"--profile: there is no profile {name!r}: no folder of this name that holds a profile.yaml"])
        arguments.profile = str(found.resolve())
    os.chdir(where)
    if where != here:
        print(f"The study lies in {where}.", flush=True)
    signal.signal(signal.SIGTERM, terminate)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a script's background job and its children ignore it
    try:
        sys.exit(execute(config, arguments))
    except KeyboardInterrupt:
        print("\nStopped. What is finished is kept; the same command goes on from there.", file=sys.stderr)
        sys.exit(STOPPED)
    except OSError as error:  # a full disk, a quota, another user's file
        if error.filename is None:
            raise
        sys.exit(f"{error.filename}: {error.strerror}. What is finished is kept; the same command goes on from there.")


def folder_of(config: Path) -> Path:
    """Where a study is run: beside its config, or in the checkout that its config is part of."""
    folder = config.resolve().parent
    return folder if folder.is_dir() and not folder.is_relative_to(HOME) else HOME


def profile_folder(name: str, where: Path) -> Path | None:
    """The folder of a profile: a path, from here, the study or the checkout, or a name in the user's own folder."""
    own, machine = os.environ.get("XDG_CONFIG_HOME", "~/.config"), os.environ.get("XDG_CONFIG_DIRS", "/etc/xdg")
    named = (Path(folder, "snakemake").expanduser() for folder in (own, *machine.split(os.pathsep)))
    known = [Path(), where, *named, HOME]
    return next((each / name for each in known if list((each / name).glob("*.yaml"))), None)


def execute(config: str, arguments: argparse.Namespace) -> int:
    """Do what the command line asks for.

    Returns
    -------
    int
        Exit status: 0, or the status of the Snakemake that failed.
    """
    content = Path(config).read_bytes() if Path(config).is_file() else b""
    study = load_or_exit(config)
    owners.refuse_others(study, config)
    use_this_checkout(HOME)
    cores = arguments.cores or len(os.sched_getaffinity(0))
    run = Run(config, arguments.profile, cores if arguments.cores or not arguments.profile else None)
    folder = Path("results", study.study)
    promises = Promises(folder / "promised.json")
    if arguments.plan_only:
        return show_plan(study, run, lost(study, promises, run), cores)[0]
    refuse_unwritable(["results", "reports", "logs", ".snakemake"])
    frozen = Frozen(study, config)
    if frozen.content != content:
        refuse([f"{config}: was changed while it was read; start again"])
    with only_run(run) as run:
        clear_leftovers(wait=not arguments.cancel, on_cluster=bool(arguments.profile))
        owners.sign(study, config)
        with frozen.written(folder) as copy:
            return make(study, run.of(copy), cores, promises, arguments.retry)


def make(study: Study, run: Run, cores: int, promises: Promises, retry: bool) -> int:
    """Print the plan, run what is missing, or to be run again, and make the report; exit status as of `execute`."""
    make_again(damage.touched_lists(Path("results"), study), promises)
    clocks.set_back(Path("results"), study)
    again = [*(failures.retry(study) if retry else []), *lost(study, promises, run)]
    promises.replace([[path] for path in again])
    status, jobs = show_plan(study, run, again, cores)
    if status:
        return status
    if jobs:
        print(flush=True)
        promises.add_jobs(jobs)
        GivenUp.read(failures.results(study)).forget({path for job in jobs for path in job.output})
        status = finish(study, run, again, promises)
    if status < 0 or (status and promises.broken()):
        print("Some jobs failed. The same command retries them.", flush=True)
        return status
    promises.keep()
    if not status and (lacking := failures.given_up(study)):
        print(f"The study is without what failed before, {lacking[0]} first; `make retry` runs it again.", flush=True)
        status = 1
    return report(study, run) or status


def show_plan(study: Study, run: Run, again: list[str], cores: int) -> tuple[int, list[table.Job]]:
    """Print the plan, in which some outputs are made again; exit status of the dry run, and its jobs."""
    status, jobs = run.dry_run(*forced(again))
    if not status:
        print(table.text(study, jobs, Path("results"), cores), flush=True)
    return status, jobs


def refuse_unwritable(folders: list[str]) -> None:
    """Exit with status 2 when one of these folders cannot be written to, or not be made."""
    wrong = []
    for folder in folders:
        there = next(path for path in (Path(folder), *Path(folder).parents) if os.path.lexists(path))
        if there.is_symlink() and not there.exists():
            wrong.append(f"{there}: is a link to a folder that is not there: {there.readlink()}")
        elif not (there.is_dir() and os.access(there, os.W_OK)):
            wrong.append(f"{folder}: cannot be written to")
    if wrong:
        refuse(wrong)


def clear_leftovers(wait: bool, on_cluster: bool) -> None:
    """Wait for the jobs that a killed run left, or end them, and mark all that this run starts as its own."""
    leftovers.end_processes(Path.cwd())
    try:
        leftovers.clear_queue(Path.cwd(), wait)
    except leftovers.NoAnswer as error:  # on a machine of its own SLURM may be installed and not in use
        if on_cluster:
            sys.exit(f"SLURM does not say whether an earlier run left jobs in the queue: {error}")
    leftovers.mark(Path.cwd())


def finish(study: Study, run: Run, again: list[str], promises: Promises) -> int:
    """Run what is missing, or to be run again; make damaged files again, and do without the cells that fail.

    Returns
    -------
    int
        0, or the status of the Snakemake that failed, even where the rest of the study came out.
    """
    status = run.snakemake(*forced(again))
    if status > 0 and make_again(damage.damaged(Path("results"), study), promises):
        status = run.snakemake(*forced(promises.broken()))
    return failures.go_on_without(study, run, promises) if status > 0 else status


def make_again(damaged: dict[Path, str], promises: Promises) -> bool:
    """Say which files are damaged, promise what stands for them, and remove it; whether there are any."""
    if damaged:
        print(*damaged.values(), "They are made again.", sep="\n", flush=True)
        promises.add([[str(path)] for path in damaged])
    for path in damaged:
        path.unlink()
    return bool(damaged)


def lost(study: Study, promises: Promises, run: Run) -> list[str]:
    """What was made and deleted, and what earlier runs promised, unless the config makes it no longer."""
    missing = promises.broken()
    made = {output for job in run.dry_run("--forceall")[1] for output in job.output} if missing else set()
    return [*map(str, damage.deleted(Path("results"), study)), *(path for path in missing if path in made)]


if __name__ == "__main__":
    main()
