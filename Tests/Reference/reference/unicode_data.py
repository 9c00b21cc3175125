"""Character properties, read from the files of the Unicode Character Database.

Nothing is taken from Python's own `unicodedata`, whose version changes with the interpreter: the
reference must speak the Unicode version of the engine's ICU.
"""

import bisect
import functools
import os
import re
from pathlib import Path

VERSION = "15.0.0"


def directory():
    """Where the database lies: LEDE_UCD, or where Debian's package unicode-data puts it."""
    path = Path(os.environ.get("LEDE_UCD", "/usr/share/unicode"))
    if not (path / "UnicodeData.txt").exists():
        raise SystemExit(
            f"{path}: no Unicode Character Database there; run `apt-get install unicode-data` "
            "or set LEDE_UCD"
        )
    first_line = (path / "auxiliary/WordBreakProperty.txt").open(encoding="utf-8").readline()
    if VERSION not in first_line:
        raise SystemExit(f"{path}: Unicode {VERSION} is needed, found {first_line.strip()}")
    return path


def rows(name):
    """The data lines of a file: fields stripped, comments dropped."""
    with (directory() / name).open(encoding="utf-8") as lines:
        for line in lines:
            line = line.split("#")[0].strip()
            if line:
                yield [field.strip() for field in line.split(";")]


def code_points(field):
    """`0041` or `0041..005A` as an inclusive pair."""
    ends = [int(end, 16) for end in field.split("..")]
    return ends[0], ends[-1]


class RangeTable:
    """A property as sorted ranges with one value each."""

    def __init__(self, ranges, default):
        self.ranges = sorted(ranges)
        self.starts = [start for start, _, _ in self.ranges]
        self.default = default
        self.cache = {}

    def __getitem__(self, code_point):
        value = self.cache.get(code_point)
        if value is None:
            value = self.cache[code_point] = self._search(code_point)
        return value

    def _search(self, code_point):
        index = bisect.bisect_right(self.starts, code_point) - 1
        if index >= 0 and code_point <= self.ranges[index][1]:
            return self.ranges[index][2]
        return self.default


def enumerated(name, default):
    """A file of `range; value` lines."""
    return RangeTable([(*code_points(row[0]), row[1]) for row in rows(name)], default)


def binary(name, wanted):
    """The code points that have one binary property of a file of `range; property` lines."""
    ranges = [(*code_points(row[0]), True) for row in rows(name) if row[1] == wanted]
    return RangeTable(ranges, False)


@functools.cache
def word_break():
    return enumerated("auxiliary/WordBreakProperty.txt", "Other")


@functools.cache
def extended_pictographic():
    return binary("emoji/emoji-data.txt", "Extended_Pictographic")


@functools.cache
def emoji_presentation():
    return binary("emoji/emoji-data.txt", "Emoji_Presentation")


@functools.cache
def regional_indicator():
    return binary("PropList.txt", "Regional_Indicator")


@functools.cache
def general_category():
    return enumerated("extracted/DerivedGeneralCategory.txt", "Cn")


@functools.cache
def script():
    return enumerated("Scripts.txt", "Unknown")


@functools.cache
def script_extensions():
    """Sets of four-letter script codes; an empty set where only the script itself counts."""
    ranges = [(*code_points(row[0]), frozenset(row[1].split())) for row in rows("ScriptExtensions.txt")]
    return RangeTable(ranges, frozenset())


@functools.cache
def line_break():
    return enumerated("LineBreak.txt", "XX")


@functools.cache
def nfkc_casefold_map():
    """NFKC_CF: code point to the string that replaces it (possibly empty)."""
    mapping = {}
    for row in rows("DerivedNormalizationProps.txt"):
        if row[1] == "NFKC_CF":
            start, end = code_points(row[0])
            replacement = "".join(chr(int(code, 16)) for code in row[2].split())
            for code_point in range(start, end + 1):
                mapping[code_point] = replacement
    return mapping


@functools.cache
def decompositions():
    """Canonical decompositions, one step each, and combining classes."""
    canonical, combining = {}, {}
    for row in rows("UnicodeData.txt"):
        code_point = int(row[0], 16)
        if row[3] != "0":
            combining[code_point] = int(row[3])
        if row[5] and not row[5].startswith("<"):
            canonical[code_point] = [int(code, 16) for code in row[5].split()]
    return canonical, combining


@functools.cache
def compositions():
    """Primary composites: a pair of code points to the one that replaces it."""
    canonical, _ = decompositions()
    excluded = binary("DerivedNormalizationProps.txt", "Full_Composition_Exclusion")
    return {
        tuple(parts): whole
        for whole, parts in canonical.items()
        if len(parts) == 2 and not excluded[whole]
    }


def word_break_test():
    """The lines of WordBreakTest.txt as (text, boundaries)."""
    path = directory() / "auxiliary/WordBreakTest.txt"
    for line in path.read_text(encoding="utf-8").splitlines():
        line = line.split("#")[0].strip()
        if not line:
            continue
        text, boundaries = "", []
        for part in re.split(r"\s+", line):
            if part == "÷":
                boundaries.append(len(text))
            elif part != "×":
                text += chr(int(part, 16))
        yield text, boundaries
