"""From a query text to clauses, and from clauses to ranked documents: contract 4, 5, 8, 12."""

import math
from collections import defaultdict
from dataclasses import dataclass

import numpy

from . import analysis, normalization
from .index import TEXT, TITLE

CLASS, SURFACE, PHRASE = 0, 1, 2


class QueryError(Exception):
    """A query that no clause can be made of."""


@dataclass(frozen=True)
class Clause:
    """What scores: its kind, field and term bytes are its place in the canonical order."""

    kind: int
    field: str
    term: bytes
    boost: float
    parts: tuple  # by kind: classes; (surface, token kind); ((surface, token kind, offset), …)

    @property
    def order(self):
        return self.kind, self.field.encode(), self.term


@dataclass(frozen=True)
class Parameters:
    k1: float = 1.2
    b: float = 0.75
    title_weight: float = 0.2
    ignores_stop_words: bool = True


# --- Text to syntax. ---


def parse(text):
    """[(sign, field or None, is quoted, text), …]; a sign is "+", "-" or ""."""
    clauses = []
    at = 0
    while True:
        while at < len(text) and text[at].isspace():
            at += 1
        if at == len(text):
            return clauses
        sign, field = "", None
        if text[at] in "+-" and at + 1 < len(text) and not text[at + 1].isspace():
            sign, at = text[at], at + 1
        for name in (TEXT, TITLE):
            if text.startswith(name + ":", at):
                field, at = name, at + len(name) + 1
                break
        if text.startswith('"', at):
            end = text.find('"', at + 1)
            if end < 0:
                raise QueryError("a quote is never closed")
            clauses.append((sign, field, True, text[at + 1 : end]))
            at = end + 1
        else:
            end = at
            while end < len(text) and not text[end].isspace() and text[end] != '"':
                end += 1
            clauses.append((sign, field, False, text[at:end]))
            at = end


def any_word(text):
    """The clauses of a topic, in which nothing is syntax."""
    return [("", None, False, word) for word in text.split()]


# --- Syntax to clauses. ---


class Binder:
    """Makes the clauses of a query for one index."""

    def __init__(self, index, parameters):
        self.index = index
        self.parameters = parameters

    def bare(self, text, field):
        """One list of clauses per unit of meaning: the first is what must match."""
        if field is not None:
            weighted = [(field, 1.0)]
        else:
            weighted = [(TEXT, 1.0), (TITLE, self.parameters.title_weight)]
        return [
            [self.bare_clause(group, name, boost) for name, boost in weighted]
            for group in grouped(analysis.analyze(text)[0])
        ]

    def bare_clause(self, group, field, boost):
        if group[0].kind == analysis.WORD:
            classes = self.index.word_classes(group[0].surface)
            term = b"\0".join(name.encode() for name in classes)
            return Clause(CLASS, field, term, boost, tuple(classes))
        terms = phrase_terms(group)
        if len(terms) == 1:
            surface, kind, _ = terms[0]
            return Clause(SURFACE, field, surface.encode(), boost, (surface, kind))
        return phrase_clause(terms, field, boost)

    def quoted(self, text, field):
        """The one clause of a quoted text; None when it holds no token."""
        field = field or TEXT
        terms = phrase_terms(analysis.analyze(text)[0])
        if not terms:
            return None
        if len(terms) == 1:
            surface, kind, _ = terms[0]
            return Clause(SURFACE, field, key(surface, kind), 1.0, (surface, kind))
        return phrase_clause(terms, field, 1.0)


def key(surface, kind):
    return (normalization.fold(surface) if kind == analysis.WORD else surface).encode()


def phrase_clause(terms, field, boost):
    term = b" ".join(key(surface, kind) for surface, kind, _ in terms)
    return Clause(PHRASE, field, term, boost, tuple(terms))


def grouped(tokens):
    """Words alone, the tokens of one script run together."""
    groups = []
    for token in tokens:
        if token.run is not None and groups and groups[-1][0].run == token.run:
            groups[-1].append(token)
        else:
            groups.append([token])
    return groups


def phrase_terms(tokens):
    """(surface, kind, offset) of each token; of a run of two or more units, its bigrams alone."""
    terms = []
    for group in grouped(tokens):
        kept = [token for token in group if token.kind == analysis.BIGRAM] or group
        terms.extend((token.surface, token.kind, token.position) for token in kept)
    first = terms[0][2] if terms else 0
    return [(surface, kind, position - first) for surface, kind, position in terms]


def without_stop_words(parsed, stop_words):
    """Drops unsigned bare words of stop words alone, unless nothing positive would be left."""

    def drops(sign, field, is_quoted, text):
        if sign or field or is_quoted:
            return False
        tokens = analysis.analyze(text)[0]
        return bool(tokens) and all(
            token.kind == analysis.WORD and token.surface in stop_words for token in tokens
        )

    kept = [clause for clause in parsed if not drops(*clause)]
    remains = any(sign != "-" and analysis.analyze(text)[0] for sign, _, _, text in kept)
    return kept if remains else parsed


# --- Clauses to frequencies and weights. ---


def idf(index, document_frequency):
    """w of one term."""
    if document_frequency == 0:
        return numpy.float32(0)
    absent = index.count - document_frequency
    return numpy.float32(math.log(1 + (absent + 0.5) / (document_frequency + 0.5)))


def frequencies_and_weight(index, clause):
    """Document to frequency of a clause, and its w."""
    if clause.kind == PHRASE:
        return phrase_frequencies(index, clause)
    if clause.kind == SURFACE:
        surface, kind = clause.parts
        found = [
            {document: len(positions) for document, positions in postings.items()}
            for postings in index.surface_postings(clause.field, surface, kind)
        ]
    else:
        found = [index.class_frequencies(clause.field, name) for name in clause.parts]
    total = defaultdict(int)
    for frequencies in found:
        for document, frequency in frequencies.items():
            total[document] += frequency
    return total, idf(index, max(map(len, found), default=0))


def phrase_frequencies(index, clause):
    weight = 0.0  # summed as scores are: in double, rounded once
    starts = None  # document -> set of positions at which the phrase so far begins
    for surface, kind, offset in clause.parts:
        forms = index.surface_postings(clause.field, surface, kind)
        weight += float(idf(index, max(map(len, forms), default=0)))
        here = defaultdict(set)
        for postings in forms:
            for document, positions in postings.items():
                here[document].update(position - offset for position in positions)
        if starts is None:
            starts = here
        else:
            starts = {d: starts[d] & here[d] for d in starts.keys() & here.keys()}
    return {document: len(at) for document, at in starts.items() if at}, numpy.float32(weight)


def scores(index, clause, frequencies, weight, parameters):
    """s of every document: each operation in numpy.float32, rounded on its own."""
    documents = list(frequencies)
    tf = numpy.array([frequencies[d] for d in documents], dtype=numpy.float32)
    lengths = index.fields[clause.field].lengths
    dl = numpy.array([lengths[d] for d in documents], dtype=numpy.float32)
    average = index.average_length(clause.field)
    a = numpy.float32(parameters.k1 * (1 - parameters.b))
    c = numpy.float32(parameters.k1 * parameters.b / average) if average else numpy.float32(0)
    k = a + c * dl
    s = weight * (tf / (tf + k))
    assert s.dtype == numpy.float32
    return dict(zip(documents, s.tolist()))


# --- The whole query. ---


def search(index, parsed, parameters=Parameters(), limit=10):
    """(count, [(document, score as numpy.float32), …]) of parsed clauses."""
    if parameters.ignores_stop_words:
        parsed = without_stop_words(parsed, index.stemming.stop_words)
    binder = Binder(index, parameters)
    scoring, should, must, must_not = [], [], [], []
    for sign, field, is_quoted, text in parsed:
        if is_quoted:
            clause = binder.quoted(text, field)
            alternatives = [[clause]] if clause else []
        elif sign == "-":
            alternatives = binder.bare(text, field)
            if len(alternatives) > 1:
                alternatives = [[binder.quoted(text, field)]]
        else:
            alternatives = binder.bare(text, field)
        target = {"": should, "+": must, "-": must_not}[sign]
        target.extend(clauses[0] for clauses in alternatives)
        if sign != "-":
            scoring.extend(clause for clauses in alternatives for clause in clauses)
    if not should and not must:
        raise QueryError("nothing to search for")

    results = {clause: frequencies_and_weight(index, clause) for clause in {*scoring, *must_not}}
    if must:
        matching = set.intersection(*(set(results[clause][0]) for clause in must))
    else:
        matching = set().union(*(results[clause][0] for clause in should))
    matching -= set().union(*(results[clause][0] for clause in must_not))

    sums = dict.fromkeys(matching, 0.0)
    for clause in sorted(set(scoring), key=lambda clause: clause.order):
        frequencies, weight = results[clause]
        wanted = {d: tf for d, tf in frequencies.items() if d in matching}
        factor = clause.boost * float(scoring.count(clause))
        for document, s in scores(index, clause, wanted, weight, parameters).items():
            sums[document] += factor * s
    ranked = [(document, numpy.float32(total)) for document, total in sums.items()]
    ranked.sort(key=lambda hit: (-hit[1], hit[0]))
    return len(matching), ranked[:limit]
