"""One engine's process: builds an index, serves requests, or opens once and answers once.

    worker.py build ENGINE CORPUS INDEX
    worker.py serve ENGINE INDEX QUERIES
    worker.py cold ENGINE INDEX QUERIES NAME

`serve` reads requests from standard input, one a line with fields separated by tabs, and replies to
each by one line that begins with `ok`; see runners.py for the requests.
"""

import importlib
import os
import pathlib
import random
import sys
import time

import engines
import queries

# Libraries that print do so on standard error, replies go where standard output was.
REPLIES = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


class Server:
    """Answers requests about the queries that an engine supports."""

    def __init__(self, engine, listed):
        self.engine = engine
        self.groups = {}
        for query in listed:
            if query.kind in engine.kinds:
                self.groups.setdefault(query.group, []).append(query)
        self.prepared = {
            group: [engine.prepare(query) for query in members]
            for group, members in self.groups.items()}

    def handle(self, request, *fields):
        return getattr(self, "do_" + request)(*fields) or ""

    def do_answers(self, path):
        with open(path, "w", encoding="ascii") as out:
            for members in self.groups.values():
                for query in members:
                    count, hits = self.engine.answer(query)
                    listed = " ".join(f"{name}:{score!r}" for name, score in hits)
                    out.write(f"{query.name}\t{'' if count is None else count}\t{listed}\n")

    def do_warm(self, commands, seconds):
        end = time.monotonic() + float(seconds)
        while time.monotonic() < end:
            for prepared in self.prepared.values():
                some = random.sample(prepared, min(20, len(prepared)))
                for command in commands.split(","):
                    self.engine.time_round(some, command, range(len(some)))

    def do_time(self, group, command, warmup, rounds, seed, path):
        times = self.engine.time(
            self.prepared[group], command, int(warmup), int(rounds), int(seed))
        with open(path, "w", encoding="ascii") as out:
            for query, own in zip(self.groups[group], times):
                own.sort()
                middle = (own[(len(own) - 1) // 2] + own[len(own) // 2]) // 2
                out.write(f"{query.name}\t{own[0]}\t{middle}\n")


def build(name, corpus, index):
    index = pathlib.Path(index)
    index.mkdir(parents=True)
    engines.DRIVEN[name]().build(pathlib.Path(corpus), index)


def serve(name, index, path):
    engine = engines.DRIVEN[name]()
    opened = engine.open(pathlib.Path(index))
    server = Server(engine, queries.read(path))
    print("ok", opened["segments"], file=REPLIES, flush=True)
    for line in sys.stdin:
        print("ok", server.handle(*line.rstrip("\n").split("\t")), file=REPLIES, flush=True)


def cold(name, index, path, wanted):
    """Prints the nanoseconds of opening (libraries imported before) and of the first query."""
    engine = engines.DRIVEN[name]()
    for library in engine.libraries:
        importlib.import_module(library)
    query = next(each for each in queries.read(path) if each.name == wanted)
    start = time.perf_counter_ns()
    engine.open(pathlib.Path(index))
    opened = time.perf_counter_ns()
    if query.kind in engine.kinds:
        engine.time_round([engine.prepare(query)], "TOP_10", [0])
    REPLIES.write(f"{opened - start} {time.perf_counter_ns() - opened}\n")


if __name__ == "__main__":
    {"build": build, "serve": serve, "cold": cold}[sys.argv[1]](*sys.argv[2:])
