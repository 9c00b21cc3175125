"""One ranking, whatever the segments, the order on disk, the kernels and the threads.

Runs `lede bench --check`, which compares every answer with the exhaustive path, over all queries on
every index of the natural corpus. The rank digests (document keys and score bits of the hundred
best of every query) must be one.
"""

import sys

import building
from engines import lede
from settings import COMMANDS, SEGMENTS
from variants import REORDERED, Column


def indexes(corpus):
    yield Column("1 segment", lede.Lede, corpus)
    yield Column(f"{SEGMENTS} segments", lede.Lede, corpus, SEGMENTS)
    yield Column("reordered", lede.Lede, corpus, order=REORDERED)


def check(work, binary, listed, corpus, thorough=True):
    """Rows of {"index", "kernels", "threads", "digest", "answers", "differences"}."""
    path = work.scratch("check.jsonl")
    lede.write_queries(path, listed)
    threads = [1, 2] if lede.understands(binary, "bench", "--threads") else [1]
    rows = []
    for column in indexes(corpus):
        index = column.index(work)
        if not building.read_note(index):
            continue
        for kernels in lede.KERNELS:
            for count in threads:
                options = ["--rounds", "0", "--warmup", "0", "--commands", ",".join(COMMANDS)]
                # Against the exhaustive path once an index and level; the digest tells the rest.
                if thorough and count == 1:
                    options.append("--check")
                if count > 1:
                    options += ["--threads", str(count)]
                report = lede.bench(binary, index, path, *options, kernels=kernels)
                checked = report.get("check", {})
                rows.append({
                    "index": column.label, "kernels": kernels, "threads": count,
                    "digest": report["rank_digest"], "answers": checked.get("answers", 0),
                    "differences": len(checked.get("differences", ()))})
                print("check: {index}, {kernels}, {threads}: digest {digest}, {answers} answers, "
                      "{differences} differences".format(**rows[-1]), file=sys.stderr, flush=True)
    return rows


def passed(rows):
    """Whether there is one digest and no difference."""
    return len({row["digest"] for row in rows}) == 1 and not any(
        row["differences"] for row in rows)
