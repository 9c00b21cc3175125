"""PISA's float BM25 indexes, through the native module that pyterrier-pisa carries."""

import time

from corpus import documents
from engines.base import Engine
from settings import B, K1

# Block-max structures over compressed postings; without `quantize`, scores are plain floats.
ENCODING, BLOCK = "block_simdbp", 64
STEMS, FLUSH, THREADS = "", 100_000, 1


class Pisa(Engine):
    """The union algorithm names the column; intersections run by the matching ranked AND."""

    name = "pisa_bmm"
    title = "PISA block-max MaxScore"
    libraries = ("_pisathon", "numpy")
    note = (
        "No positions, no counts. A term in more than half of the documents scores next to "
        "nothing, a repeated term once. Times lie between two pulls of the query iterator and "
        "include up to k result strings.")
    commands = ("TOP_10", "TOP_100")
    kinds = ("term", "union", "intersection")
    counts = False
    union, intersection = "block_max_maxscore", "block_max_ranked_and"

    def build(self, corpus, index):
        import _pisathon

        text = index / "input.txt"
        with open(text, "w", encoding="ascii") as out:
            out.writelines(f"{name} {words}\n" for name, words in documents(corpus))
        _pisathon.index(str(text), str(index), STEMS, FLUSH, THREADS)
        text.unlink()
        self.open(index)

    def open(self, index):
        import _pisathon

        self.module = _pisathon
        self.context = _pisathon.RetrievalContext()
        # Compresses the postings and computes the bounds where that has not been done yet.
        _pisathon.prepare_index(
            self.context, str(index), ENCODING, "bm25", "", block_size=BLOCK, quantize=0,
            bm25_k1=K1, bm25_b=B)
        return {"segments": 1}

    def serving_files(self, index):
        return [
            path for path in index.iterdir()
            if ".bmw." in path.name or ENCODING in path.name
            or path.name in ("fwd.termlex", "fwd.doclex")]

    def prepare(self, query):
        algorithm = self.intersection if query.kind == "intersection" else self.union
        return algorithm, dict.fromkeys(query.terms, 1.0)

    def retrieve(self, algorithm, iterator, count, limit):
        """Runs all queries of an iterator: (query numbers, document ids, scores)."""
        import numpy

        room = max(1, count * limit)
        numbers, ranks = (numpy.empty(room, dtype=numpy.int32) for _ in range(2))
        names, scores = numpy.empty(room, dtype=object), numpy.empty(room, dtype=numpy.float32)
        found = self.module.retrieve(
            self.context, algorithm, iterator, k=limit, threads=1, query_weighted=0,
            pretokenised=1, result_qidxs=numbers, result_docnos=names, result_ranks=ranks,
            result_scores=scores)
        return numbers[:found], names[:found], scores[:found]

    def time_round(self, prepared, command, order):
        limit = 100 if command == "TOP_100" else 10
        times = [0] * len(prepared)
        for algorithm in (self.union, self.intersection):
            places = [place for place in order if prepared[place][0] == algorithm]
            pulls = Pulls([prepared[place][1] for place in places])
            if places:
                self.retrieve(algorithm, pulls, len(places), limit)
            for place, start, end in zip(places, pulls.clock, pulls.clock[1:]):
                times[place] = end - start
        return times

    def answer(self, query):
        algorithm, terms = self.prepare(query)
        _, names, scores = self.retrieve(algorithm, Pulls([terms]), 1, 10)
        return None, [(name, float(score)) for name, score in zip(names, scores)]


class PisaWand(Pisa):
    name = "pisa_bmw"
    title = "PISA block-max WAND"
    shares = "pisa_bmm"
    union, intersection = "block_max_wand", "ranked_and"


class PisaMaxScore(Pisa):
    name = "pisa_ms"
    title = "PISA MaxScore"
    shares = "pisa_bmm"
    union, intersection = "maxscore", "ranked_and"


class Pulls:
    """The queries of a batch; notes the time of each pull and of the end."""

    def __init__(self, queries):
        self.queries = queries
        self.clock = []

    def __len__(self):
        return len(self.queries)

    def __iter__(self):
        return self

    def __next__(self):
        place = len(self.clock)
        if place >= len(self.queries):
            self.clock.append(time.perf_counter_ns())
            raise StopIteration
        item = (place, self.queries[place])
        self.clock.append(time.perf_counter_ns())
        return item
