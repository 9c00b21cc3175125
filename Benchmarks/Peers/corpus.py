"""The corpus as every engine gets it: normalised tokens, in natural order, shuffled, and smaller.

A corpus is JSON Lines with `text` or `body`, and perhaps `title`. Each document becomes one line
`{"id":"N","text":"token token …"}` of fixed layout, so that drivers in any language cut it out
without a JSON parser and no engine's time includes one (except Lede's, which reads JSON itself).
"""

import collections
import json
import random
import re
import subprocess
import sys
import unicodedata

from settings import LONGEST_TOKEN, SEED, SHARED, SMALLER

TOKEN = re.compile(r"[a-z0-9]+")
HEAD, MIDDLE, TAIL = '{"id":"', '","text":"', '"}\n'

# Documents remembered for sampling n-grams.
RESERVOIR = 20_000


def normalise(text):
    """Lower case, compatibility decomposition without marks, runs of a-z and 0-9."""
    text = text.lower()
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in decomposed if not unicodedata.combining(c)).lower()
    return [token for token in TOKEN.findall(text) if len(token) <= LONGEST_TOKEN]


def document(number, text):
    return f"{HEAD}{number}{MIDDLE}{text}{TAIL}"


def split(line):
    """(id, text) of a line that `document` wrote."""
    middle = line.index(MIDDLE)
    return line[len(HEAD):middle], line[middle + len(MIDDLE):-len(TAIL)]


def documents(path):
    """(id, text) of each document."""
    with open(path, encoding="ascii") as lines:
        for line in lines:
            yield split(line)


def source_lines(path):
    """Lines of the given file, or the passages of the shared Wikipedia pages when there is none."""
    if path:
        with open(path, encoding="utf-8", errors="replace") as lines:
            yield from lines
        return
    wiki = SHARED / "data" / "wiki"
    packed = wiki / "wikipedia_en_even.jsonl.xz"
    if not packed.exists():
        sys.exit(f"no corpus: name one (CORPUS=file.jsonl), or let LEDE_SHARED name the folder "
                 f"that holds data/wiki ({packed} is not there)")
    unpack = subprocess.Popen(["xz", "-dc", packed], stdout=subprocess.PIPE)
    cut = subprocess.Popen([sys.executable, wiki / "passages.py"], stdin=unpack.stdout,
                           stdout=subprocess.PIPE, text=True, encoding="utf-8")
    unpack.stdout.close()
    try:
        yield from cut.stdout
    except GeneratorExit:
        # Enough was read.
        unpack.kill()
        cut.kill()
        raise
    if cut.wait() or unpack.wait():
        sys.exit("the passages could not be read")


class Statistics:
    """What sampling queries needs to know: document frequencies, and a sample of documents."""

    def __init__(self):
        self.documents = 0
        self.tokens = 0
        self.frequency = collections.Counter()
        self.sample = []
        self.random = random.Random(SEED)

    def add(self, tokens):
        self.frequency.update(set(tokens))
        self.tokens += len(tokens)
        if len(self.sample) < RESERVOIR:
            self.sample.append(tokens)
        else:
            place = self.random.randrange(self.documents + 1)
            if place < RESERVOIR:
                self.sample[place] = tokens
        self.documents += 1


def tokens_of(line):
    record = json.loads(line)
    body = record.get("body") or record.get("text") or ""
    return normalise((record.get("title") or "") + " " + body)


def prepare(work, path, limit=None):
    """Writes the three corpora and returns the statistics of the whole one."""
    work.corpora.mkdir(parents=True, exist_ok=True)
    statistics = Statistics()
    natural, smaller = work.corpus("natural"), work.corpus("smaller")
    with open(natural, "w", encoding="ascii") as whole, open(smaller, "w", encoding="ascii") as cut:
        for line in source_lines(path):
            tokens = tokens_of(line)
            if not tokens:
                continue
            written = document(statistics.documents, " ".join(tokens))
            whole.write(written)
            if statistics.documents % SMALLER == 0:
                cut.write(written)
            statistics.add(tokens)
            if limit and statistics.documents >= limit:
                break
    shuffle(natural, work.corpus("shuffled"))
    return statistics


def shuffle(source, target):
    """The same lines in random order; ids stay with their documents."""
    with open(source, encoding="ascii") as lines:
        everything = lines.readlines()
    random.Random(SEED).shuffle(everything)
    with open(target, "w", encoding="ascii") as out:
        out.writelines(everything)


def parts(path, count):
    """The lines of a corpus in `count` runs of nearly equal length."""
    with open(path, encoding="ascii") as lines:
        everything = lines.readlines()
    bounds = [len(everything) * part // count for part in range(count + 1)]
    for start, end in zip(bounds, bounds[1:]):
        yield everything[start:end]
