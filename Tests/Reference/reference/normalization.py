"""Normal forms of UAX #15, NFKC_Casefold, and the fold of Latin and Greek marks."""

import functools

from . import unicode_data

# Hangul syllables are composed by arithmetic (the Unicode Standard, section 3.12).
S_BASE, L_BASE, V_BASE, T_BASE = 0xAC00, 0x1100, 0x1161, 0x11A7
L_COUNT, V_COUNT, T_COUNT = 19, 21, 28
N_COUNT = V_COUNT * T_COUNT
S_COUNT = L_COUNT * N_COUNT


@functools.cache
def full_decomposition(code_point):
    """Canonical decomposition down to the last step."""
    if S_BASE <= code_point < S_BASE + S_COUNT:
        index = code_point - S_BASE
        parts = [L_BASE + index // N_COUNT, V_BASE + index % N_COUNT // T_COUNT]
        return parts + ([T_BASE + index % T_COUNT] if index % T_COUNT else [])
    canonical, _ = unicode_data.decompositions()
    if code_point not in canonical:
        return [code_point]
    return [last for part in canonical[code_point] for last in full_decomposition(part)]


def combining_class(code_point):
    return unicode_data.decompositions()[1].get(code_point, 0)


def nfd(text):
    """Decomposes, then puts runs of combining marks into canonical order."""
    points = [part for character in text for part in full_decomposition(ord(character))]
    start = 0
    while start < len(points):
        end = start
        while end < len(points) and combining_class(points[end]) != 0:
            end += 1
        points[start:end] = sorted(points[start:end], key=combining_class)
        start = max(end, start + 1)
    return "".join(map(chr, points))


def compose_pair(first, second):
    if L_BASE <= first < L_BASE + L_COUNT and V_BASE <= second < V_BASE + V_COUNT:
        return S_BASE + ((first - L_BASE) * V_COUNT + second - V_BASE) * T_COUNT
    is_lv = S_BASE <= first < S_BASE + S_COUNT and (first - S_BASE) % T_COUNT == 0
    if is_lv and T_BASE < second < T_BASE + T_COUNT:
        return first + second - T_BASE
    return unicode_data.compositions().get((first, second))


def nfc(text):
    """Canonical composition: UAX #15, D117."""
    result = []
    starter = None  # index in `result` of the last starter
    previous_class = -1  # class of the last character kept after the starter, -1 if none
    for character in nfd(text):
        point = ord(character)
        ccc = combining_class(point)
        if starter is not None and previous_class < ccc:
            composite = compose_pair(result[starter], point)
            if composite is not None:
                result[starter] = composite
                continue
        result.append(point)
        if ccc == 0:
            starter, previous_class = len(result) - 1, -1
        else:
            previous_class = ccc
    return "".join(map(chr, result))


@functools.lru_cache(maxsize=1 << 20)
def nfkc_casefold(text):
    """toNFKC_Casefold of the Unicode Standard (R5): map every code point, then NFC."""
    if text.isascii():
        return text.lower()
    mapping = unicode_data.nfkc_casefold_map()
    return nfc("".join(mapping.get(ord(character), character) for character in text))


@functools.lru_cache(maxsize=1 << 20)
def fold(text):
    """Drops the marks that stand on a letter of the scripts Latin and Greek, and no other."""
    if text.isascii():
        return text
    scripts, categories = unicode_data.script(), unicode_data.general_category()
    kept, strips = [], False
    for character in nfd(text):
        point = ord(character)
        if categories[point].startswith("M"):
            if strips:
                continue
        else:
            strips = scripts[point] in ("Latin", "Greek") and categories[point].startswith("L")
        kept.append(character)
    return nfc("".join(kept))
