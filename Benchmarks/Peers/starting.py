"""What is not a stream of queries: opening an index cold, `lede search` as users call it, threads.

"Cold" is a new process with the index in the page cache: what a command-line user or a restarted
service meets.
"""

import os
import subprocess
import time

import building
import figures
import installing
import machine
import measuring
from engines import lede, lucene

# Queries opened with: one of each of these classes.
GROUPS = ("term", "game_union", "game_intersection", "game_phrase", "ngram_union")
REPETITIONS = 3
SEARCHES = 5

RATE_SECONDS = 4
RATE_GROUPS = ("game_union", "game_intersection", "game_phrase", "ngram_union")


def openings(work, binary, listed, columns, processor):
    """{label: {"open_ns", "first_ns", "process_s"}}: medians over processes."""
    chosen = [next((q for q in listed if q.group == group), None) for group in GROUPS]
    found = {}
    for column in columns:
        index = column.index(work)
        if column.copy or not building.read_note(index):
            continue
        machine.read_ahead(index)
        # A slow engine's processes may take many seconds: bm25s compiles its loops in each.
        repetitions = 1 if column.engine.sample else REPETITIONS
        taken = [
            opened(work, binary, column, query, processor)
            for query in chosen if query and query.kind in column.engine.kinds
            for _ in range(repetitions)]
        found[column.label] = {
            "open_ns": figures.median([each[0] for each in taken]),
            "first_ns": figures.median([each[1] for each in taken]),
            "process_s": figures.median([each[2] for each in taken])}
    return found


def opened(work, binary, column, query, processor):
    """(opening ns, first query ns, whole process s) of one process."""
    index = column.index(work)
    if column.engine is lede.Lede:
        return lede.opened(binary, index, work.scratch("first.jsonl"), query, processor)
    if column.engine is lucene.Lucene:
        command = lucene.cold_command(work, index, query)
    else:
        path = work.scratch("first.tsv")
        path.write_text(query.line + "\n")
        command = building.worker(work, column.engine, "cold", index, path, query.name)
    command = ["taskset", "-c", str(processor), *command]
    start = time.monotonic()
    ran = machine.run_measured(command, env=installing.environment(work))
    wall = time.monotonic() - start
    opening, first = ran["output"].split()
    return int(opening), int(first), wall


def searches(work, binary, listed, column):
    """Wall seconds of `lede search`, from start to end of the process: {"p50", "p90", "runs"}."""
    walls = []
    for group in GROUPS:
        for query in [query for query in listed if query.group == group][:SEARCHES]:
            command = [str(binary), "search", query.lede, "--index", str(column.index(work))]
            for _ in range(REPETITIONS):
                start = time.monotonic()
                subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               check=False, env=dict(os.environ))
                walls.append(time.monotonic() - start)
    return {"p50": figures.percentile(walls, 0.5), "p90": figures.percentile(walls, 0.9),
            "runs": len(walls)}


def rates(work, binary, listed, columns, most=2):
    """{label: {group: {threads: queries a second}}} for Lede and one fork of Lucene."""
    found = {}
    chosen = [query for query in listed if query.group in RATE_GROUPS]
    for column in columns:
        if column.copy or column.order or column.engine not in (lede.Lede, lucene.Lucene):
            continue
        runner = measuring.start(work, binary, column, chosen)
        try:
            runner.ready()
            runner.start_warming(measuring.WARM_JAVA / 2)
            runner.finish_warming()
            groups = dict.fromkeys(query.group for query in chosen)
            found[column.label] = {
                group: rate(runner, group, range(1, most + 1)) for group in groups}
        finally:
            runner.close()
    return found


def rate(runner, group, threads):
    """{threads: queries a second}, the best of two alternating attempts."""
    best = {}
    for _ in range(2):
        for count in threads:
            value = runner.rate(group, "TOP_10", count, RATE_SECONDS / 2)
            if value:
                best[str(count)] = max(value, best.get(str(count), 0))
    return best
