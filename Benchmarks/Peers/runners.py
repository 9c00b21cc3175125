"""Running engines: a process that stays and answers requests over pipes, or one a turn.

A runner knows how to
- `answers()`: {query: (count or None, [(id, score)])} for the ten best of each query,
- `warm(seconds)`: run everything untimed,
- `time(group, command, warmup, rounds, seed)`: {query: (least ns, middle ns)} over the rounds,
- `pin(processor)` and `close()`.

Requests to a process are lines of fields separated by tabs:

    answers FILE
    warm COMMAND,… SECONDS
    time GROUP COMMAND WARMUP ROUNDS SEED FILE
    rate GROUP COMMAND THREADS SECONDS             (Lucene only) queries a second

Each is answered by `ok` and perhaps a value; FILE then holds one line a query.
"""

import os
import subprocess

import machine


def read_answers(path):
    """{query: (count or None, [(id, score)])} of a file that an `answers` request wrote."""
    found = {}
    with open(path, encoding="ascii") as lines:
        for line in lines:
            name, count, listed = line.rstrip("\n").split("\t")
            hits = (hit.rsplit(":", 1) for hit in listed.split())
            found[name] = (
                int(count) if count else None, [(who, float(score)) for who, score in hits])
    return found


def read_times(path):
    """{query: (least ns, middle ns)} of a file that a `time` request wrote."""
    found = {}
    with open(path, encoding="ascii") as lines:
        for line in lines:
            name, least, middle = line.split()
            found[name] = (int(least), int(middle))
    return found


class PipeRunner:
    """An engine's process that stays for the whole run, idle while others are measured."""

    def __init__(self, engine, command, environment, scratch):
        self.engine = engine
        self.scratch = str(scratch)
        self.errors = open(self.scratch + ".log", "w", encoding="utf-8")
        self.process = subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self.errors, text=True, env=environment)
        self.segments = None

    def ready(self):
        """Waits until the index is open; returns the number of segments."""
        if self.segments is None:
            self.segments = int(self.reply())
        return self.segments

    def send(self, *fields):
        self.process.stdin.write("\t".join(str(field) for field in fields) + "\n")
        self.process.stdin.flush()

    def reply(self):
        line = self.process.stdout.readline()
        if not line.startswith("ok"):
            with open(self.scratch + ".log", encoding="utf-8", errors="replace") as said:
                raise machine.ProcessFailure(f"{self.engine.name}: {line}{said.read()[-2000:]}")
        return line[2:].strip()

    def ask(self, *fields):
        self.ready()
        self.send(*fields)
        return self.reply()

    def answers(self):
        self.ask("answers", self.scratch)
        return read_answers(self.scratch)

    def start_warming(self, seconds):
        self.ready()
        self.send("warm", ",".join(self.engine.commands), seconds)

    def finish_warming(self):
        self.reply()

    def time(self, group, command, warmup, rounds, seed):
        self.ask("time", group, command, warmup, rounds, seed, self.scratch)
        return read_times(self.scratch)

    def rate(self, group, command, threads, seconds):
        return float(self.ask("rate", group, command, threads, seconds))

    def pin(self, processor):
        self.ready()
        if processor is None:
            machine.unpin(self.process.pid)
        else:
            machine.pin(self.process.pid, processor)

    def peak_memory(self):
        return machine.peak_memory(self.process.pid)

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        self.errors.close()
        os.unlink(self.scratch + ".log")
        if os.path.exists(self.scratch):
            os.unlink(self.scratch)
