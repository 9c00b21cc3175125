"""Times the columns of a variant: one class at a time, engine after engine, turn after turn.

Processes stay alive through a variant and are idle out of turn. In a turn an engine runs a class
once untimed and some rounds timed; the next engine follows; then the next turn begins with another
engine. So whatever disturbs the machine for seconds falls upon all of them alike.
"""

import concurrent.futures
import json
import os
import random
import sys
import time

import building
import figures
import installing
import machine
import queries
from engines import lede, lucene
from runners import PipeRunner
from settings import SEED

LOG_GROUPS = ("log_union", "log_intersection")
# A log is so long that a round leaves nothing in the processor's caches: one round, none to warm.
ROUNDS = 3
# Seconds of running everything untimed: a virtual machine compiles meanwhile.
WARM_JAVA, WARM_OTHERS = 20, 2


class Disagreement(Exception):
    """Engines count differently; the message lists where."""


def say(text):
    print(f"run: {text}", file=sys.stderr, flush=True)


def sampled(listed, engine):
    """The queries that an engine answers: of its kinds, and a sample where it is slow."""
    able = [query for query in listed if query.kind in engine.kinds]
    if engine.sample is None:
        return able
    groups = {}
    for query in able:
        groups.setdefault(query.group, []).append(query)
    draw = random.Random(SEED)
    chosen = []
    for members in groups.values():
        chosen += draw.sample(members, min(engine.sample, len(members)))
    return chosen


def start(work, binary, column, listed):
    """A runner of the column; its process opens the index meanwhile."""
    index = column.index(work)
    scratch = work.scratch(f"{column.label}-{column.copy}".replace(" ", "-"))
    able = sampled(listed, column.engine)
    if column.engine is lede.Lede:
        return lede.LedeRunner(binary, index, able, scratch)
    path = f"{scratch}.tsv"
    queries.write(path, able)
    if column.engine is lucene.Lucene:
        command = lucene.serve_command(work, index, path)
    else:
        command = building.worker(work, column.engine, "serve", index, path)
    return PipeRunner(column.engine, command, installing.environment(work), scratch)


def measure(work, binary, variant, listed, processor, allow_differences=False, factor=1.0):
    """Measures a variant; returns its record, which `results.py` reads.

    `factor` scales the number of turns, for a quick look.
    """
    columns = [column for column in variant.columns if building.read_note(column.index(work))]
    for column in columns:
        machine.read_ahead(column.index(work))
    runners = {column: start(work, binary, column, listed) for column in columns}
    try:
        segments = {column: runner.ready() for column, runner in runners.items()}
        say(f"{variant.name}: {len(columns)} columns; answers")
        answers = collect_answers(runners)
        differences = compare_counts(answers)
        if differences and not allow_differences:
            raise Disagreement("\n".join(differences[:20]))
        warm(runners)
        for runner in runners.values():
            runner.pin(processor)
        os.sched_setaffinity(0, set(range(os.cpu_count())) - {processor} or {processor})
        times, loads = take_turns(variant, runners, listed, factor)
        return {
            "name": variant.name, "title": variant.title, "corpus": variant.corpus,
            "differences": differences, "loads": loads, "processor": processor,
            "agreement": agreement(answers, listed),
            "columns": [
                {"label": column.label, "copy": column.copy, "engine": column.engine.name,
                 "segments": segments[column], "peak_bytes": runners[column].peak_memory(),
                 "times": times[column]}
                for column in columns]}
    finally:
        os.sched_setaffinity(0, set(range(os.cpu_count())))
        for runner in runners.values():
            runner.close()


def collect_answers(runners):
    """{label: answers}, of copies alike only the first's; two engines at a time."""
    chosen = {column.label: runner for column, runner in runners.items() if not column.copy}
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        pending = {label: pool.submit(runner.answers) for label, runner in chosen.items()}
        return {label: each.result() for label, each in pending.items()}


def compare_counts(answers, reference="lucene"):
    """Lines that say where an engine counts otherwise than Lucene."""
    found = []
    truth = answers.get(reference, {})
    for label, given in answers.items():
        for query, (count, _) in given.items():
            wanted = truth.get(query, (None,))[0]
            if count is not None and wanted is not None and count != wanted:
                found.append(f"{label}, query {query}: {count} matches, {reference} {wanted}")
    return found


def agreement(answers, listed, reference="lucene"):
    """By engine: queries with equal counts, and how alike the ten best are to Lucene's."""
    truth = answers.get(reference, {})
    kinds = {query.name: query.kind for query in listed}
    found = {}
    for label, given in answers.items():
        if label == reference:
            continue
        counted = [q for q, (count, _) in given.items() if count is not None and q in truth]
        overlaps = {}
        for query, (_, hits) in given.items():
            wanted = {name for name, _ in truth.get(query, (None, ()))[1]}
            if wanted:
                shared = len(wanted & {name for name, _ in hits}) / len(wanted)
                overlaps.setdefault(kinds[query], []).append(shared)
        found[label] = {
            "counted": len(counted),
            "equal": sum(given[query][0] == truth[query][0] for query in counted),
            "overlap": {kind: figures.mean(shares) for kind, shares in overlaps.items()}}
    return found


def warm(runners):
    """Java processes all at once, for they compile beside; the others before."""
    for java in (False, True):
        some = [
            runner for column, runner in runners.items()
            if (column.engine is lucene.Lucene) == java]
        for runner in some:
            runner.start_warming(WARM_JAVA if java else WARM_OTHERS)
        for runner in some:
            runner.finish_warming()


def take_turns(variant, runners, listed, factor):
    """{column: {group: {command: {query: [best, median]}}}}, and the load before each class."""
    groups = list(dict.fromkeys(query.group for query in listed))
    supported = {
        column: {query.group for query in sampled(listed, column.engine)} for column in runners}
    times = {column: {} for column in runners}
    loads = []
    for group in groups:
        spent = {}
        loads.append({"group": group, "load": os.getloadavg()[0]})
        long = group in LOG_GROUPS
        turns = max(1, round((variant.log_turns if long else variant.turns) * factor))
        for command in variant.commands:
            able = [
                column for column in runners
                if group in supported[column] and command in column.engine.commands]
            taken = {column: [] for column in able}
            for turn in range(turns):
                for column in able[turn % len(able):] + able[:turn % len(able)]:
                    if column.engine.sample and turn:
                        continue
                    warmup, rounds = (0, 1) if long else (1, ROUNDS)
                    if column.engine.sample:
                        rounds = 1
                    started = time.monotonic()
                    taken[column].append(
                        runners[column].time(group, command, warmup, rounds, SEED + turn))
                    spent[column.label] = (
                        spent.get(column.label, 0) + time.monotonic() - started)
            for column in able:
                merged = figures.merge_turns(taken[column])
                times[column].setdefault(group, {})[command] = merged
        shares = ", ".join(f"{label} {seconds:.1f}" for label, seconds in spent.items())
        say(f"{variant.name}: {group} took {sum(spent.values()):.0f} s: {shares}")
    return times, loads


def save(work, name, record):
    path = work.scratch(f"{name}.json")
    path.write_text(json.dumps(record))
    return path


def load(work, name):
    """A record that `save` wrote; None when there is none."""
    path = work.measured / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else None
