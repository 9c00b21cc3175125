"""bm25s: scores computed when indexing, kept in sparse matrices."""

import json

from corpus import documents
from engines.base import Engine
from settings import B, K1


class Bm25s(Engine):
    name = "bm25s"
    title = "bm25s"
    libraries = ("bm25s", "numba")
    note = "Unions only, no counts; scores a column of every document for each query. A sample."
    commands = ("TOP_10", "TOP_100")
    kinds = ("term", "union")
    counts = False
    sample = 200

    def build(self, corpus, index):
        import bm25s

        names, texts = zip(*documents(corpus))
        tokens = bm25s.tokenize(
            list(texts), stopwords=None, stemmer=None, token_pattern=r"\S+", lower=False,
            show_progress=False)
        model = bm25s.BM25(method="lucene", k1=K1, b=B, backend="numba")
        model.index(tokens, show_progress=False)
        model.save(str(index))
        (index / "names.json").write_text(json.dumps(names))

    def open(self, index):
        import bm25s

        self.model = bm25s.BM25.load(str(index), mmap=True)
        self.model.backend = "numba"
        self.model.activate_numba_scorer()
        self.names = json.loads((index / "names.json").read_text())
        return {"segments": 1}

    def prepare(self, query):
        return query.terms

    def call(self, command):
        retrieve = self.model.retrieve
        limit = 100 if command == "TOP_100" else 10
        return lambda terms: retrieve(
            [terms], k=limit, show_progress=False, n_threads=0, backend_selection="numba")

    def answer(self, query):
        places, scores = self.call("TOP_10")(self.prepare(query))
        return None, [
            (self.names[place], float(score))
            for place, score in zip(places[0], scores[0]) if score > 0]
