"""Runs the topics of judged collections through `lede search` and scores them as trec_eval does.

Question: does the ranking, with its defaults, reach the targets?
Data: the judged collections in the folder given, each corpus.jsonl.gz, queries.jsonl, qrels.tsv.
Seed: none; every step is deterministic.
Command: Benchmarks/Quality/run
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote

import pytrec_eval

MEASURES = {"ndcg_cut_10": "nDCG@10", "map": "MAP", "P_10": "P@10", "recall_1000": "recall@1000"}

# nDCG@10 and MAP of Lucene's EnglishAnalyzer with BM25, k1 1.2, b 0.75.
TARGETS = {
    "time": (0.677, 0.616),
    "cranfield": (0.368, 0.305),
    "cacm": (0.494, 0.341),
    "cisi": (0.384, 0.218),
    "medline": (0.690, 0.526),
    "npl": (0.433, 0.286),
    "adi": (0.486, 0.412),
}
# A single collection may fall this much below its target as long as the mean does not.
TOLERANCE = 0.010


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lede", type=Path, required=True, help="the lede command")
    parser.add_argument("--collections", type=Path, required=True, help="folder of the collections")
    parser.add_argument("search_options", nargs="*", help="passed on to lede search")
    options = parser.parse_args()
    if not options.collections.is_dir():
        sys.exit(f"{options.collections}: not there; set LEDE_SHARED to the shared data")

    print(f"{'collection':<11}{'topics':>7}", *(f"{name:>12}" for name in MEASURES.values()),
          f"{'target':>13}{'difference':>17}")  # fmt: skip
    results = {}
    for name in TARGETS:
        qrels = judgments(options.collections / name / "qrels.tsv")
        run = ranked(options.lede, options.collections / name, options.search_options)
        results[name] = means(qrels, run)
        print_row(name, len(qrels), results[name], TARGETS[name])
    mean = average(results.values())
    target = average(TARGETS.values())
    print_row("mean", "", mean, target)

    missed = [f"mean {label}" for label, got, wanted in compared(mean, target) if got < wanted]
    for name, result in results.items():
        missed += [
            f"{name} {label}"
            for label, got, wanted in compared(result, TARGETS[name])
            if got < wanted - TOLERANCE
        ]
    print("missed: " + ", ".join(missed) if missed else "every target is reached")
    sys.exit(1 if missed else 0)


def judgments(path):
    """topic -> document -> grade, of the topics with at least one relevant document."""
    qrels = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        topic, document, grade = line.split("\t")
        qrels.setdefault(topic, {})[document] = int(grade)
    return {topic: grades for topic, grades in qrels.items() if max(grades.values()) > 0}


def ranked(lede, collection, search_options):
    """topic -> document -> score, from an index that is built anew."""
    with tempfile.TemporaryDirectory(prefix="lede-quality-") as folder:
        index = Path(folder) / "index"
        execute([lede, "index", collection / "corpus.jsonl.gz", "--index", index, "--quiet"])
        output = execute(
            [lede, "search", "--queries", collection / "queries.jsonl", "--index", index]
            + ["--limit", "1000", "--format", "trec", *search_options]
        )
    run = {}
    for line in output.decode().splitlines():
        topic, _, document, _, score, _ = line.split(" ")
        run.setdefault(unquote(topic), {})[unquote(document)] = float(score)
    return run


def execute(command):
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit status {done.returncode}")
    return done.stdout


def means(qrels, run):
    """Means over all judged topics; one that found nothing counts as zero."""
    evaluator = pytrec_eval.RelevanceEvaluator(qrels, set(MEASURES))
    scored = evaluator.evaluate({topic: run[topic] for topic in qrels if topic in run})
    return tuple(
        sum(values[measure] for values in scored.values()) / len(qrels) for measure in MEASURES
    )


def average(rows):
    return tuple(sum(column) / len(column) for column in zip(*rows))


def compared(result, target):
    return zip(MEASURES.values(), (round(value, 3) for value in result), target)


def print_row(name, topics, result, target):
    differences = " ".join(f"{got - wanted:+.4f}" for got, wanted in zip(result, target))
    print(f"{name:<11}{topics:>7}", *(f"{value:>12.4f}" for value in result),
          "  " + " ".join(f"{value:.3f}" for value in target), f"{differences:>16}",
          flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
