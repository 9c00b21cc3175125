"""Runs the engine and reports where it departs from the reference."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy

from . import archive


def differences(options, expected, digest):
    """Every difference as a line of text; indexes and answers in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="lede-reference-") as folder:
        report = engine_report(options, Path(folder))
    by_command = {"TOP_10": {}, "COUNT": {}}
    for row in report["queries"]:
        by_command[row["command"]][row["id"]] = row
    found = []
    for row in expected:
        found.extend(compare_query(row, by_command))
    if report["rank_digest"].removeprefix("0x") != digest:
        found.append(f"rank digest: {report['rank_digest']} instead of {digest}")
    return found


def engine_report(options, folder):
    """What `lede bench` says about the same archive and queries."""
    corpus, index = folder / "corpus.jsonl", folder / "index"
    with corpus.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(archive.lines(options.corpus, options.documents))
    language = {"english": "en"}.get(options.language, options.language)
    run([options.lede, "index", corpus, "--index", index, "--language", language, "--quiet"])
    output = run(
        [options.lede, "bench", options.queries, "--index", index, "--json", "--per-query"]
        + ["--commands", "TOP_10,COUNT", "--rounds", "1", "--warmup", "0", "--check", "--quiet"]
    )
    report = json.loads(output)
    if report["check"]["differences"]:
        raise SystemExit(f"pruned and exhaustive disagree: {report['check']['differences'][:5]}")
    return report


def run(command):
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        sys.stderr.write(done.stdout.decode(errors="replace")[-2000:])
        raise SystemExit(f"{' '.join(map(str, command))}: exit status {done.returncode}")
    return done.stdout


def compare_query(row, by_command):
    label = f"query {row['id']} {row['query']}"
    top, count = by_command["TOP_10"].get(row["id"]), by_command["COUNT"].get(row["id"])
    if "error" in row:
        if top or count:
            yield f"{label}: answered, although {row['error']}"
        return
    if not top or not count:
        yield f"{label}: not answered"
        return
    if count["count"] != row["count"]:
        yield f"{label}: count {count['count']} instead of {row['count']}"
    hits = [
        {"id": hit["id"], "bits": archive.bits(numpy.float32(hit["score"]))} for hit in top["top"]
    ]
    for rank in range(max(len(hits), len(row["top"]))):
        mine = row["top"][rank] if rank < len(row["top"]) else None
        theirs = hits[rank] if rank < len(hits) else None
        if mine != theirs:
            yield f"{label}: rank {rank + 1} {theirs} instead of {mine}"
            return
