"""A real SLURM cluster of four virtual nodes on this machine, from Debian's packages, without systemd.

`with cluster(folder):` starts munged, slurmctld and four slurmd, and stops them whatever happens; with accounting, if
that is asked for. `python -m
tests.slurm.cluster FOLDER COMMAND...` runs a command on it. It needs root, and a machine that is in no cluster.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import debian
from tests.slurm import accounting

PACKAGES = ("slurmctld", "slurmd", "slurm-client", "munge")
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch")
ETC = Path("/etc/slurm")  # jobs find their configuration there and nowhere else
FILES = ("slurm.conf", "gres.conf", "slurmdbd.conf")  # links to files of the same names with OURS before them
OURS = "kvstudy-"
NODES = {"n1": "", "n2": "", "g1": "Gres=gpu:fake:2", "g2": "Gres=gpu:fake:2"}
DAEMONS = (*(f"slurmd.{node}" for node in NODES), "slurmctld", *accounting.DAEMONS, "munged")  # as they are stopped
PATIENCE = 30  # seconds for a daemon to come up, or to end
SETTINGS = """\
ClusterName=kvstudy
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
SlurmctldPort=16817
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.%n.pid
SlurmdSpoolDir={folder}/spool.%n
StateSaveLocation={folder}/state
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.%n.log
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
ReturnToService=2
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,sched_interval=1,bf_interval=2
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
GresTypes=gpu
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=2
JobAcctGatherParams=OverMemoryKill
MinJobAge=300
KillWait=3
SlurmctldTimeout=30
SlurmdTimeout=10
InactiveLimit=0
OverTimeLimit=0
"""
NODE = "NodeName={node} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=4 RealMemory=64000 {gres} State=UNKNOWN"
PARTITIONS = """\
PartitionName=cpu Nodes=n1,n2 Default=YES MaxTime=1440 DefaultTime=5
PartitionName=gpu Nodes=g1,g2 MaxTime=1440 DefaultTime=5 PriorityTier=1
PartitionName=urgent Nodes=n1,n2,g1,g2 MaxTime=1440 DefaultTime=5 PriorityTier=2
"""


@contextmanager
def cluster(folder: Path, accounted: bool = False) -> Iterator[None]:
    """Run the cluster with all its files in a folder; exits with one message where that cannot be done.

    Parameters
    ----------
    folder : pathlib.Path
    accounted : bool
        Whether there is accounting, with limits for users.
    """
    if os.geteuid() != 0:
        sys.exit("The test cluster must be started by root, as its daemons run jobs.")
    try:
        debian.need(PROGRAMS, PACKAGES)
    except debian.Missing as reason:
        sys.exit(str(reason))
    if others := [link for link in map(ETC.joinpath, FILES) if os.path.lexists(link) and not is_ours(link)]:
        sys.exit(f"{others[0]} is of another cluster; the test cluster leaves this machine alone.")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that it is stopped then, too
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        configure(folder, accounted)
        start(folder, accounted)
        yield
    finally:
        stop(folder)


def is_ours(link: Path) -> bool:
    """Whether a file of SLURM's configuration is a link that a test cluster made."""
    return link.is_symlink() and link.readlink().name == f"{OURS}{link.name}"


def configure(folder: Path, accounted: bool) -> None:
    """Write the configuration and link it from where SLURM looks for it."""
    host = socket.gethostname().partition(".")[0]
    (folder / "state").mkdir(exist_ok=True)
    key = folder / "munge.key"
    key.touch(0o600)
    key.write_bytes(os.urandom(1024))
    for number in range(2):  # a GPU's file must be a character device
        (folder / f"gpu{number}").symlink_to("/dev/null")
    nodes = [
        NODE.format(node=node, host=host, port=17001 + number, gres=gres)
        for number, (node, gres) in enumerate(NODES.items())
    ]
    counts = accounting.SETTINGS if accounted else "AccountingStorageType=accounting_storage/none\n"
    settings = (SETTINGS + counts).format(host=host, folder=folder)
    if accounted:
        accounting.configure(folder, f"{OURS}slurmdbd.conf")
    (folder / f"{OURS}slurm.conf").write_text(settings + "\n".join(nodes) + "\n" + PARTITIONS)
    gpus = [f"NodeName={node} Name=gpu Type=fake File={folder}/gpu[0-1]" for node, gres in NODES.items() if gres]
    (folder / f"{OURS}gres.conf").write_text("\n".join(["AutoDetect=off", *gpus]) + "\n")
    ETC.mkdir(exist_ok=True)
    for name in FILES:
        link = ETC / name
        if link.is_symlink():  # of a test cluster that was killed
            stop(link.readlink().parent)
        link.unlink(missing_ok=True)
        if (folder / f"{OURS}{name}").exists():
            link.symlink_to(folder / f"{OURS}{name}")


def start(folder: Path, accounted: bool) -> None:
    """Start every daemon, and wait until all nodes are idle."""
    os.environ.pop("SLURM_CONF", None)
    paths = {"key-file": "munge.key", "socket": "munge.socket", "pid-file": "munged.pid", "log-file": "munged.log"}
    options = [f"--{option}={folder / name}" for option, name in {**paths, "seed-file": "munge.seed"}.items()]
    daemon("munged", "--force", *options)
    if accounted:
        accounting.start(folder, until)
    start_controller()
    for node in NODES:
        start_node(node)
    until(lambda: output("sinfo", "-h", "-N", "-o", "%N %T").count(" idle") >= len(NODES), "the nodes are not idle")


def start_controller() -> None:
    """Start slurmctld."""
    daemon("slurmctld")
    until(lambda: "is UP" in output("scontrol", "ping"), "slurmctld does not answer")


def start_node(node: str) -> None:
    """Start a node's slurmd."""
    daemon("slurmd", "-N", node)


def crash(folder: Path, node: str) -> None:
    """Kill a node: its slurmd, and all that runs on it."""
    stop_daemon(folder, f"slurmd.{node}", signal.SIGKILL)
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"SLURMD_NODENAME={node}".encode() in path.read_bytes().split(b"\0"):
                os.kill(int(path.parent.name), signal.SIGKILL)
        except OSError:  # another user's, or gone meanwhile
            continue
    subprocess.run(["scontrol", "update", f"NodeName={node}", "State=DOWN", "Reason=crash"], check=True)


def daemon(*command: str) -> None:
    """Start a program that goes to the background by itself, and holds none of this process's streams."""
    streams = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    if subprocess.run(command, **streams).returncode:
        sys.exit(f"{command[0]} did not start.")


def output(*command: str) -> str:
    """What a command prints; nothing when it fails."""
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=10).stdout
    except subprocess.TimeoutExpired:
        return ""


def queue() -> str:
    """The jobs that wait or run: id, state and comment, a line each."""
    return output("squeue", "-h", "-t", "PD,R,CG,S", "-o", "%i %T %k")


def until(holds, otherwise: str, seconds: float = PATIENCE) -> None:
    """Wait until something holds; exits with a message when it takes too long."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise SystemExit(f"{otherwise} within {seconds:g} s")
        time.sleep(0.1)


def stop(folder: Path) -> None:
    """Cancel all jobs, stop every daemon that this folder knows of, and remove the links."""
    links = [link for name in FILES if (link := ETC / name).is_symlink() and link.readlink().parent == folder]
    if links and "is UP" in output("scontrol", "ping"):
        output("scancel", "--full", "--signal=KILL", "--user=root")
        output("scancel", "--user=root")
        end = time.monotonic() + PATIENCE
        while queue() and time.monotonic() < end:
            time.sleep(0.1)
    for name in DAEMONS:
        stop_daemon(folder, name)
    for link in links:
        link.unlink()


def stop_daemon(folder: Path, name: str, how: signal.Signals = signal.SIGTERM) -> None:
    """Stop one daemon, by force when it takes too long."""
    file = folder / f"{name}.pid"
    try:
        process = int(file.read_text())
        os.kill(process, how)
    except (OSError, ValueError):
        return
    end = time.monotonic() + PATIENCE
    while runs(process):
        if time.monotonic() > end:
            os.kill(process, signal.SIGKILL)
        time.sleep(0.05)
    file.unlink(missing_ok=True)


def runs(process: int) -> bool:
    """Whether a process is there, and not only waits to be buried."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


if __name__ == "__main__":
    with cluster(Path(sys.argv[1])):
        done = subprocess.run(sys.argv[2:])
    sys.exit(done.returncode)
