"""Lede through its command: `lede index` and `lede bench`."""

import json
import os
import subprocess

import machine
from engines.base import Engine
from settings import B, K1, SEED

# The peers have no title field and leave out no word.
RANKING = ("--k1", str(K1), "--b", str(B), "--title-weight", "0", "--keep-stop-words")

# How the command is told to use slower kernels, and what they are called.
KERNELS_VARIABLE = "LEDE_KERNELS"
KERNELS = ("portable", "avx2", "avx512")

# Rounds of a class that tell how long one takes.
RATE_ROUNDS = 60


class Lede(Engine):
    """What is measured: one process a turn, which opens the index and times in-process."""

    name = "lede"
    title = "Lede"


def own_kernels():
    """The level that Lede uses on this processor."""
    return {"AVX-512": "avx512", "AVX2": "avx2"}.get(machine.describe()["vectors"], "portable")


def index_command(binary, index, source="-"):
    return [binary, "index", source, "--format", "jsonl", "--index", index, "--language", "none",
            "--no-store", "--quiet"]


def statistics(binary, index):
    """What `lede stats` says."""
    command = [str(binary), "stats", "--index", str(index), "--json"]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def understands(binary, *words):
    """Whether the command's help of words[:-1] mentions words[-1]."""
    shown = subprocess.run(
        [str(binary), *words[:-1], "--help"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True, check=False)
    return shown.returncode == 0 and words[-1] in shown.stdout


def write_queries(path, listed):
    """The query file of `lede bench`."""
    with open(path, "w", encoding="ascii") as out:
        for query in listed:
            record = {"id": query.name, "query": query.lede, "tags": [query.group]}
            out.write(json.dumps(record) + "\n")


def bench(binary, index, path, *options, kernels=None):
    """Runs `lede bench` on a file of queries; returns its report."""
    environment = dict(os.environ)
    if kernels:
        environment[KERNELS_VARIABLE] = kernels
    command = [binary, "bench", path, "--index", index, "--json", "--quiet", *RANKING, *options]
    # Status 2 with a report: a check found differences, which the report lists.
    checks = "--check" in options or "--threads" in options
    ran = machine.run_measured(command, env=environment, accepted=(0, 2) if checks else (0,))
    report = json.loads(ran["output"])
    if report["skipped"]:
        raise machine.ProcessFailure(f"lede skipped queries: {report['skipped'][:3]}")
    report["peak_bytes"] = ran["peak_bytes"]
    return report


def opened(binary, index, path, query, processor):
    """(opening ns, first query ns, whole process s): the latter two of one `lede search`.

    The time of a search includes parsing the query and fetching what is printed of its hits; that
    of opening is of a `lede bench` on the one query.
    """
    write_queries(path, [query])
    report = bench(binary, index, path, "--rounds", "0", "--warmup", "0", "--pin", str(processor))
    command = ["taskset", "-c", str(processor), binary, "search", query.lede, "--index", index,
               "--json", *RANKING]
    # Status 1: nothing matched.
    ran = machine.run_measured(command, accepted=(0, 1))
    took = json.loads(ran["output"])["took_ms"] * 1e6
    return report.get("open_ns", 0), round(took), ran["wall_s"]


class LedeRunner:
    """The interface of runners.py, by a process for each turn."""

    def __init__(self, binary, index, listed, scratch):
        self.engine = Lede
        self.binary, self.index = binary, index
        self.scratch = str(scratch)
        self.processor = None
        self.peak = 0
        self.files = {}
        groups = {}
        for query in listed:
            groups.setdefault(query.group, []).append(query)
        for group, members in groups.items():
            self.files[group] = f"{self.scratch}.{group}.jsonl"
            write_queries(self.files[group], members)

    def ready(self):
        return statistics(self.binary, self.index)["segments"]

    def run(self, group, *options):
        pinned = () if self.processor is None else ("--pin", str(self.processor))
        report = bench(self.binary, self.index, self.files[group], *options, *pinned)
        self.peak = max(self.peak, report["peak_bytes"])
        return report

    def answers(self):
        found = {}
        for group in self.files:
            report = self.run(
                group, "--commands", "TOP_10_COUNT", "--rounds", "0", "--warmup", "0",
                "--per-query")
            for row in report["queries"]:
                if row["relation"] != "eq":
                    raise machine.ProcessFailure(f"lede did not count query {row['id']} exactly")
                found[row["id"]] = (
                    row["count"], [(hit["id"], hit["score"]) for hit in row["top"]])
        return found

    def start_warming(self, seconds):
        """Every turn is a new process, which warms itself."""

    def finish_warming(self):
        """Nothing was started."""

    def time(self, group, command, warmup, rounds, seed):
        report = self.run(
            group, "--commands", command, "--warmup", str(warmup), "--rounds", str(rounds),
            "--seed", str(seed), "--per-query")
        return {row["id"]: (row["min_ns"], row["median_ns"]) for row in report["queries"]}

    def rate(self, group, command, threads, seconds):
        """Queries a second of threads that share a searcher; None without `--threads`.

        The command counts rounds: a short run tells how many take about as many seconds.
        """
        if not understands(self.binary, "bench", "--threads"):
            return None
        short = self.rates(group, command, threads, RATE_ROUNDS)
        rounds = round(RATE_ROUNDS * seconds * 1e9 / short["wall_ns"])
        return self.rates(group, command, threads, max(RATE_ROUNDS, rounds))["qps"]

    def rates(self, group, command, threads, rounds):
        """What a report says of so many threads; it has one and many."""
        report = self.run(
            group, "--commands", command, "--warmup", "1", "--rounds", str(rounds), "--seed",
            str(SEED), "--threads", str(max(2, threads)))
        return next(row for row in report["throughput"] if row["threads"] == threads)

    def pin(self, processor):
        self.processor = processor

    def peak_memory(self):
        return self.peak

    def close(self):
        for path in self.files.values():
            os.unlink(path)
