"""The queries of a comparison: a tagged file, n-grams and terms of the corpus, a query log."""

import gzip
import json
import random
import sys

import queries
from corpus import normalise
from settings import SEED, SHARED

# Words an n-gram, and how many n-grams of that length.
NGRAMS = ((2, 80), (3, 60), (4, 40), (5, 20))

# Bands of single terms: least share of the documents, and the tag.
BANDS = ((0.1, "df_10%"), (0.01, "df_1%"), (0.001, "df_0.1%"), (0.0001, "df_0.01%"), (0, "df_rare"))
TERMS_A_BAND = 60

# The most frequent words do not make an n-gram by themselves.
FUNCTION_WORDS = 30
RAREST = 5
ABSENT = 10


def all_queries(statistics, game=None, log=None):
    """Every query, class by class. `game` and `log` are files; None stands for the shared ones."""
    chosen = list(from_game(shared(game, "search_benchmark_game.jsonl")))
    chosen += ngrams(statistics)
    chosen += terms(statistics)
    chosen += from_log(shared(log, "trec_million_query_10k.jsonl.gz"))
    chosen += absent()
    return chosen


def shared(path, name):
    """The named file, else the shared one; None, with a word about it, where neither is."""
    if path:
        return path
    default = SHARED / "data" / "queries" / name
    if default.exists():
        return default
    print(f"left out: {default} is not there", file=sys.stderr)
    return None


def read_lines(path):
    opened = gzip.open(path, "rt", encoding="utf-8") if str(path).endswith(".gz") else open(
        path, encoding="utf-8")
    with opened as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def from_game(path):
    """Tagged queries: `query` in the syntax of the search benchmark game."""
    for number, record in enumerate(read_lines(path) if path else ()):
        query = queries.tagged(f"g{number}", record["query"])
        if query:
            yield query


def from_log(path):
    """Plain queries (`text`) of a log, each as a union and as an intersection."""
    for number, record in enumerate(read_lines(path) if path else ()):
        found = normalise(record["text"])
        if found:
            yield queries.union(f"lu{number}", "log_union", found)
            yield queries.intersection(f"li{number}", "log_intersection", found)


def ngrams(statistics):
    """Word sequences of the corpus, each as a union, an intersection and a phrase."""
    draw = random.Random(SEED + 1)
    common = {term for term, _ in statistics.frequency.most_common(FUNCTION_WORDS)}
    seen = set()
    for length, wanted in NGRAMS:
        found = tries = 0
        while found < wanted and tries < 200_000:
            tries += 1
            words = window(draw, draw.choice(statistics.sample), length)
            if words is None or words in seen or not usable(words, statistics.frequency, common):
                continue
            seen.add(words)
            name = f"{length}_{found}"
            found += 1
            yield queries.union(f"nu{name}", "ngram_union", words)
            yield queries.intersection(f"ni{name}", "ngram_intersection", words)
            yield queries.phrase(f"np{name}", "ngram_phrase", words)


def window(draw, tokens, length):
    if len(tokens) < length:
        return None
    start = draw.randrange(len(tokens) - length + 1)
    return tuple(tokens[start:start + length])


def usable(words, frequency, common):
    """Different words of letters, none very rare, and half of them (both of two) telling."""
    telling = sum(word not in common for word in words)
    needed = 2 if len(words) == 2 else (len(words) + 1) // 2
    return (
        len(set(words)) == len(words) and telling >= needed
        and all(word.isalpha() and frequency[word] >= RAREST for word in words))


def terms(statistics):
    """Single terms drawn from bands of document frequency."""
    draw = random.Random(SEED + 2)
    pools = {tag: [] for _, tag in BANDS}
    for term, count in sorted(statistics.frequency.items()):
        share = count / statistics.documents
        if count >= 2:
            pools[next(tag for least, tag in BANDS if share >= least)].append(term)
    number = 0
    for tag, pool in pools.items():
        for term in draw.sample(pool, min(TERMS_A_BAND, len(pool))):
            yield queries.union(f"t{number}", "term", [term], tags=[tag])
            number += 1


def absent():
    """Terms that no document has: what a call costs before any work."""
    for number in range(ABSENT):
        yield queries.union(f"a1_{number}", "absent", [f"zzq{number}absent"])
        yield queries.union(f"a2_{number}", "absent", [f"zzq{number}absent", f"zzr{number}absent"])
