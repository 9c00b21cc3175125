"""tantivy through its Python wrapper."""

from corpus import documents
from engines.base import Engine


class Tantivy(Engine):
    name = "tantivy"
    title = "tantivy"
    libraries = ("tantivy",)
    note = (
        "tantivy-py's search wraps every collector in one that has no pruned path, so TOP_k scores "
        "every match: its term and union rows are not native tantivy's. No COUNT alone.")
    commands = ("TOP_10", "TOP_100", "TOP_10_COUNT")

    def build(self, corpus, index):
        import tantivy

        writer = tantivy.Index(self.schema(), path=str(index)).writer(2_000_000_000, 1)
        for name, text in documents(corpus):
            document = tantivy.Document()
            document.add_text("id", name)
            document.add_text("text", text)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def schema(self):
        import tantivy

        schema = tantivy.SchemaBuilder()
        schema.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        schema.add_text_field(
            "text", stored=False, tokenizer_name="whitespace", index_option="position")
        return schema.build()

    def open(self, index):
        import tantivy

        self.query, self.occur = tantivy.Query, tantivy.Occur
        self.fields = self.schema()
        self.searcher = tantivy.Index.open(str(index)).searcher()
        return {"segments": self.searcher.num_segments}

    def prepare(self, query):
        if len(query.clauses) == 1:
            return self.clause(query.clauses[0])
        occurs = {"": self.occur.Should, "+": self.occur.Must, "-": self.occur.MustNot}
        return self.query.boolean_query(
            [(occurs[clause.sign], self.clause(clause)) for clause in query.clauses])

    def clause(self, clause):
        if len(clause.terms) > 1:
            return self.query.phrase_query(self.fields, "text", list(clause.terms))
        return self.query.term_query(self.fields, "text", clause.terms[0], "freq")

    def call(self, command):
        search = self.searcher.search
        limit = 100 if command == "TOP_100" else 10
        counts = command.endswith("COUNT")
        return lambda query: search(query, limit, counts)

    def answer(self, query):
        found = self.call("TOP_10_COUNT")(self.prepare(query))
        hits = [(self.searcher.doc(place)["id"][0], score) for score, place in found.hits]
        return found.count, hits
