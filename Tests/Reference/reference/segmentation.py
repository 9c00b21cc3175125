"""Word boundaries: the default rules of UAX #29, section 4.1, one `if` per rule."""

from . import unicode_data

AH_LETTER = {"ALetter", "Hebrew_Letter"}
MID_NUM_LET_Q = {"MidNumLet", "Single_Quote"}
IGNORED = {"Extend", "Format", "ZWJ"}
NEWLINES = {"Newline", "CR", "LF"}


def boundaries(text):
    """Offsets of all boundaries of a text, its start and end included."""
    if not text:
        return []
    properties = unicode_data.word_break()
    classes = [properties[ord(character)] for character in text]
    inner = [i for i in range(1, len(text)) if not joined(text, classes, i)]
    return [0, *inner, len(text)]


def segments(text):
    """The pieces between two neighbouring boundaries."""
    ends = boundaries(text)
    return [text[start:end] for start, end in zip(ends, ends[1:])]


def step_back(classes, index):
    """Index of the nearest character before `index` that WB4 does not skip, or -1."""
    index -= 1
    while index >= 0 and classes[index] in IGNORED:
        # WB4 does not reach across a line end: what follows one is not part of it.
        if index == 0 or classes[index - 1] in NEWLINES:
            return index
        index -= 1
    return index


def step_forward(classes, index):
    """Index of the nearest character after `index` that WB4 does not skip, or -1."""
    index += 1
    while index < len(classes) and classes[index] in IGNORED:
        index += 1
    return index if index < len(classes) else -1


def joined(text, classes, i):
    """Whether there is no boundary between text[i - 1] and text[i]."""
    left, right = classes[i - 1], classes[i]
    if left == "CR" and right == "LF":  # WB3
        return True
    if left in NEWLINES or right in NEWLINES:  # WB3a, WB3b
        return False
    if left == "ZWJ" and unicode_data.extended_pictographic()[ord(text[i])]:  # WB3c
        return True
    if left == "WSegSpace" and right == "WSegSpace":  # WB3d
        return True
    if right in IGNORED:  # WB4
        return True

    before = step_back(classes, i)
    before_that = step_back(classes, before) if before >= 0 else -1
    after_this = step_forward(classes, i)
    left = classes[before] if before >= 0 else None
    left_2 = classes[before_that] if before_that >= 0 else None
    right_2 = classes[after_this] if after_this >= 0 else None

    if left in AH_LETTER and right in AH_LETTER:  # WB5
        return True
    middle = right == "MidLetter" or right in MID_NUM_LET_Q
    if left in AH_LETTER and middle and right_2 in AH_LETTER:  # WB6
        return True
    middle = left == "MidLetter" or left in MID_NUM_LET_Q
    if left_2 in AH_LETTER and middle and right in AH_LETTER:  # WB7
        return True
    if left == "Hebrew_Letter" and right == "Single_Quote":  # WB7a
        return True
    if left == "Hebrew_Letter" and right == "Double_Quote" and right_2 == "Hebrew_Letter":  # WB7b
        return True
    if left_2 == "Hebrew_Letter" and left == "Double_Quote" and right == "Hebrew_Letter":  # WB7c
        return True
    if left == "Numeric" and right == "Numeric":  # WB8
        return True
    if left in AH_LETTER and right == "Numeric":  # WB9
        return True
    if left == "Numeric" and right in AH_LETTER:  # WB10
        return True
    middle = left == "MidNum" or left in MID_NUM_LET_Q
    if left_2 == "Numeric" and middle and right == "Numeric":  # WB11
        return True
    middle = right == "MidNum" or right in MID_NUM_LET_Q
    if left == "Numeric" and middle and right_2 == "Numeric":  # WB12
        return True
    if left == "Katakana" and right == "Katakana":  # WB13
        return True
    wordlike = AH_LETTER | {"Numeric", "Katakana"}
    if (left in wordlike or left == "ExtendNumLet") and right == "ExtendNumLet":  # WB13a
        return True
    if left == "ExtendNumLet" and right in wordlike:  # WB13b
        return True
    if left == "Regional_Indicator" and right == "Regional_Indicator":  # WB15, WB16
        return indicators_before(classes, i) % 2 == 1
    return False  # WB999


def indicators_before(classes, i):
    """How many regional indicators stand in one run before `i`, skipped characters aside."""
    count = 0
    index = step_back(classes, i)
    while index >= 0 and classes[index] == "Regional_Indicator":
        count += 1
        index = step_back(classes, index)
    return count
