"""Builds indexes and notes what that cost. An index that is there with its note is kept."""

import json
import os
import shutil
import subprocess
import sys
import time

import corpus
import engines
import installing
import machine
import variants
from engines import lede, lucene
from settings import HERE, SYSTEM_PYTHON


def note_of(index):
    return index.with_suffix(".json")


def read_note(index):
    """What building an index cost; None when it is not there whole."""
    if not index.is_dir() or not note_of(index).exists():
        return None
    return json.loads(note_of(index).read_text())


def build_all(work, binary, chosen, again=()):
    """Builds what the variants need and lacks; engines named in `again` afresh."""
    columns = {column.index(work): column for variant in chosen for column in variant.columns}
    for index, column in columns.items():
        if read_note(index) and column.index_owner not in again:
            continue
        print(f"index: {index.name}", file=sys.stderr, flush=True)
        shutil.rmtree(index, ignore_errors=True)
        note_of(index).unlink(missing_ok=True)
        cost = build(work, binary, column, index)
        if cost is None:
            continue
        note_of(index).write_text(json.dumps(cost, indent=1))


def build(work, binary, column, index):
    """Builds one index; returns its cost, or None where the engine cannot make it."""
    source = work.corpus(column.corpus)
    index.parent.mkdir(parents=True, exist_ok=True)
    if column.index_owner == "lede":
        cost = build_reordered(work, binary, column, index) if column.order else build_lede(
            binary, source, index, column.segments)
    elif column.index_owner == "lucene":
        cost = machine.run_measured(lucene.build_command(work, source, index, column.segments))
    else:
        engine = engines.DRIVEN[column.index_owner]
        cost = machine.run_measured(
            worker(work, engine, "build", source, index), env=installing.environment(work))
    if cost is None:
        return None
    cost.pop("output", None)
    cost["bytes"] = serving_bytes(column, index)
    cost["built"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return cost


def worker(work, engine, request, *arguments):
    """The command line of worker.py under the interpreter that has the engine's library."""
    python = SYSTEM_PYTHON if engine.system_python else work.python
    name = engine.shares if request == "build" and engine.shares else engine.name
    return [python, HERE / "worker.py", request, name, *arguments]


def serving_bytes(column, index):
    """Bytes that answering needs; an engine may leave intermediate files beside."""
    if column.index_owner in engines.DRIVEN:
        files = engines.DRIVEN[column.index_owner]().serving_files(index)
        if files is not None:
            return sum(machine.bytes_of(path) for path in files)
    return machine.bytes_of(index)


def build_lede(binary, source, index, segments):
    """One run from the file, or one for each part, so that each makes a segment of its own.

    A corpus that does not fit into the memory for building leaves more than one: they are merged.
    """
    if segments == 1:
        costs = [machine.run_measured(lede.index_command(binary, index, source))]
        if lede.statistics(binary, index)["segments"] > 1:
            costs.append(machine.run_measured([binary, "optimize", "--index", index, "--quiet"]))
    else:
        costs = [
            machine.run_measured(lede.index_command(binary, index), stdin=part)
            for part in corpus.parts(source, segments)]
    found = lede.statistics(binary, index)["segments"]
    if found != segments:
        raise machine.ProcessFailure(f"{index} has {found} segments instead of {segments}")
    return {
        "wall_s": sum(cost["wall_s"] for cost in costs),
        "cpu_s": sum(cost["cpu_s"] for cost in costs),
        "peak_bytes": max(cost["peak_bytes"] for cost in costs), "load": costs[0]["load"]}


def build_reordered(work, binary, column, index):
    """A copy of the plain index, reordered; None while the command cannot."""
    if not lede.understands(binary, "optimize", "--reorder"):
        print("index: left out, no `lede optimize --reorder`", file=sys.stderr)
        return None
    plain = work.index("lede", column.corpus, column.segments)
    if not plain.is_dir():
        build_all(work, binary, [variants.Variant(
            "", "", column.corpus, (variants.Column("", lede.Lede, column.corpus),), 0, 0, ())])
    shutil.copytree(plain, index)
    return machine.run_measured([binary, "optimize", "--reorder", "--index", index, "--quiet"])


def versions(work, binary):
    """What is compared, for the report."""
    command = [str(work.python), "-c", VERSIONS]
    found = json.loads(subprocess.check_output(command, env=installing.environment(work)))
    xapian = subprocess.run(
        [str(SYSTEM_PYTHON), "-c", "import xapian; print(xapian.version_string())"],
        stdout=subprocess.PIPE, text=True, check=False)
    found["xapian"] = xapian.stdout.strip()
    said = subprocess.run([str(binary), "--version"], stdout=subprocess.PIPE, text=True, check=True)
    found["lede"] = said.stdout.strip()
    release = (work.jre / "release").read_text()
    found["java"] = release.split('JAVA_VERSION="')[1].split('"')[0]
    found["commit"] = subprocess.run(
        ["git", "-C", str(HERE), "describe", "--always", "--dirty"], stdout=subprocess.PIPE,
        text=True, check=False, env=dict(os.environ)).stdout.strip()
    return found


VERSIONS = """
import importlib.metadata, json, sqlite3
names = ("tantivy", "bm25s", "numba")
print(json.dumps({**{name: importlib.metadata.version(name) for name in names},
                  "sqlite": sqlite3.sqlite_version}))
"""
