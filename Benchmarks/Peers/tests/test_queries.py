"""The notation of queries, and their drawing."""

import collections
import random
import unittest

import corpus
import queries
import sampling


class NotationTests(unittest.TestCase):
    def test_tagged_queries_keep_their_shape(self):
        for text, kind, notation, lede in (
                ("griffith observatory", "union", "griffith observatory", "griffith observatory"),
                ("+a +b", "intersection", "+a +b", "+a +b"),
                ('"to be"', "phrase", "to.be", '"to be"'),
                ("+The", "term", "the", "the"),
                ('+"the who" +uk', "mixed", "+the.who +uk", '+"the who" +uk'),
                ("+python -snake", "mixed", "+python -snake", "+python -snake"),
                ("remote +work", "mixed", "remote +work", "remote +work")):
            query = queries.tagged("q", text)
            self.assertEqual((query.kind, query.notation, query.lede), (kind, notation, lede))

    def test_nothing_to_search_for_is_no_query(self):
        self.assertIsNone(queries.tagged("q", "-only"))
        self.assertIsNone(queries.tagged("q", "?! …"))

    def test_lines_are_read_back(self):
        written = [
            queries.tagged("g1", '+"new york" times -post'),
            queries.union("t1", "term", ["a1"], tags=["df_1%", "x"]),
            queries.intersection("i1", "log_intersection", ["u", "s", "u"])]
        for query in written:
            self.assertEqual(queries.parse(query.line + "\n"), query)

    def test_repeated_terms_stay(self):
        self.assertEqual(queries.union("u", "log_union", ["a", "b", "a"]).terms, ["a", "b", "a"])


class CorpusTests(unittest.TestCase):
    def test_normalising(self):
        self.assertEqual(corpus.normalise("Café  RÉSUMÉ, U.S. №5"),
                         ["cafe", "resume", "u", "s", "no5"])
        self.assertEqual(corpus.normalise("x" * 40 + " " + "y" * 41), ["x" * 40])

    def test_lines_split_again(self):
        self.assertEqual(corpus.split(corpus.document(12, "a b c")), ("12", "a b c"))

    def test_tokens_join_title_and_either_body(self):
        self.assertEqual(corpus.tokens_of('{"title": "T", "body": "B"}'), ["t", "b"])
        self.assertEqual(corpus.tokens_of('{"text": "only text", "title": null}'), ["only", "text"])


class SamplingTests(unittest.TestCase):
    def setUp(self):
        draw = random.Random(1)
        self.statistics = corpus.Statistics()
        words = [f"w{chr(97 + i)}{chr(97 + j)}" for i in range(20) for j in range(20)]
        for _ in range(400):
            self.statistics.add([words[int(draw.paretovariate(0.6)) % 400] for _ in range(60)])

    def test_the_same_corpus_gives_the_same_queries(self):
        drawn = [[query.line for query in sampling.ngrams(self.statistics)] for _ in range(2)]
        self.assertEqual(*drawn)
        groups = collections.Counter(line.split("\t")[0] for line in drawn[0])
        self.assertEqual(groups["ngram_union"], groups["ngram_phrase"])
        self.assertGreater(groups["ngram_union"], 100)

    def test_ngrams_occur_in_the_sample(self):
        texts = [" ".join(tokens) for tokens in self.statistics.sample]
        for query in sampling.ngrams(self.statistics):
            if query.group == "ngram_phrase":
                self.assertTrue(any(" ".join(query.terms) in text for text in texts), query.line)

    def test_terms_lie_in_their_band(self):
        least = {tag: share for share, tag in sampling.BANDS}
        for query in sampling.terms(self.statistics):
            share = self.statistics.frequency[query.terms[0]] / self.statistics.documents
            self.assertGreaterEqual(share, least[query.tags[0]])

    def test_names_are_unique(self):
        names = [query.name for query in sampling.all_queries(self.statistics, "/dev/null",
                                                              "/dev/null")]
        self.assertEqual(len(names), len(set(names)))


class EveryTests(unittest.TestCase):
    def test_thins_each_class_of_the_log_only(self):
        listed = [queries.union(f"g{n}", "game_union", ("a", "b")) for n in range(5)]
        listed += [queries.union(f"lu{n}", "log_union", ("a", "b")) for n in range(5)]
        kept = [query.name for query in queries.every(listed, 2)]
        self.assertEqual(kept, ["g0", "g1", "g2", "g3", "g4", "lu1", "lu3"])
        self.assertEqual(queries.every(listed, 1), listed)


if __name__ == "__main__":
    unittest.main()
