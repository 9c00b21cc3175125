"""The engines of the comparison.

`DRIVEN` are reached from Python, each in a process under `worker.py`. Lucene is reached through the
Java sources beside, Lede through its command.
"""

from engines.bm25s import Bm25s
from engines.pisa import Pisa, PisaMaxScore, PisaWand
from engines.sqlite import Sqlite
from engines.tantivy import Tantivy
from engines.xapian import Xapian

DRIVEN = {
    engine.name: engine
    for engine in (Tantivy, Pisa, PisaWand, PisaMaxScore, Sqlite, Xapian, Bm25s)}
