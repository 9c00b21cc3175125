"""Processes, their costs, and what is known about the machine."""

import os
import pathlib
import subprocess
import sys
import tempfile

LAUNCHER = pathlib.Path(__file__).with_name("launch.py")


class ProcessFailure(Exception):
    """A process that ended with an error; the message ends with what it said."""


def run_measured(command, stdin=None, env=None, accepted=(0,)):
    """Runs a process to its end: {"output", "wall_s", "cpu_s", "peak_bytes", "load"}.

    CPU time and memory are the process's own as the kernel accounts them, its threads and the
    children that it waited for included. `stdin` may be an iterable of lines; other exit statuses
    than `accepted` raise ProcessFailure.
    """
    load = os.getloadavg()[0]
    with tempfile.NamedTemporaryFile("r") as costs, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            [sys.executable, "-S", "-E", str(LAUNCHER), costs.name, *map(str, command)], env=env,
            text=True, stdout=subprocess.PIPE, stderr=errors,
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE)
        if stdin is not None:
            process.stdin.writelines(stdin)
            process.stdin.close()
            process.stdin = None
        output, _ = process.communicate()
        if process.returncode not in accepted:
            errors.seek(0)
            raise ProcessFailure(
                f"{command[0]} ended with {process.returncode}: {errors.read()[-2000:]}")
        wall, cpu, peak = costs.read().split()
    return {
        "output": output, "wall_s": float(wall), "cpu_s": float(cpu), "peak_bytes": int(peak),
        "load": load}


def pin(pid, processor):
    """Keeps all threads of a process on one processor; later threads inherit it."""
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            os.sched_setaffinity(int(thread), {processor})
        except ProcessLookupError:
            pass  # The thread ended meanwhile.


def unpin(pid):
    """Lets all threads of a process run anywhere again."""
    everywhere = set(range(os.cpu_count() or 1))
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            os.sched_setaffinity(int(thread), everywhere)
        except ProcessLookupError:
            pass


def peak_memory(pid="self"):
    """Most resident bytes that a living process had."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    return 0


def bytes_of(path):
    """Bytes of a file, or of all files in a folder."""
    path = pathlib.Path(path)
    if path.is_file():
        return path.stat().st_size
    return sum(each.stat().st_size for each in path.rglob("*") if each.is_file())


def read_ahead(path):
    """Brings a folder's files into the page cache."""
    for each in pathlib.Path(path).rglob("*"):
        if each.is_file():
            with open(each, "rb", buffering=0) as file:
                while file.read(1 << 24):
                    pass


def describe():
    """The machine in a few words, for the report."""
    model = "unknown"
    flags = ""
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
        if line.startswith("flags"):
            flags = line
    vectors = "AVX-512" if " avx512f" in flags else "AVX2" if " avx2" in flags else "baseline"
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": model, "vectors": vectors, "processors": os.cpu_count(),
        "memory_bytes": memory, "kernel": os.uname().release}
