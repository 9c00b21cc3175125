"""Renders the results document as Markdown."""

import comparisons
import engines
import targets
from engines import lucene
from results import FLOOR, OURS
from tables import (
    mark, megabytes, microseconds, milliseconds, ratio, table, title)

def render(document, chart_name):
    """The report, section by section."""
    sections = [
        heading(document, chart_name), targets.targets(document), verdicts(document),
        indexing(document), openings(document)]
    for name, variant in document["variants"].items():
        sections.append(latencies(name, variant))
    sections += [
        comparisons.orders(document), comparisons.segments(document),
        comparisons.growth(document), rates(document), agreement(document), check(document),
        notes(document)]
    return "\n\n".join(section for section in sections if section) + "\n"


def made_by(document):
    """The commands, and which variants each measured where there are several."""
    titles = {}
    for variant in document["variants"].values():
        titles.setdefault(variant["command"], []).append(variant["title"])
    if len(titles) == 1:
        return f"`{next(iter(titles))}`"
    return ", ".join(
        f"`{command}` ({'; '.join(measured)})" for command, measured in titles.items())


def heading(document, chart_name):
    machine, corpus = document["machine"], document["corpus"]
    loads = [each["load"] for variant in document["variants"].values()
             for each in variant["loads"]]
    load = f"{min(loads):.1f} to {max(loads):.1f}" if loads else "unknown"
    versions = ", ".join(f"{name} {value}" for name, value in document["versions"].items())
    counted = ", ".join(f"{name} {count:,}" for name, count in document["queries"].items())
    return f"""# Lede and other engines

Made by {made_by(document)} on {document["made"]}. Every engine gets the same tokens and
the same queries, one thread on one processor, engines taking turns; BM25 with k1 {document["k1"]},
b {document["b"]}; nothing cached but pages. Times in microseconds, per query the best round,
unless said otherwise.

- Corpus: {corpus["documents"]:,} documents, {corpus["tokens"]:,} tokens, {corpus["terms"]:,} terms,
  {megabytes(corpus["bytes"])} MB of normalised text.
- Machine: {machine["processor"]}, {machine["processors"]} processors, {machine["vectors"]}; load
  average {load} while measuring (1 is this run itself).
- Versions: {versions}.
- Queries: {counted}.

![Mean time of Lede over the best exact peer]({chart_name})"""


def verdicts(document):
    """Ratios to the best exact peer, with the targets."""
    parts = ["## Against the best exact peer", VERDICT_NOTE]
    for name, variant in document["variants"].items():
        rows = []
        for klass, by_command in variant["classes"].items():
            if klass == FLOOR:
                continue
            for command, result in by_command.items():
                for label, verdict in result["verdicts"].items():
                    if label != "lede again" and verdict:
                        rows.append(verdict_row(klass, command, label, verdict))
        if rows:
            parts += [f"### {variant['title'].capitalize()}, class by class",
                      f"<details><summary>{len(rows)} rows</summary>\n\n"
                      f"{table(VERDICT_HEADINGS, rows, 3)}\n\n</details>"]
    return "\n\n".join(parts)


VERDICT_NOTE = """Ratio of means: Lede's mean over the lowest mean of a peer that ran every query of
the class exactly (engines that ran a sample are left out). "Less floors" subtracts from each engine
what a query of absent terms costs it. p99 is compared with the lowest p99 of any peer."""

VERDICT_HEADINGS = (
    "class", "command", "Lede", "mean", "best peer", "its mean", "ratio", "less floors",
    "geometric mean", "p99 ratio", "target (p99)", "met")


def verdict_row(klass, command, label, verdict):
    target = "–"
    if verdict["target"] is not None:
        target = f"{verdict['target']:g}"
        if verdict["p99_target"] is not None:
            target += f" ({verdict['p99_target']:g})"
    return (
        klass, command, "reordered" if label.endswith("reordered") else "plain",
        microseconds(verdict["mean"]), title(verdict["peer"]), microseconds(verdict["peer_mean"]),
        f"**{ratio(verdict['ratio'])}**", ratio(verdict["ratio_without_floors"]),
        ratio(verdict["geometric_ratio"]), ratio(verdict["p99_ratio"]), target,
        mark(verdict["met"]))


def indexing(document):
    rows = [
        (f'{title(each["engine"])}', each["corpus"], each["segments"], f'{each["wall_s"]:.1f}',
         f'{each["cpu_s"]:.1f}', megabytes(each["bytes"]), megabytes(each["peak_bytes"]),
         f'{each["load"]:.1f}')
        for each in document["indexes"]]
    headings = ("engine", "corpus", "segments", "wall s", "CPU s", "MB", "peak memory MB", "load")
    return "\n\n".join((
        "## Indexing",
        "Peers split tokens at spaces; Lede also reads JSON and finds words by Unicode's rules. "
        "MB is all that answering needs. PISA's and bm25s' indexes have no positions. Peak memory "
        "is the whole process, mapped files included. The time of a reordered index is that of "
        "`lede optimize` alone.", table(headings, rows, 2)))


def openings(document):
    if not document.get("openings"):
        return ""
    rows = [
        (title(label), milliseconds(each["open_ns"]) if each["open_ns"] else "–",
         milliseconds(each["first_ns"]) if each["first_ns"] else "–",
         milliseconds(each["open_ns"] + each["first_ns"]) if each["first_ns"] else "–",
         f'{each["process_s"] * 1000:.0f}')
        for label, each in document["openings"].items()]
    text = ["## Opening and first query",
            "A new process, the files in the page cache; medians over queries of five classes, in "
            "milliseconds. Opening is timed after the engine's libraries are loaded; the last "
            "column is the whole process.",
            table(("engine", "open", "first query", "both", "process"), rows)]
    if document.get("searches"):
        walls = document["searches"]
        text.append(f"`lede search`, start to end: median {walls['p50'] * 1000:.1f} ms, p90 "
                    f"{walls['p90'] * 1000:.1f} ms over {walls['runs']} runs.")
    return "\n\n".join(text)


def latencies(name, variant):
    """For each command: class by class, engine by engine."""
    parts = [f"## Latency: {variant['title']}"]
    if name == "natural":
        parts.append(LATENCY_NOTE)
    commands = dict.fromkeys(
        command for by_command in variant["classes"].values() for command in by_command)
    for command in commands:
        rows = []
        for klass, by_command in variant["classes"].items():
            for label, row in by_command.get(command, {"engines": {}})["engines"].items():
                rows.append((
                    klass, title(label), row["queries"],
                    *(microseconds(row[key]) for key in ("mean", "p50", "p90", "p99")),
                    microseconds(row["mean_of_medians"]), ratio(row.get("mean_ratio")),
                    ratio(row.get("geometric_ratio"))))
        parts.append(
            f"<details><summary>{command}</summary>\n\n{table(LATENCY_HEADINGS, rows, 2)}\n\n"
            "</details>")
    parts.append(spread(variant))
    return "\n\n".join(part for part in parts if part)


LATENCY_NOTE = """Ratios are to Lede over the queries that both ran: of means, and the geometric
mean of the queries' own. "Lede, again" is a second measurement of the same index in the same run:
what it differs by is noise. Class `absent` is the floor: terms that no document has."""

LATENCY_HEADINGS = (
    "class", "engine", "queries", "mean", "p50", "p90", "p99", "mean of medians", "mean / Lede",
    "geometric / Lede")


def spread(variant):
    """How far the forks of Lucene lie apart, and two measurements of Lede."""
    found = [result for by_command in variant["classes"].values() for result in by_command.values()]
    name = lucene.Lucene.name
    forks = [result["spread"][name] for result in found if name in result["spread"]]
    again = [result["engines"]["lede again"]["mean_ratio"] for result in found
             if "lede again" in result["engines"]]
    lines = []
    if again:
        lines.append(f"Noise: the means of Lede measured again over those measured first, by class "
                     f"and command: {min(again):.2f} to {max(again):.2f}.")
    if forks:
        lines.append(f"Lucene's slowest fork over its fastest, by class and command: "
                     f"{min(forks):.2f} to {max(forks):.2f}.")
    return " ".join(lines)


def rates(document):
    if not document.get("rates"):
        return ""
    rows = []
    for label, groups in document["rates"].items():
        for group, by_threads in groups.items():
            one, two = by_threads.get("1"), by_threads.get("2")
            if one:
                rows.append((title(label), group, f"{one:,.0f}", f"{two:,.0f}" if two else "–",
                             ratio(two / one) if two else "–"))
    return "\n\n".join((
        "## Threads", "TOP_10 queries a second by threads that share one searcher, on as many "
        "processors.", table(("engine", "class", "1 thread", "2 threads", "ratio"), rows, 2)))


def agreement(document):
    """Counts and the ten best, against Lucene's."""
    rows, lines = [], []
    for variant in document["variants"].values():
        for label, each in variant["agreement"].items():
            counted = f'{each["equal"]:,} of {each["counted"]:,}' if each["counted"] else "–"
            overlaps = (each["overlap"].get(kind) for kind in KINDS)
            rows.append((variant["title"], title(label), counted,
                         *("–" if share is None else f"{share:.3f}" for share in overlaps)))
        lines += [f"- {line}" for line in variant["differences"][:20]]
    return "\n\n".join((
        "## Agreement with Lucene", AGREEMENT_NOTE,
        table(("variant", "engine", "equal counts", *KINDS), rows, 2), *lines))


KINDS = ("term", "union", "intersection", "phrase", "mixed")

AGREEMENT_NOTE = """Counts of every query, and the share of Lucene's ten best that an engine has
among its own. Lucene rounds document lengths to a byte and breaks ties by its own order, Lede keeps
exact lengths, so equal formulas still order near ties differently."""


def check(document):
    if not document.get("check"):
        return ""
    rows = [
        (each["index"], each["kernels"], each["threads"], f'`{each["digest"]}`',
         f'{each["answers"]:,}', each["differences"])
        for each in document["check"]]
    return "\n\n".join((
        "## Lede against itself", "`lede bench --check` compares every answer with the exhaustive "
        "path: of all queries at the processor's own kernel level, at the others of a tenth of the "
        "query log; several threads compare their digests. The digest covers keys and score bits "
        "of the hundred best of all queries.",
        table(("index", "kernels", "threads", "digest", "answers checked", "differences"), rows,
              2)))


def notes(document):
    """What stands beside an engine's rows."""
    used = dict.fromkeys(
        label for variant in document["variants"].values()
        for by_command in variant["classes"].values() for result in by_command.values()
        for label in result["engines"] if label not in OURS)
    known = {lucene.Lucene.name: lucene.Lucene, **engines.DRIVEN}
    lines = [f"- **{known[label].title}**: {known[label].note}"
             for label in used if label in known and known[label].note]
    return "\n".join(("## Notes on the engines", "", *lines))
