"""From raw times to the report."""

import json
import unittest
import xml.etree.ElementTree

import chart
import measuring
import queries
import report
import results
import tables
import targets

LISTED = [
    queries.union("u1", "game_union", ["a", "b"]), queries.union("u2", "game_union", ["a", "c"]),
    queries.union("t1", "term", ["a"], tags=["df_10%"]),
    queries.union("a1", "absent", ["zz"])]


def column(label, times, copy=0):
    """A measured column whose classes have the given nanoseconds per query."""
    shaped = {
        group: {"TOP_10": {name: [time, time + 1] for name, time in members.items()}}
        for group, members in times.items()}
    return {"label": label, "copy": copy, "engine": label, "segments": 1, "peak_bytes": 10**7,
            "times": shaped}


def record(name="natural", scale=1):
    columns = [
        column("lede", {"game_union": {"u1": 100, "u2": 300}, "term": {"t1": 50},
                        "absent": {"a1": 20}}),
        column("lucene", {"game_union": {"u1": 900, "u2": 900}, "term": {"t1": 600},
                          "absent": {"a1": 100}}),
        column("lucene", {"game_union": {"u1": 500, "u2": 700}, "term": {"t1": 800},
                          "absent": {"a1": 100}}, copy=1),
        column("sqlite", {"game_union": {"u1": 10}})]
    for each in columns:
        for group in each["times"].values():
            for own in group["TOP_10"].values():
                own[:] = [time * scale for time in own]
    return {"name": name, "title": name, "command": "make peers", "corpus": name, "differences": [], "agreement": {},
            "loads": [{"group": "term", "load": 1.0}], "columns": columns, "processor": 1}


FACTS = {
    "made": "now", "k1": 1.2, "b": 0.75, "versions": {"lede": "1"},
    "machine": {"processor": "p", "processors": 2, "vectors": "AVX2"}, "queries": {"term": 1},
    "corpus": {"documents": 1, "tokens": 2, "terms": 3, "bytes": 4}, "check": None,
    "indexes": [{"engine": "lede", "corpus": "natural", "segments": 1, "wall_s": 1.0, "cpu_s": 1.0,
                 "bytes": 10, "peak_bytes": 20, "load": 0.5}]}


class ResultsTests(unittest.TestCase):
    def setUp(self):
        self.classes = results.variant_results(record(), LISTED)

    def test_the_best_fork_is_taken_class_by_class(self):
        union = self.classes["game_union"]["TOP_10"]
        self.assertEqual(union["engines"]["lucene"]["mean"], 600)
        self.assertAlmostEqual(union["spread"]["lucene"], 1.5)
        self.assertEqual(self.classes["term"]["TOP_10"]["engines"]["lucene"]["mean"], 600)

    def test_a_sample_is_no_best_peer(self):
        verdict = self.classes["game_union"]["TOP_10"]["verdicts"]["lede"]
        self.assertEqual(verdict["peer"], "lucene")
        self.assertAlmostEqual(verdict["ratio"], 200 / 600)
        self.assertAlmostEqual(verdict["p99_ratio"], 300 / 700)
        self.assertAlmostEqual(verdict["ratio_without_floors"], 180 / 500)
        self.assertTrue(verdict["met"])

    def test_single_terms_have_a_target_of_their_own(self):
        verdict = self.classes["term"]["TOP_10"]["verdicts"]["lede"]
        self.assertEqual(verdict["target"], 0.1)
        self.assertTrue(verdict["met"])
        self.assertIn("term df_10%", self.classes)

    def test_a_missed_p99_is_a_missed_target(self):
        missed = {"ratio": 0.4, "target": 0.5, "p99_ratio": 0.31, "p99_target": 0.3}
        self.assertFalse(results.met(missed))

    def test_growth_is_each_engine_to_itself(self):
        large = results.variant_results(record(scale=3), LISTED)
        grown = results.growth(large, self.classes)
        self.assertAlmostEqual(grown["game_union"]["TOP_10"]["lucene"], 3)

    def test_counts_that_differ_are_named(self):
        answers = {"lucene": {"q": (5, [])}, "lede": {"q": (4, [])}, "pisa": {"q": (None, [])}}
        self.assertEqual(len(measuring.compare_counts(answers)), 1)


class RenderingTests(unittest.TestCase):
    def setUp(self):
        records = [record(), record("smaller", 0.5)]
        self.document = results.document(FACTS, records, LISTED)

    def test_the_report_renders_and_is_plain_data(self):
        text = report.render(json.loads(json.dumps(self.document)), "peers.svg")
        self.assertIn("| game_union | TOP_10 | plain | 0.20 | Lucene", text)
        self.assertIn("## Ten times the documents", text)
        for line in text.splitlines():
            if line.startswith("|"):
                self.assertTrue(line.endswith("|"), line)

    def test_targets_come_first(self):
        text = report.render(self.document, "peers.svg")
        first = text.index("| union | TOP_10 | plain | 0.33 | 0.5 | 0.43 | 0.5 | ✓ |")
        self.assertLess(first, text.index("## Against the best exact peer"))
        self.assertNotIn("bytes of the index over", text)

    def test_sizes_are_compared_with_lucene(self):
        rows = list(targets.bytes_rows([
            {"engine": "lucene", "corpus": "natural", "segments": 1, "bytes": 100},
            {"engine": "lede", "corpus": "natural", "segments": 1, "bytes": 80},
            {"engine": "lede", "corpus": "natural, reordered", "segments": 1, "bytes": 90}]))
        self.assertEqual([(row[1], row[3]) for row in rows], [("0.80", "✓"), ("0.90", "✗")])

    def test_two_threads_are_judged_by_the_worst_class(self):
        rows = list(targets.thread_rows({"a": {"1": 10, "2": 20}, "b": {"1": 10, "2": 18}}))
        self.assertEqual(rows[0][1:], ("1.80, 2.00", "1.9", "✗"))

    def test_the_chart_is_well_formed(self):
        rows = chart.rows_of(self.document["variants"]["natural"]["classes"], "TOP_10")
        drawn = chart.chart("t < u", "note", [("TOP_10", rows), ("COUNT", rows)])
        root = xml.etree.ElementTree.fromstring(drawn)
        bars = [each for each in root.iter() if each.tag.endswith("rect")]
        self.assertEqual(len(bars), 2 * len(rows))
        self.assertNotIn("absent", drawn)

    def test_numbers(self):
        self.assertEqual(tables.microseconds(1_234_567), "1,235")
        self.assertEqual(tables.microseconds(12_345), "12.3")
        self.assertEqual(tables.ratio(None), "–")
        self.assertEqual(tables.ratio(0.333), "0.33")


if __name__ == "__main__":
    unittest.main()
