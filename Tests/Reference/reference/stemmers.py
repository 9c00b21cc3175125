"""Whether the Python edition of Snowball agrees with the C library that the engine links."""

import ctypes
import ctypes.util
import random

LETTERS = "etaoinshrdlucmfwygpbvkxqjz'"
ENDINGS = """ed ing ly s es ies ied eed ation ational tional izer alism aliti ousness iveness fulness
biliti ogi li ment ement ence ance able ible ant ent ism iti ous ive ize al er ic icate ative ful
ness 's s' y e ll""".split()
SPECIAL = """skis skies dying lying tying idly gently ugly early only singly sky news howe atlas
cosmos bias andes inning outing canning herring earring proceed exceed succeed generate communal
arsenal yes boy saying hopping hoping hopped agreed cats ties gas this kiwis""".split()


class CLibrary:
    """`english` of libstemmer 2.x through its C interface."""

    def __init__(self):
        name = ctypes.util.find_library("stemmer") or "libstemmer.so.0d"
        library = ctypes.CDLL(name)
        library.sb_stemmer_new.restype = ctypes.c_void_p
        library.sb_stemmer_new.argtypes = [ctypes.c_char_p, ctypes.c_char_p]
        library.sb_stemmer_stem.restype = ctypes.c_void_p
        library.sb_stemmer_stem.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
        library.sb_stemmer_length.argtypes = [ctypes.c_void_p]
        self.library = library
        self.stemmer = library.sb_stemmer_new(b"english", None)

    def stem(self, word):
        encoded = word.encode()
        result = self.library.sb_stemmer_stem(self.stemmer, encoded, len(encoded))
        return ctypes.string_at(result, self.library.sb_stemmer_length(self.stemmer)).decode()


def words(count, seed=1):
    """Made-up words with English endings, so that every rule is reached."""
    generator = random.Random(seed)
    yield from SPECIAL
    for _ in range(count):
        root = "".join(generator.choices(LETTERS, range(len(LETTERS), 0, -1), k=generator.randint(1, 7)))
        yield root + "".join(generator.choices(ENDINGS, k=generator.randint(0, 2)))
    yield from ["généralité", "naïve's", "中", "ÿs", "don\u2019t", "été"]


def compare(count=100_000):
    """How many words were stemmed twice, and how many stems differ."""
    from snowballstemmer import english_stemmer

    python, native = english_stemmer.EnglishStemmer(), CLibrary()
    different = [word for word in words(count) if python.stemWord(word) != native.stem(word)]
    for word in different[:10]:
        print(f"  {word}: {python.stemWord(word)} in Python, {native.stem(word)} in C")
    return count, len(different)
