"""Queries in a notation that every engine's driver reads.

A query is a list of clauses separated by spaces. A clause is a term, or a phrase whose terms are
joined by full stops, after `+` when it must match and `-` when it must not:

    steel workers            either
    +steel +workers          both
    steel.workers            one after the other
    +steel.workers -strike   the phrase without the word
"""

import dataclasses
import re

from corpus import normalise


@dataclasses.dataclass(frozen=True)
class Clause:
    """Terms that occur one after the other, and whether they may (""), must or must not."""

    sign: str
    terms: tuple


@dataclasses.dataclass(frozen=True)
class Query:
    """One query of one class; `tags` are the narrower classes that it also counts for."""

    name: str
    group: str
    clauses: tuple
    tags: tuple = ()

    @property
    def kind(self):
        """term, phrase, union, intersection, or mixed for anything else."""
        if len(self.clauses) == 1:
            return "term" if len(self.clauses[0].terms) == 1 else "phrase"
        single = all(len(clause.terms) == 1 for clause in self.clauses)
        signs = {clause.sign for clause in self.clauses}
        if single and signs == {""}:
            return "union"
        return "intersection" if single and signs == {"+"} else "mixed"

    @property
    def terms(self):
        """All terms, repeated ones as often as they occur."""
        return [term for clause in self.clauses for term in clause.terms]

    @property
    def notation(self):
        return " ".join(clause.sign + ".".join(clause.terms) for clause in self.clauses)

    @property
    def lede(self):
        """The query in the syntax of `lede search`."""
        words = ((clause, " ".join(clause.terms)) for clause in self.clauses)
        return " ".join(
            clause.sign + (f'"{text}"' if len(clause.terms) > 1 else text)
            for clause, text in words)

    @property
    def line(self):
        return "\t".join((self.group, self.name, self.notation, " ".join(self.tags)))


def make(name, group, clauses, tags=()):
    """A query; the sign of a single clause says nothing and is dropped."""
    clauses = tuple(clauses)
    if len(clauses) == 1:
        clauses = (Clause("", clauses[0].terms),)
    return Query(name, group, clauses, tuple(tags))


def union(name, group, terms, tags=()):
    return make(name, group, (Clause("", (term,)) for term in terms), tags)


def intersection(name, group, terms, tags=()):
    return make(name, group, (Clause("+", (term,)) for term in terms), tags)


def phrase(name, group, terms, tags=()):
    return make(name, group, [Clause("", tuple(terms))], tags)


CLAUSE = re.compile(r'([+-]?)(?:"([^"]*)"|(\S+))')


def tagged(name, text):
    """Reads the syntax of tagged query files: bare words, +words, -words and "phrases".

    Returns None when nothing is left after normalisation. The class follows from the shape; single
    terms join the sampled ones.
    """
    clauses = []
    for sign, quoted, word in CLAUSE.findall(text):
        terms = normalise(quoted or word)
        if quoted and terms:
            clauses.append(Clause(sign, tuple(terms)))
        else:
            clauses += (Clause(sign, (term,)) for term in terms)
    if not any(clause.sign != "-" for clause in clauses):
        return None
    query = make(name, "", clauses)
    group = "term" if query.kind == "term" else f"game_{query.kind}"
    return dataclasses.replace(query, group=group)


def parse(line):
    """Reads a line that `Query.line` wrote."""
    group, name, notation, tags = line.rstrip("\n").split("\t")
    clauses = []
    for text in notation.split(" "):
        sign = text[0] if text[0] in "+-" else ""
        clauses.append(Clause(sign, tuple(text[len(sign):].split("."))))
    return Query(name, group, tuple(clauses), tuple(tags.split()))


def read(path):
    with open(path, encoding="ascii") as lines:
        return [parse(line) for line in lines]


def write(path, queries):
    with open(path, "w", encoding="ascii") as out:
        out.writelines(query.line + "\n" for query in queries)


def every(listed, step):
    """The queries, with only every `step`-th of each class of a log: those named log_…."""
    seen = {}
    kept = []
    for query in listed:
        if query.group.startswith("log_"):
            seen[query.group] = seen.get(query.group, 0) + 1
            if seen[query.group] % step:
                continue
        kept.append(query)
    return kept
