"""Sections of the report that set an engine against itself: orders, segments, sizes."""

from results import FLOOR
from tables import ratio, table, title


def folded(headings, rows):
    """A long table that opens on demand."""
    return f"<details><summary>by class</summary>\n\n{table(headings, rows, 2)}\n\n</details>"


def means(variant, klass, command, label):
    """The mean of one engine's class; None where it was not measured."""
    result = variant["classes"].get(klass, {}).get(command, {"engines": {}})
    return result["engines"].get(label, {}).get("mean")


def over(numerator, denominator):
    return ratio(numerator / denominator if numerator and denominator else None)


def each_class(variant):
    """(class, command) pairs, floors left out."""
    for klass, by_command in variant["classes"].items():
        if klass != FLOOR:
            for command in by_command:
                yield klass, command


def orders(document):
    """What the order of documents does: shuffled over natural, and reordered over either."""
    natural, shuffled = (document["variants"].get(name) for name in ("natural", "shuffled"))
    if not natural or not shuffled:
        return ""
    labels = [label for label in shuffled["segments"] if label in natural["segments"]]
    reordered = "lede reordered" in labels
    rows = []
    for klass, command in each_class(shuffled):
        row = [klass, command]
        row += (over(means(shuffled, klass, command, label), means(natural, klass, command, label))
                for label in labels)
        if reordered:
            row += (over(means(variant, klass, command, "lede reordered"),
                         means(variant, klass, command, "lede"))
                    for variant in (natural, shuffled))
        rows.append(row)
    headings = ["class", "command", *map(title, labels)]
    if reordered:
        headings += ["reordered / natural", "reordered / shuffled"]
    return "\n\n".join((
        "## Order of documents",
        "Mean on the shuffled corpus over the mean on the natural one, each engine to itself. The "
        "last columns, where given, are Lede's reordered index over its plain one.",
        folded(headings, rows)))


def segments(document):
    """What several segments cost: means over those with one."""
    natural, several = (document["variants"].get(name) for name in ("natural", "segments"))
    if not natural or not several:
        return ""
    labels = [label for label in several["segments"] if label in natural["segments"]]
    rows = [
        (klass, command, *(
            over(means(several, klass, command, label), means(natural, klass, command, label))
            for label in labels))
        for klass, command in each_class(several)]
    count = several["segments"].get("lede", "Several")
    return "\n\n".join((
        f"## {count} segments over one", "Ratio of means, each engine to itself.",
        folded(("class", "command", *map(title, labels)), rows)))


def growth(document):
    """How the mean grows from a tenth of the corpus to the whole."""
    if not document.get("growth"):
        return ""
    labels = list(dict.fromkeys(
        label for by_command in document["growth"].values() for ratios in by_command.values()
        for label in ratios))
    rows = [
        (klass, command, *(ratio(ratios.get(label)) for label in labels))
        for klass, by_command in document["growth"].items() if klass != FLOOR
        for command, ratios in by_command.items()]
    return "\n\n".join((
        "## Ten times the documents", "Mean on the whole corpus over the mean on every tenth "
        "document, each engine to itself: 1 is no growth, 10 is linear.",
        table(("class", "command", *map(title, labels)), rows, 2)))
