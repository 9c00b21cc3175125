"""What is fixed for every run, and where things are kept."""

import os
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SHARED = pathlib.Path(os.environ.get("LEDE_SHARED", ROOT.parent / "shared"))
RESULTS = HERE.parent / "Results"
LEDE = ROOT / ".build-static" / "release" / "lede"

# One pair for all: tantivy and SQLite have it built in, the others take it as a parameter.
K1, B = 1.2, 0.75

COMMANDS = ("TOP_10", "TOP_100", "COUNT", "TOP_10_COUNT")

# Seed of everything drawn at random: sampled queries, shuffled corpus, order within a round.
SEED = 20190701

# Terms of every peer are at most this long, so that no engine's own limit matters.
LONGEST_TOKEN = 40

SEGMENTS = 8
SMALLER = 10

# Versions. LUCENE_WHEEL carries both Lucene's jars and the Java runtime that they run on.
REQUIREMENTS = ("tantivy==0.27.0", "bm25s==0.3.16", "numba==0.68.1", "numpy", "tbb==2020.3.254")
PISA_WHEEL = "pyterrier-pisa==0.4.9"
LUCENE_WHEEL = "arcadedb-embedded==26.10.2.post1"
LUCENE = "10.5.2"
DEBIAN = ("python3-venv", "openjdk-17-jdk-headless", "xapian-tools", "python3-xapian", "xz-utils")

# Debian's own interpreter, which alone sees the bindings of Xapian.
SYSTEM_PYTHON = pathlib.Path("/usr/bin/python3")


class Work:
    """The folder outside of git that holds all that is downloaded, built or measured."""

    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()
        self.venv = self.root / "venv"
        self.python = self.venv / "bin" / "python"
        self.jre = self.root / "jre25"
        self.jars = self.root / "lib"
        self.downloads = self.root / "dl"
        self.classes = self.root / "classes"
        self.corpora = self.root / "corpora"
        self.indexes = self.root / "indexes"
        self.measured = self.root / "measured"
        self.queries = self.corpora / "queries.tsv"

    def corpus(self, name):
        """The normalised corpus called `name`: natural, shuffled or smaller."""
        return self.corpora / f"{name}.jsonl"

    def index(self, engine, corpus, segments):
        """The folder of one engine's index of one corpus."""
        return self.indexes / f"{engine}-{corpus}-{segments}"

    def scratch(self, name):
        """A file for answers of worker processes."""
        self.measured.mkdir(parents=True, exist_ok=True)
        return self.measured / name
