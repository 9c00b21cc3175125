"""What a driver of one engine has to say and do."""

import random
import time

EVERY_KIND = ("term", "union", "intersection", "phrase", "mixed")


class Engine:
    """One engine as Python reaches it.

    The class attributes describe it to the harness. The methods run in a process of its own
    (`worker.py`), so a library is imported only inside of them.
    """

    name = ""
    title = ""
    # The modules it needs, loaded before an opening is timed.
    libraries = ()
    # What stands beside its rows in the report.
    note = ""
    commands = ("TOP_10", "TOP_100", "COUNT", "TOP_10_COUNT")
    kinds = EVERY_KIND
    counts = True
    # Slow engines answer only so many queries of a class, drawn with the seed.
    sample = None
    # Runs under Debian's interpreter instead of that of the virtual environment.
    system_python = False
    # The engine whose index this one reads, where it has none of its own.
    shares = None
    # How many processes are measured side by side, the best taken.
    forks = 1

    def build(self, corpus, index):
        """Writes the index of a corpus into an empty folder."""
        raise NotImplementedError

    def open(self, index):
        """Opens the index; everything that a first query needs."""
        raise NotImplementedError

    def prepare(self, query):
        """The engine's own form of a query, made before any timing."""
        raise NotImplementedError

    def call(self, command):
        """A function of a prepared query that does the whole work of a command."""
        raise NotImplementedError

    def answer(self, query):
        """(matches or None, [(document id, score) of the ten best])."""
        raise NotImplementedError

    def serving_files(self, index):
        """Files needed for answering; None for the whole folder."""
        return None

    def time_round(self, prepared, command, order):
        """Nanoseconds of each prepared query of a class, run in the given order."""
        call = self.call(command)
        clock = time.perf_counter_ns
        times = [0] * len(prepared)
        for place in order:
            query = prepared[place]
            start = clock()
            call(query)
            times[place] = clock() - start
        return times

    def time(self, prepared, command, warmup, rounds, seed):
        """Rounds of a class, each in another order: a list of times per query."""
        draw = random.Random(seed)
        order = list(range(len(prepared)))
        times = [[] for _ in prepared]
        for number in range(-warmup, rounds):
            draw.shuffle(order)
            for own, elapsed in zip(times, self.time_round(prepared, command, order)):
                if number >= 0:
                    own.append(elapsed)
        return times
