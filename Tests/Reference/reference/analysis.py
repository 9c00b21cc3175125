"""From text to tokens: contract, Terms 1 to 3 and 5."""

import functools
import re
from dataclasses import dataclass

from . import normalization, segmentation, stop_words, unicode_data

MAX_SURFACE_BYTES = 255
KEPT_PREFIX_BYTES = 239

WORD, UNIGRAM, BIGRAM = "word", "unigram", "bigram"

UNIT_SCRIPTS = {
    "Han", "Hiragana", "Katakana", "Bopomofo", "Hangul", "Tangut", "Nushu", "Khitan_Small_Script",
}  # fmt: skip
SHARED_CJK = {"Hani", "Hira", "Kana", "Bopo"}


@dataclass(frozen=True)
class Token:
    surface: str
    kind: str
    position: int  # a bigram's is that of its first unigram
    run: int | None = None  # which script run of the text it belongs to; None for words


def is_mark(point):
    return unicode_data.general_category()[point].startswith("M")


@functools.cache
def is_unit(point):
    """A letter of a script that is written without spaces between words."""
    category = unicode_data.general_category()[point]
    script = unicode_data.script()[point]
    if category.startswith("L") or category == "Nl":
        if script in UNIT_SCRIPTS:
            return True
        if script == "Common" and unicode_data.script_extensions()[point] & SHARED_CJK:
            return True
        return unicode_data.line_break()[point] == "SA"  # Thai, Lao, Khmer, Myanmar and others
    return script == "Han" and category == "So"  # radicals


@functools.cache
def makes_token(point):
    """A letter, number or pictograph: one of them, after NFKC_Casefold, makes a token."""
    category = unicode_data.general_category()[point]
    if category[0] in "LN" or is_unit(point) or unicode_data.regional_indicator()[point]:
        return True
    if category == "Cn" or not unicode_data.extended_pictographic()[point]:
        return False
    # Below U+2600 stand arrows, shapes and signs such as ©, which punctuate text.
    return point >= 0x2600 or unicode_data.emoji_presentation()[point]


def shortened(surface):
    """A surface that is too long for a term: a prefix, then the FNV-1a 64 of the whole."""
    encoded = surface.encode()
    if len(encoded) <= MAX_SURFACE_BYTES:
        return surface
    digest = 0xCBF29CE484222325
    for byte in encoded:
        digest = (digest ^ byte) * 0x100000001B3 % (1 << 64)
    prefix = encoded[:KEPT_PREFIX_BYTES].decode(errors="ignore")
    return f"{prefix}{digest:016x}"


@functools.cache
def pieces(chunk):
    """A text without spaces as [(is_unit, surface), …] per segment; None for what is no token.

    A segment in which scripts mix is cut where they meet.
    """
    result = []
    for segment in segmentation.segments(chunk):
        # Trade and service marks are no words, although NFKC spells them out as `tm` and `sm`.
        surface = normalization.nfkc_casefold(segment.replace("™", "").replace("℠", ""))
        if not surface:
            # What has no normal form stands in nobody's way; a bare sign does.
            result.extend([None] if "™" in segment or "℠" in segment else [])
            continue
        # A mark goes with what stands before it, even with the unit of the segment before: Thai
        # SARA AM becomes a mark and a letter.
        follows_unit = bool(result) and result[-1] is not None and result[-1][0]
        cut = [list(result.pop())] if follows_unit and is_mark(ord(surface[0])) else []
        for character in surface:
            point = ord(character)
            if cut and is_mark(point):
                cut[-1][1] += character
            elif is_unit(point):
                cut.append([True, character])
            elif cut and not cut[-1][0]:
                cut[-1][1] += character
            else:
                cut.append([False, character])
        for unit, text in cut:
            if unit or any(makes_token(ord(character)) for character in text):
                result.append((unit, shortened(text)))
            else:
                result.append(None)
    return tuple(result)


def analyze(text, first_position=0):
    """The tokens of a text, and how many positions they take."""
    tokens = []
    position = first_position
    run_number = 0
    # No rule of UAX #29 looks across a space or line feed, so that chunks may be cached.
    for chunk in re.split("[ \n]+", text):
        run = []
        for piece in (*pieces(chunk), None):
            if piece is not None and piece[0]:
                run.append(piece[1])
                continue
            if run:
                tokens.extend(run_tokens(run, position, run_number))
                position += len(run)
                run_number += 1
                run = []
            if piece is not None:
                tokens.append(Token(piece[1], WORD, position))
                position += 1
    return tokens, position - first_position


def run_tokens(run, position, number):
    """A script run: each unit at its own position, bigrams at that of their first."""
    for index, unit in enumerate(run):
        yield Token(unit, UNIGRAM, position + index, number)
        if index + 1 < len(run):
            yield Token(unit + run[index + 1], BIGRAM, position + index, number)


class Stemming:
    """Surface to class: fold(stem(surface)), where language `none` stems nothing."""

    def __init__(self, language="english"):
        self.stemmer = None
        self.stop_words = stop_words.ENGLISH if language == "english" else frozenset()
        if language != "none":
            # The pure Python edition: no code shared with the C library that the engine links.
            from snowballstemmer import english_stemmer

            if language != "english":
                raise SystemExit(f"the reference stems English only, not {language}")
            self.stemmer = english_stemmer.EnglishStemmer()
        self.classes = {}

    def stem(self, surface):
        return self.stemmer.stemWord(surface) if self.stemmer else surface

    def class_of(self, surface, kind=WORD):
        if kind != WORD:
            return surface
        found = self.classes.get(surface)
        if found is None:
            found = self.classes[surface] = normalization.fold(self.stem(surface))
        return found
