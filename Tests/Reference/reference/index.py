"""An inverted index of Python dictionaries: contract, Fields and score 7, Identity 11 to 13."""

import functools
from collections import defaultdict

from . import analysis, normalization

TEXT, TITLE = "text", "title"
POSITION_GAP = 100


class Field:
    """Positions of every surface in every document, and the documents' lengths."""

    def __init__(self):
        self.postings = defaultdict(dict)  # surface -> document -> positions
        self.kinds = {}  # surface -> word, unigram or bigram
        self.lengths = {}  # document -> length in positions

    def add(self, document, tokens, length):
        self.lengths[document] = length
        for token in tokens:
            self.postings[token.surface].setdefault(document, []).append(token.position)
            self.kinds[token.surface] = token.kind


class Index:
    """All documents are live: a key that comes again takes the place of the earlier one.

    A document's number is its sequence number. An article that replaces another has a new one.
    """

    def __init__(self, language="english"):
        self.stemming = analysis.Stemming(language)
        self.fields = {TEXT: Field(), TITLE: Field()}
        self.keys = []

    def add_all(self, articles):
        """Adds (key, title, body) triples; of those with one key, the last alone counts."""
        articles = list(articles)
        last = {key: number for number, (key, _, _) in enumerate(articles)}
        for number, (key, title, body) in enumerate(articles):
            if last[key] == number:
                self.add(key, title, body)
        self.find_forms.cache_clear()

    def add(self, key, title, body):
        document = len(self.keys)
        self.keys.append(key)
        title_tokens, title_length = analysis.analyze(title)
        body_start = title_length + POSITION_GAP if title_length else 0
        body_tokens, body_length = analysis.analyze(body, body_start)
        self.fields[TITLE].add(document, title_tokens, title_length)
        self.fields[TEXT].add(document, title_tokens + body_tokens, title_length + body_length)

    @property
    def count(self):
        return len(self.keys)

    def average_length(self, field):
        return sum(self.fields[field].lengths.values()) / self.count

    @functools.cache
    def find_forms(self, field):
        """Two dictionaries of a field's words: fold to surfaces, class to surfaces."""
        by_fold, by_class = defaultdict(list), defaultdict(list)
        for surface, kind in self.fields[field].kinds.items():
            if kind == analysis.WORD:
                by_fold[normalization.fold(surface)].append(surface)
                by_class[self.stemming.class_of(surface)].append(surface)
        return by_fold, by_class

    def word_classes(self, surface):
        """Classes that a bare word stands for: contract, Terms 4.

        The vocabulary is that of `text`, in which every title stands too.
        """
        by_fold, _ = self.find_forms(TEXT)
        alike = by_fold.get(normalization.fold(surface), [])
        classes = {self.stemming.class_of(form) for form in [surface, *alike]}
        return sorted(classes, key=str.encode)

    def class_frequencies(self, field, name):
        """Document to frequency of all surfaces of one class."""
        _, by_class = self.find_forms(field)
        frequencies = defaultdict(int)
        for surface in by_class.get(name, []):
            for document, positions in self.fields[field].postings[surface].items():
                frequencies[document] += len(positions)
        return frequencies

    def surface_postings(self, field, surface, kind):
        """The postings of each surface that a quoted token stands for."""
        postings = self.fields[field].postings
        if kind != analysis.WORD:
            found = [surface]
        else:
            found = self.find_forms(field)[0].get(normalization.fold(surface), [])
        return [postings[form] for form in found if form in postings]
