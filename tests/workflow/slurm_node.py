"""A Slurm cluster of one node, started and ended by the test that needs it.

Real daemons from Debian's packages `slurm-wlm` and `munge`, as the user who runs the test,
without systemd, with all files in a temporary folder. Without cgroups, memory is watched by
sampling, once a second (`OverMemoryKill`).
"""

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

#: What must be there; Debian: slurm-wlm, munge.
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "squeue", "scancel", "setpriv")
#: Where daemons stand that are not in the path of a plain user.
DAEMON_PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])

CONFIG = """\
ClusterName=hotslope
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={control_port}
SlurmdPort={node_port}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
KillWait=1
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0
SlurmdParameters=config_overrides
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=64000 State=UNKNOWN
PartitionName=main Nodes={host} Default=YES State=UP
"""


def missing_programs() -> list[str]:
    """Return the programs of Slurm and munge that are not here."""
    return [name for name in PROGRAMS if shutil.which(name, path=DAEMON_PATH) is None]


@dataclass(frozen=True)
class SlurmNode:
    """A running cluster: its folder, and the environment in which it is found."""

    folder: Path
    environment: dict[str, str]

    def ask(self, *command: str) -> str:
        """Return what a command of Slurm says."""
        return subprocess.run(
            command,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        ).stdout

    def job_ids(self, comment: str) -> list[str]:
        """Return the ids of running jobs whose comment holds a text, such as the rule's name."""
        rows = self.ask("squeue", "--noheader", "--states=RUNNING", "--format=%i %k").splitlines()
        return [row.split()[0] for row in rows if comment in row]


@contextmanager
def slurm_node() -> Iterator[SlurmNode]:
    """Start munged, slurmctld and slurmd; end exactly these, whatever happens."""
    folder = Path(tempfile.mkdtemp(prefix="slurm_"))
    daemons: list[subprocess.Popen] = []
    try:
        node = _prepare(folder)
        for command in _daemons(folder):
            output = (folder / f"{command[0]}.out").open("w")
            daemons.append(
                subprocess.Popen(
                    # Should the test be killed, its daemons end with it.
                    ["setpriv", "--pdeathsig", "TERM", *command],
                    env=node.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                )
            )
            output.close()
            if command[0] == "munged":
                _wait_for((folder / "munge.socket").exists, folder)
        _wait_for(lambda: _is_idle(node), folder)
        yield node
    finally:
        for daemon in reversed(daemons):
            daemon.terminate()
            try:
                daemon.wait(10)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(folder: Path) -> SlurmNode:
    """Write configuration and key; return where the cluster is found."""
    folder.chmod(0o755)
    for name in ("state", "spool", "bin"):
        (folder / name).mkdir()
    key = folder / "munge.key"
    key.write_bytes(os.urandom(128))
    key.chmod(0o400)
    config = folder / "slurm.conf"
    config.write_text(
        CONFIG.format(
            host=socket.gethostname().split(".")[0],
            user=getpass.getuser(),
            folder=folder,
            control_port=_free_port(),
            node_port=_free_port(),
        ),
        encoding="utf-8",
    )
    # Snakemake's job steps drop SLURM_CONF; a cluster has its configuration in /etc/slurm.
    srun = folder / "bin" / "srun"
    real = shutil.which("srun", path=DAEMON_PATH)
    srun.write_text(f'#!/bin/sh\nSLURM_CONF={config} exec {real} "$@"\n', encoding="utf-8")
    srun.chmod(0o755)
    path = os.pathsep.join([str(folder / "bin"), DAEMON_PATH])
    return SlurmNode(folder, os.environ | {"SLURM_CONF": str(config), "PATH": path})


def _daemons(folder: Path) -> list[list[str]]:
    """Return the commands that start the cluster, in order; each stays in the foreground."""
    munge = folder / "munge"
    return [
        [
            "munged",
            "--foreground",
            f"--key-file={munge}.key",
            f"--socket={munge}.socket",
            f"--pid-file={munge}.pid",
            f"--log-file={munge}.log",
            f"--seed-file={munge}.seed",
        ],
        ["slurmctld", "-D", "-c", "-f", f"{folder}/slurm.conf"],
        ["slurmd", "-D", "-c", "-f", f"{folder}/slurm.conf"],
    ]


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _is_idle(node: SlurmNode) -> bool:
    """Whether the node is ready for jobs."""
    try:
        return "idle" in node.ask("sinfo", "--noheader", "--format=%t")
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return False


def _wait_for(ready, folder: Path, timeout_s: float = 60) -> None:
    """Wait until `ready()`; where that takes too long, say what the daemons said."""
    end = time.monotonic() + timeout_s
    while not ready():
        if time.monotonic() > end:
            said = [
                f"--- {path.name}\n{path.read_text(errors='replace')[-2000:]}"
                for pattern in ("*.out", "*.log")
                for path in sorted(folder.glob(pattern))
            ]
            raise TimeoutError("\n".join(["Slurm did not start", *said]))
        time.sleep(0.2)
