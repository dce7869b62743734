"""SLURM's accounting for the test cluster: a database, and a daemon that keeps users, their limits and jobs in it."""

import os
import subprocess
from pathlib import Path

from tests import debian

PROGRAMS, PACKAGES = ("mariadbd", "slurmdbd"), ("mariadb-server", "slurmdbd")
DAEMONS = ("slurmdbd", "mariadbd")  # in the order in which they are stopped
PORTS = {"database": 13306, "daemon": 16819}
SETTINGS = f"""\
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort={PORTS["daemon"]}
AccountingStoragePass={{folder}}/munge.socket
AccountingStorageEnforce=associations,limits
"""
DATABASE = f"""\
[mariadbd]
datadir={{folder}}/database
socket={{folder}}/mariadbd.socket
pid-file={{folder}}/mariadbd.pid
log-error={{folder}}/mariadbd.log
bind-address=127.0.0.1
port={PORTS["database"]}
user=root
skip-name-resolve
"""
DAEMON = f"""\
AuthType=auth/munge
AuthInfo=socket={{folder}}/munge.socket
DbdHost=localhost
DbdAddr=127.0.0.1
DbdPort={PORTS["daemon"]}
SlurmUser=root
LogFile={{folder}}/slurmdbd.log
PidFile={{folder}}/slurmdbd.pid
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort={PORTS["database"]}
StorageUser=slurm
StoragePass=slurm
StorageLoc=slurm
"""
GRANT = (
    "CREATE USER slurm@127.0.0.1 IDENTIFIED BY 'slurm'; CREATE DATABASE slurm; GRANT ALL ON slurm.* TO slurm@127.0.0.1"
)


def configure(folder: Path, file: str) -> None:
    """Install what is missing, lay out the database, and write the daemon's configuration to a file of the folder."""
    debian.need(PROGRAMS, PACKAGES)
    (folder / "database.conf").write_text(DATABASE.format(folder=folder))
    (folder / file).touch(0o600)
    (folder / file).write_text(DAEMON.format(folder=folder))
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    how = [f"--defaults-file={folder}/database.conf", "--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run(["mariadb-install-db", *how], **quiet)


def start(folder: Path, until) -> None:
    """Start the database and the daemon; `until` waits until something holds, and else says what does not."""
    streams = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    subprocess.Popen(["mariadbd", f"--defaults-file={folder}/database.conf"], start_new_session=True, **streams)
    ask = ["mariadb", "--defaults-file=/dev/null", "--user=root", f"--socket={folder}/mariadbd.socket", "--execute"]
    until(lambda: subprocess.run([*ask, "SELECT 1"], **streams).returncode == 0, "the database does not answer")
    subprocess.run([*ask, GRANT], check=True)
    subprocess.run(["slurmdbd"], check=True, **streams)
    until(lambda: manage("show", "cluster") == 0, "slurmdbd does not answer")
    for what in (["cluster", "kvstudy"], ["account", "study", "Cluster=kvstudy"], ["user", "root", "Account=study"]):
        assert manage("add", *what) == 0, what


def limit_jobs(most: int) -> None:
    """Let this user have no more jobs in the queue; -1 lifts the limit."""
    assert manage("modify", "user", "root", "set", f"MaxSubmitJobs={most}") == 0


def manage(*what: str) -> int:
    """Exit status of sacctmgr."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": {**os.environ, "LC_ALL": "C"}}
    try:
        return subprocess.run(["sacctmgr", "--immediate", "--quiet", *what], timeout=10, **quiet).returncode
    except subprocess.TimeoutExpired:
        return 1
