#!/usr/bin/env python3
"""An independent, slow, readable implementation of what Lede promises.

    reference.py selftest                        the standards' own tests
    reference.py expect CORPUS QUERIES           counts, keys and score bits, as JSON Lines
    reference.py compare CORPUS QUERIES --lede BINARY
                                                 the same against `lede index` and `lede bench`
    reference.py golden FOLDER                   writes the small archive of the Swift test

See README.md beside this file.
"""

import argparse
import bz2
import json
import sys
import time
from pathlib import Path

import numpy

from reference import archive, comparison, golden_archive, normalization, query, segmentation, stemmers
from reference import unicode_data
from reference.index import Index


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("selftest")
    for name in ("expect", "compare"):
        command = commands.add_parser(name)
        command.add_argument("corpus", type=Path)
        command.add_argument("queries", type=Path)
        command.add_argument("--documents", type=int, help="only the first lines of the corpus")
        command.add_argument("--language", default="english")
        if name == "compare":
            command.add_argument("--lede", type=Path, required=True)
    commands.add_parser("golden").add_argument("folder", type=Path)
    options = parser.parse_args()
    sys.exit(globals()[options.command](options))


def selftest(_):
    """WordBreakTest, NormalizationTest, and Snowball in Python against libstemmer in C."""
    failures = 0
    cases = list(unicode_data.word_break_test())
    wrong = [text for text, expected in cases if segmentation.boundaries(text) != expected]
    print(f"WordBreakTest: {len(cases)} lines, {len(wrong)} wrong")
    failures += len(wrong)

    path = unicode_data.directory() / "NormalizationTest.txt.bz2"
    count = wrong = 0
    with bz2.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            fields = line.split("#")[0].split(";")
            if len(fields) < 5:
                continue
            source, nfc, nfd = ("".join(chr(int(c, 16)) for c in f.split()) for f in fields[:3])
            count += 1
            wrong += normalization.nfc(source) != nfc or normalization.nfd(source) != nfd
    print(f"NormalizationTest: {count} lines, {wrong} wrong")
    failures += wrong

    count, wrong = stemmers.compare()
    print(f"Snowball English, Python against libstemmer: {count} words, {wrong} differ")
    return 1 if failures + wrong else 0


def expectations(options):
    """One dictionary per query of the file, and the digest over the top 100 of all."""
    started = time.time()
    index = Index(options.language)
    index.add_all(archive.articles(options.corpus, options.documents))
    print(f"reference: {index.count} documents, {time.time() - started:.0f} s", file=sys.stderr)
    expected, digest = [], archive.RankDigest()
    for identifier, text in archive.queries(options.queries):
        try:
            count, hits = query.search(index, query.parse(text), limit=100)
        except query.QueryError as error:
            expected.append({"id": identifier, "query": text, "error": str(error)})
            continue
        for document, score in hits:
            digest.add(index.keys[document], score)
        top = [{"id": index.keys[d], "bits": archive.bits(score)} for d, score in hits[:10]]
        expected.append({"id": identifier, "query": text, "count": count, "top": top})
    print(f"reference: {len(expected)} queries, {time.time() - started:.0f} s", file=sys.stderr)
    return expected, f"{digest.value:016x}"


def expect(options):
    expected, digest = expectations(options)
    for row in expected:
        print(json.dumps(row, ensure_ascii=False))
    print(json.dumps({"rank_digest": digest, "rank_digest_k": 100}))
    return 0


def golden(options):
    golden_archive.write(options.folder)
    return 0


def compare(options):
    expected, digest = expectations(options)
    differences = comparison.differences(options, expected, digest)
    for difference in differences[:50]:
        print(difference)
    print(f"{len(expected)} queries compared, {len(differences)} differences, digest {digest}")
    return 1 if differences else 0


if __name__ == "__main__":
    numpy.seterr(all="raise", under="ignore")
    main()
