"""One ranking, whatever the segments, the order on disk, the kernels and the threads.

Runs `lede bench --check`, which compares every answer with the exhaustive path, on every index of
the natural corpus, and makes rank digests by every kernel level and by two threads. The digests
(document keys and score bits of the hundred best of every query) must be one.
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
    """Rows of {"index", "kernels", "threads", "digest", "answers", "differences", "examples"}."""
    files = work.scratch("check.jsonl"), work.scratch("check-some.jsonl")
    lede.write_queries(files[0], listed)
    lede.write_queries(files[1], thinned(listed))
    threads = [1, 2] if lede.understands(binary, "bench", "--threads") else [1]
    built = [column for column in indexes(corpus) if building.read_note(column.index(work))]
    wanted = list(itertools.product(built, lede.KERNELS, threads))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda each: check_one(work, binary, files, *each), wanted))


def thinned(listed):
    """All queries but those of the log, and every tenth of these."""
    log = [query for query in listed if query.group.startswith("log_")]
    return [query for query in listed if not query.group.startswith("log_")] + log[::10]


def check_one(work, binary, files, column, kernels, threads):
    """One index, kernel level and number of threads: its row.

    By one thread every answer is compared with the exhaustive path: of all queries at the level
    that this processor uses, of some at the others. The digest is of all queries everywhere.
    """
    index, everything = column.index(work), threads == 1 and kernels == lede.own_kernels()
    digested = bench(binary, index, files[0], kernels, threads, checks=everything)
    checked = digested
    if threads == 1 and not everything:
        checked = bench(binary, index, files[1], kernels, threads, checks=True)
    found = checked.get("check", {})
    row = {
        "index": column.label, "kernels": kernels, "threads": threads,
        "digest": digested["rank_digest"], "answers": found.get("answers", 0),
        "differences": len(found.get("differences", ())),
        "examples": found.get("differences", [])[:EXAMPLES]}
    print("check: {index}, {kernels}, threads {threads}: digest {digest}, {answers} answers, "
          "{differences} differences".format(**row), *row["examples"], sep="\n  ",
          file=sys.stderr, flush=True)
    return row


def bench(binary, index, path, kernels, threads, checks):
    """One `lede bench` without timing."""
    options = ["--rounds", "0", "--warmup", "0", "--commands", ",".join(COMMANDS)]
    if checks:
        options.append("--check")
    if threads > 1:
        options += ["--threads", str(threads)]
    return lede.bench(binary, index, path, *options, kernels=kernels)


def passed(rows):
    """Whether there is one digest and no difference."""
    return len({row["digest"] for row in rows}) == 1 and not any(
        row["differences"] for row in rows)
