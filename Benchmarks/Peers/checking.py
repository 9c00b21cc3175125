"""One ranking, whatever the segments, the order on disk, the kernels and the threads.

Runs `lede bench --check`, which compares every answer with the exhaustive path, over all queries on
every index of the natural corpus. The rank digests (document keys and score bits of the hundred
best of every query) must be one.
"""

import concurrent.futures
import itertools
import os
import sys

import building
from engines import lede
from settings import COMMANDS, SEGMENTS
from variants import REORDERED, Column

# Differences quoted for each setting.
EXAMPLES = 5


def indexes(corpus):
    yield Column("1 segment", lede.Lede, corpus)
    yield Column(f"{SEGMENTS} segments", lede.Lede, corpus, SEGMENTS)
    yield Column("reordered", lede.Lede, corpus, order=REORDERED)


def check(work, binary, listed, corpus):
    """Rows of {"index", "kernels", "threads", "digest", "answers", "differences"}."""
    path = work.scratch("check.jsonl")
    lede.write_queries(path, listed)
    threads = [1, 2] if lede.understands(binary, "bench", "--threads") else [1]
    built = [column for column in indexes(corpus) if building.read_note(column.index(work))]
    wanted = list(itertools.product(built, lede.KERNELS, threads))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda each: check_one(work, binary, path, *each), wanted))


def check_one(work, binary, path, column, kernels, threads):
    """One index, kernel level and number of threads: its row."""
    options = ["--rounds", "0", "--warmup", "0", "--commands", ",".join(COMMANDS)]
    if threads == 1:
        # Against the exhaustive path by one thread; of several, digests are compared.
        options.append("--check")
    else:
        options += ["--threads", str(threads)]
    report = lede.bench(binary, column.index(work), path, *options, kernels=kernels)
    checked = report.get("check", {})
    row = {
        "index": column.label, "kernels": kernels, "threads": threads,
        "digest": report["rank_digest"], "answers": checked.get("answers", 0),
        "differences": len(checked.get("differences", ())),
        "examples": checked.get("differences", [])[:EXAMPLES]}
    print("check: {index}, {kernels}, threads {threads}: digest {digest}, {answers} answers, "
          "{differences} differences".format(**row), *row["examples"], sep="\n  ",
          file=sys.stderr, flush=True)
    return row


def passed(rows):
    """Whether there is one digest and no difference."""
    return len({row["digest"] for row in rows}) == 1 and not any(
        row["differences"] for row in rows)
