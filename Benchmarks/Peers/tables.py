"""Markdown tables, and the names and numbers in them."""

import engines
from engines import lede, lucene

TITLES = {
    "lede": lede.Lede.title, "lede again": "Lede, again", "lede reordered": "Lede, reordered",
    lucene.Lucene.name: lucene.Lucene.title,
    **{name: engine.title for name, engine in engines.DRIVEN.items()}}


def title(label):
    return TITLES.get(label, label)


def table(headings, rows, left=1):
    """A Markdown table; the first `left` columns are aligned left, the others right."""
    marks = ["---"] * left + ["--:"] * (len(headings) - left)
    lines = [headings, marks, *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def microseconds(nanoseconds):
    """Three digits, or all before the point."""
    value = nanoseconds / 1000
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def milliseconds(nanoseconds):
    return f"{nanoseconds / 1e6:.2f}"


def megabytes(count):
    return f"{count / 1e6:,.1f}"


def ratio(value):
    if value is None:
        return "–"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def mark(reached):
    """For a target: met, missed, or none set."""
    return "" if reached is None else "✓" if reached else "✗"
