"""The columns of the comparison: which engine on which index of which corpus.

A variant is a corpus and a number of segments; engines of one variant take turns.
"""

import dataclasses

import engines
from engines import lede, lucene
from settings import SEGMENTS

# Lede's documents brought into an order by `lede optimize --reorder`.
REORDERED = "reordered"


@dataclasses.dataclass(frozen=True)
class Column:
    """One engine on one index, as it appears in the report."""

    label: str
    engine: type
    corpus: str
    segments: int = 1
    # Which of several alike: JVM forks, or the second measurement that shows the noise.
    copy: int = 0
    order: str = ""

    @property
    def index_owner(self):
        return self.engine.shares or self.engine.name

    def index(self, work):
        corpus = f"{self.corpus}-{self.order}" if self.order else self.corpus
        return work.index(self.index_owner, corpus, self.segments)


@dataclasses.dataclass(frozen=True)
class Variant:
    """Columns that are measured together, and which classes and how often."""

    name: str
    title: str
    corpus: str
    columns: tuple
    turns: int
    # The query log is long: fewer turns, and not in every variant.
    log_turns: int
    commands: tuple


def lede_columns(corpus, segments=1, twice=False):
    yield Column("lede", lede.Lede, corpus, segments)
    if twice:
        yield Column("lede again", lede.Lede, corpus, segments, copy=1)
    if segments == 1:
        yield Column("lede reordered", lede.Lede, corpus, segments, order=REORDERED)


def lucene_columns(corpus, forks, segments=1):
    for fork in range(forks):
        yield Column("lucene", lucene.Lucene, corpus, segments, copy=fork)


def driven_columns(corpus, names):
    for name in names:
        yield Column(name, engines.DRIVEN[name], corpus)


FAST = ("tantivy", "pisa_bmm", "pisa_bmw", "pisa_ms")
SLOW = ("sqlite", "xapian", "bm25s")
ALL = ("TOP_10", "TOP_100", "COUNT", "TOP_10_COUNT")
TOP = ("TOP_10", "TOP_100")


def all_variants():
    """Everything that a full run measures."""
    forks = lucene.Lucene.forks
    natural = (*lede_columns("natural", twice=True), *lucene_columns("natural", forks),
               *driven_columns("natural", FAST + SLOW))
    shuffled = (*lede_columns("shuffled"), *lucene_columns("shuffled", 2),
                *driven_columns("shuffled", FAST))
    segmented = (*lede_columns("natural", SEGMENTS), *lucene_columns("natural", 2, SEGMENTS))
    smaller = (*lede_columns("smaller"), *lucene_columns("smaller", 2),
               *driven_columns("smaller", FAST))
    return (
        Variant("natural", "natural order, one segment", "natural", natural, 3, 2, ALL),
        Variant("shuffled", "shuffled, one segment", "shuffled", shuffled, 2, 2, ALL),
        Variant("segments", f"natural order, {SEGMENTS} segments", "natural", segmented, 2, 2, ALL),
        Variant("smaller", "every tenth document", "smaller", smaller, 2, 2, TOP))


def named(names, engine_names=()):
    """The variants of a list of names, with the columns of some engines; all without lists."""
    chosen = [variant for variant in all_variants() if not names or variant.name in names]
    if not engine_names:
        return chosen
    return [
        dataclasses.replace(variant, columns=tuple(
            column for column in variant.columns if column.engine.name in engine_names))
        for variant in chosen]
