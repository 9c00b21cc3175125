"""The report's first section: what was aimed at, and what came of it."""

from results import TARGETS, kind_of
from tables import mark, ratio, table, title

# Beside the ratios of latency, which results.py holds.
BYTES_OF_LUCENE = 0.85
OPEN_AND_FIRST_MS = 5
SEARCH_MS = 15
TWO_THREADS = 1.9


def targets(document):
    """Latency by kind of query and command, then everything else."""
    parts = ["## Targets", NOTE]
    for variant in document["variants"].values():
        labels = [label for label in ("lede", "lede reordered") if label in variant["segments"]]
        rows = [row for label in labels for row in latency_rows(variant, label)]
        if rows:
            parts += [f"### {variant['title'].capitalize()}", table(HEADINGS, rows, 3)]
    rows = other_rows(document)
    if rows:
        parts += ["### Beside latency",
                  table(("what", "measured", "target", "met"), rows)]
    return "\n\n".join(parts)


NOTE = """Ratio of Lede's mean to the best exact peer's in each class of a kind, least to greatest,
and so for p99; a target is met when every class meets it. Classes one by one are in the next
section."""

HEADINGS = (
    "queries", "command", "Lede", "ratios of means", "target", "p99 ratios", "target", "met")


def latency_rows(variant, label):
    for (kind, command), (mean_target, p99_target) in TARGETS.items():
        verdicts = [
            by_command[command]["verdicts"][label]
            for klass, by_command in variant["classes"].items()
            if kind_of(klass) == kind and " " not in klass
            and by_command.get(command, {}).get("verdicts", {}).get(label)]
        if verdicts:
            yield (
                kind, command, "reordered" if label != "lede" else "plain",
                spread(verdict["ratio"] for verdict in verdicts), f"{mean_target:g}",
                spread(verdict["p99_ratio"] for verdict in verdicts),
                "–" if p99_target is None else f"{p99_target:g}",
                mark(all(verdict["met"] for verdict in verdicts)))


def spread(ratios):
    return ", ".join(ratio(value) for value in sorted(ratios))


def other_rows(document):
    """Rows of what is no ratio of latencies."""
    rows = [*bytes_rows(document["indexes"])]
    for label in ("lede", "lede reordered"):
        opened = document.get("openings", {}).get(label)
        if opened and opened["open_ns"]:
            both = (opened["open_ns"] + opened["first_ns"]) / 1e6
            rows.append((f"{title(label)}: opening and first query, cold", f"{both:.2f} ms",
                         f"{OPEN_AND_FIRST_MS} ms", mark(both <= OPEN_AND_FIRST_MS)))
    if document.get("searches"):
        wall = document["searches"]["p50"] * 1000
        rows.append(("`lede search`, start to end", f"{wall:.1f} ms", f"{SEARCH_MS} ms",
                     mark(wall <= SEARCH_MS)))
    rows += thread_rows(document.get("rates", {}).get("lede", {}))
    rows += count_rows(document["variants"])
    if document.get("check"):
        digests = len({row["digest"] for row in document["check"]})
        differences = sum(row["differences"] for row in document["check"])
        rows.append((f"rankings alike in {len(document['check'])} settings",
                     f"{digests} digest, {differences} differences", "1 and 0",
                     mark(digests == 1 and not differences)))
    return rows


def bytes_rows(indexes):
    """Index sizes over Lucene's of the same corpus and segments."""
    lucene = {
        (each["corpus"], each["segments"]): each["bytes"] for each in indexes
        if each["engine"] == "lucene"}
    for each in indexes:
        # A reordered index is named after its corpus: "natural, reordered".
        other = lucene.get((each["corpus"].split(",")[0], each["segments"]))
        if each["engine"] == "lede" and other:
            share = each["bytes"] / other
            yield (f"bytes of the index over Lucene's: {each['corpus']}, "
                   f"{each['segments']} segment{'s' if each['segments'] > 1 else ''}",
                   ratio(share), f"{BYTES_OF_LUCENE:g}", mark(share <= BYTES_OF_LUCENE))


def thread_rows(groups):
    ratios = [each["2"] / each["1"] for each in groups.values() if each.get("1") and each.get("2")]
    if ratios:
        yield ("throughput of two threads over one, by class", spread(ratios), f"{TWO_THREADS:g}",
               mark(min(ratios) >= TWO_THREADS))


def count_rows(variants):
    for variant in variants.values():
        found = variant["agreement"].get("lede")
        if found and found["counted"]:
            yield (f"counts equal to Lucene's: {variant['title']}",
                   f"{found['equal']:,} of {found['counted']:,}", "all",
                   mark(found["equal"] == found["counted"]))
