"""Xapian through Debian's bindings."""

import os
import shutil
import subprocess

from corpus import documents
from engines.base import Engine
from settings import B, K1

# BM25Weight's k3: so large that a repeated term counts as often as it occurs, as elsewhere.
REPEATED = 1e6


class Xapian(Engine):
    name = "xapian"
    title = "Xapian"
    libraries = ("xapian",)
    note = "A sample of queries."
    commands = ("TOP_10", "TOP_100", "TOP_10_COUNT")
    sample = 30
    system_python = True

    def build(self, corpus, index):
        os.environ["XAPIAN_FLUSH_THRESHOLD"] = "100000"
        import xapian

        loose = index / "loose"
        mode = xapian.DB_CREATE_OR_OVERWRITE | xapian.DB_BACKEND_GLASS | xapian.DB_NO_SYNC
        database = xapian.WritableDatabase(str(loose), mode)
        for name, text in documents(corpus):
            document = xapian.Document()
            for position, term in enumerate(text.split(" ")):
                document.add_posting(term, position)
            document.set_data(name)
            database.add_document(document)
        database.commit()
        database.close()
        subprocess.run(
            ["xapian-compact", "--no-renumber", loose, index / "compact"], check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        shutil.rmtree(loose)

    def open(self, index):
        import xapian

        self.library = xapian
        self.database = xapian.Database(str(index / "compact"))
        self.documents = self.database.get_doccount()
        self.enquire = xapian.Enquire(self.database)
        self.enquire.set_weighting_scheme(xapian.BM25Weight(K1, 0, REPEATED, B, 0))
        return {"segments": 1}

    def prepare(self, query):
        make = self.library.Query
        wanted = {"+": [], "": [], "-": []}
        for clause in query.clauses:
            terms = list(clause.terms)
            one = make(terms[0]) if len(terms) == 1 else make(make.OP_PHRASE, terms, len(terms))
            wanted[clause.sign].append(one)
        required, optional = make(make.OP_AND, wanted["+"]), make(make.OP_OR, wanted[""])
        if wanted["+"] and wanted[""]:
            whole = make(make.OP_AND_MAYBE, required, optional)
        else:
            whole = required if wanted["+"] else optional
        if wanted["-"]:
            whole = make(make.OP_AND_NOT, whole, make(make.OP_OR, wanted["-"]))
        return whole

    def call(self, command):
        enquire = self.enquire
        limit = 100 if command == "TOP_100" else 10
        # Counts are estimates unless so many matches are looked at.
        looked_at = self.documents if command.endswith("COUNT") else 0

        def search(query):
            enquire.set_query(query)
            return enquire.get_mset(0, limit, looked_at)

        return search

    def answer(self, query):
        found = self.call("TOP_10_COUNT")(self.prepare(query))
        hits = [(match.document.get_data().decode(), match.weight) for match in found]
        return found.get_matches_estimated(), hits
