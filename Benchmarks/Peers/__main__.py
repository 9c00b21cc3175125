"""The comparison's command line; see README.md.

    python3 Benchmarks/Peers [all]          set up, prepare, index, measure, check, report
    python3 Benchmarks/Peers setup          install the peers
    python3 Benchmarks/Peers index          normalise the corpus, choose queries, build indexes
    python3 Benchmarks/Peers run            measure
    python3 Benchmarks/Peers check          Lede against itself: one rank digest
    python3 Benchmarks/Peers report         write Benchmarks/Results again from what was measured
"""

import argparse
import json
import os
import pathlib
import sys
import time

import building
import chart
import checking
import corpus
import installing
import machine
import measuring
import queries
import report
import results
import sampling
import starting
import variants
from settings import B, COMMANDS, HERE, K1, LEDE, RESULTS, Work

STEPS = ("setup", "index", "run", "check", "report")
CHART_TITLE = "Mean time of Lede over the best exact peer"


def options():
    parser = argparse.ArgumentParser(
        prog="Benchmarks/Peers", description="Compares Lede with other engines.")
    parser.add_argument("step", nargs="?", default="all", choices=("all", *STEPS))
    parser.add_argument("--work", default=HERE / ".work", help="folder of everything built")
    parser.add_argument("--corpus", help="JSON Lines with text or body, and perhaps title")
    parser.add_argument("--limit", type=int, help="only so many documents of the corpus")
    parser.add_argument("--queries", help="tagged queries, as of the search benchmark game")
    parser.add_argument("--log", help="plain queries of a query log")
    parser.add_argument("--log-every", type=int, default=1, metavar="N",
                        help="only every N-th query of the log, for a shorter run")
    parser.add_argument("--lede", type=pathlib.Path, default=LEDE, help="the command to measure")
    parser.add_argument("--variants", nargs="*", default=[], help="some of the variants only")
    parser.add_argument("--engines", nargs="*", default=[], help="some of the engines only")
    parser.add_argument("--again", nargs="*", default=[], help="engines to index afresh")
    parser.add_argument("--cpu", type=int, default=(os.cpu_count() or 1) - 1,
                        help="processor to measure on")
    parser.add_argument("--turns", type=float, default=1, help="factor on the number of turns")
    parser.add_argument("--allow-differences", action="store_true",
                        help="measure although engines count differently")
    parser.add_argument("--results", type=pathlib.Path, default=RESULTS)
    return parser.parse_args()


def main():
    chosen = options()
    work = Work(chosen.work)
    steps = STEPS if chosen.step == "all" else (chosen.step,)
    for step in steps:
        try:
            {"setup": set_up, "index": index, "run": run, "check": check, "report": write}[step](
                work, chosen)
        except (machine.ProcessFailure, measuring.Disagreement) as failure:
            sys.exit(f"{step}: {failure}")


def set_up(work, _):
    installing.install(work)


def index(work, chosen):
    """Prepares corpora and queries where they are missing, then builds what is missing."""
    facts = work.corpora / "facts.json"
    if not facts.exists():
        statistics = corpus.prepare(work, chosen.corpus, chosen.limit)
        listed = sampling.all_queries(statistics, chosen.queries, chosen.log)
        queries.write(work.queries, listed)
        facts.write_text(json.dumps({
            "documents": statistics.documents, "tokens": statistics.tokens,
            "terms": len(statistics.frequency),
            "bytes": machine.bytes_of(work.corpus("natural")),
            "source": str(chosen.corpus or "passages of the shared Wikipedia pages")}))
    building.build_all(
        work, chosen.lede, variants.named(chosen.variants, chosen.engines), again=chosen.again)


def run(work, chosen):
    """Measures each variant, then openings, searches and threads."""
    started = time.monotonic()
    listed = queries.every(queries.read(work.queries), chosen.log_every)
    for variant in variants.named(chosen.variants, chosen.engines):
        record = measuring.measure(
            work, chosen.lede, variant, listed, chosen.cpu, chosen.allow_differences, chosen.turns)
        record["command"] = command_line(chosen)
        measuring.save(work, variant.name, record)
    if not chosen.variants:
        natural = variants.named(["natural"], chosen.engines)[0].columns
        measuring.save(work, "others", {
            "openings": starting.openings(work, chosen.lede, listed, natural, chosen.cpu),
            "searches": starting.searches(work, chosen.lede, listed, natural[0]),
            "rates": starting.rates(work, chosen.lede, listed, natural)})
    measuring.say(f"took {(time.monotonic() - started) / 60:.1f} minutes")


def command_line(chosen):
    """The command that measures as this one does, short of where things are."""
    words = ["Benchmarks/Peers/run"]
    words += ["--turns", f"{chosen.turns:g}"] if chosen.turns != 1 else []
    words += ["--log-every", str(chosen.log_every)] if chosen.log_every != 1 else []
    return "make peers" if len(words) == 1 else " ".join(words)


def check(work, chosen):
    """Fails when there is a difference or more than one digest."""
    listed = queries.every(queries.read(work.queries), chosen.log_every)
    rows = checking.check(work, chosen.lede, listed, "natural")
    measuring.save(work, "check", rows)
    if not checking.passed(rows):
        raise machine.ProcessFailure("the rankings differ")


def index_rows(work):
    """What each index cost, in the order of the variants."""
    rows, seen = [], set()
    for variant in variants.all_variants():
        for column in variant.columns:
            index_folder = column.index(work)
            cost = building.read_note(index_folder)
            if index_folder in seen or cost is None:
                continue
            seen.add(index_folder)
            order = f", {column.order}" if column.order else ""
            rows.append({"engine": column.index_owner, "corpus": column.corpus + order,
                         "segments": column.segments, **cost})
    return rows


def write(work, chosen):
    """Writes the report as Markdown, JSON and SVG."""
    listed = queries.every(queries.read(work.queries), chosen.log_every)
    records = [measuring.load(work, variant.name) for variant in variants.all_variants()]
    counts = {}
    for query in listed:
        counts[query.group] = counts.get(query.group, 0) + 1
    facts = {
        "made": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "k1": K1, "b": B, "machine": machine.describe(),
        "versions": building.versions(work, chosen.lede),
        "corpus": json.loads((work.corpora / "facts.json").read_text()), "queries": counts,
        "indexes": index_rows(work), "check": measuring.load(work, "check"),
        **(measuring.load(work, "others") or {})}
    document = results.document(facts, [record for record in records if record], listed)
    chosen.results.mkdir(parents=True, exist_ok=True)
    (chosen.results / "peers.json").write_text(json.dumps(document, indent=1) + "\n")
    (chosen.results / "peers.md").write_text(report.render(document, "peers.svg"))
    drawn = document["variants"].get("natural")
    if drawn:
        panels = [(command, chart.rows_of(drawn["classes"], command)) for command in COMMANDS]
        note = "natural order, one segment; 1 is the best peer's time, green is the target"
        (chosen.results / "peers.svg").write_text(
            chart.chart(CHART_TITLE, note, [each for each in panels if each[1]]))
    print(f"report: {chosen.results / 'peers.md'}", file=sys.stderr)


if __name__ == "__main__":
    main()
