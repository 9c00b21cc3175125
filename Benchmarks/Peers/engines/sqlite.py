"""FTS5 of the SQLite that the interpreter links."""

from corpus import documents
from engines.base import Engine

RANKED = "select rowid, rank from passages where passages match ? order by rank limit ?"
COUNTED = "select count(*) from passages where passages match ?"


class Sqlite(Engine):
    name = "sqlite"
    title = "SQLite FTS5"
    libraries = ("sqlite3",)
    note = "Scores every match; each call parses its SQL's match expression. A sample of queries."
    commands = ("TOP_10", "TOP_100", "COUNT")
    sample = 30

    def build(self, corpus, index):
        import sqlite3

        with sqlite3.connect(index / "passages.db") as database:
            database.execute("pragma journal_mode = off")
            database.execute("pragma synchronous = off")
            database.execute("pragma cache_size = -1000000")
            database.execute(
                "create virtual table passages using fts5(text, content = '', detail = full, "
                "tokenize = 'ascii')")
            database.executemany(
                "insert into passages(rowid, text) values(?, ?)",
                ((int(name) + 1, text) for name, text in documents(corpus)))
            database.execute("insert into passages(passages) values('optimize')")

    def open(self, index):
        import sqlite3

        self.database = sqlite3.connect(index / "passages.db")
        self.database.execute("pragma mmap_size = 8000000000")
        self.database.execute("pragma cache_size = -2000000")
        return {"segments": 1}

    def prepare(self, query):
        wanted = {"+": [], "": [], "-": []}
        for clause in query.clauses:
            wanted[clause.sign].append('"' + " ".join(clause.terms) + '"')
        # Optional clauses beside required ones change only the order: A AND (A OR B).
        required = " AND ".join(wanted["+"])
        optional = " OR ".join(wanted[""])
        if required and optional:
            required = f"({required}) AND (({required}) OR {optional})"
        expression = required or optional
        for excluded in wanted["-"]:
            expression = f"({expression}) NOT {excluded}"
        return expression

    def call(self, command):
        execute = self.database.execute
        if command == "COUNT":
            return lambda query: execute(COUNTED, (query,)).fetchall()
        limit = 100 if command == "TOP_100" else 10
        return lambda query: execute(RANKED, (query, limit)).fetchall()

    def answer(self, query):
        expression = self.prepare(query)
        (count,), = self.call("COUNT")(expression)
        return count, [(str(row - 1), -rank) for row, rank in self.call("TOP_10")(expression)]
