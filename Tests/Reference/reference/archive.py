"""Reading JSON Lines and query files; numbers that identify results."""

import bz2
import gzip
import json
import lzma
from itertools import islice

OPENERS = {".gz": gzip.open, ".xz": lzma.open, ".bz2": bz2.open}


def lines(path, limit=None):
    """The first lines of a file, unpacked as its name says."""
    opener = OPENERS.get(path.suffix, open)
    with opener(path, "rt", encoding="utf-8", errors="replace", newline="\n") as file:
        yield from islice((line for line in file if line.strip()), limit)


def articles(path, limit=None):
    """(key, title, body) of each line."""
    for line in lines(path, limit):
        record = json.loads(line)
        yield record["id"], record.get("title") or "", record.get("body") or ""


def queries(path):
    """(id, text) of each line; the id is the line's number where it states none."""
    for number, line in enumerate(lines(path), 1):
        record = json.loads(line)
        yield str(record.get("id", number)), record["query"]


class RankDigest:
    """FNV-1a 64 over (key, 0, score bits little-endian) of hits in order: contract 14."""

    def __init__(self):
        self.value = 0xCBF29CE484222325

    def add(self, key, score):
        for byte in (*key.encode(), 0, *score.astype("<f4").tobytes()):
            self.value = (self.value ^ byte) * 0x100000001B3 % (1 << 64)


def bits(score):
    """The 32 bits of a score as eight hexadecimal digits."""
    return f"{score.view('uint32'):08x}"
