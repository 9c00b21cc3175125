"""Arithmetic on times."""

import unittest

import figures


class FiguresTests(unittest.TestCase):
    def test_percentiles_are_of_nearest_rank(self):
        values = list(range(1, 201))
        self.assertEqual(figures.percentile(values, 0.5), 100)
        self.assertEqual(figures.percentile(values, 0.99), 198)
        self.assertEqual(figures.percentile([7], 0.99), 7)
        self.assertEqual(figures.percentile([3, 1, 2], 1.0), 3)

    def test_median_of_an_even_number_is_between(self):
        self.assertEqual(figures.median([4, 1, 3, 2]), 2.5)
        self.assertEqual(figures.median([5, 1, 3]), 3)

    def test_ratios_are_over_common_queries(self):
        ours = {"a": (10, 10), "b": (20, 20)}
        theirs = {"a": (40, 40), "b": (20, 20), "c": (1000, 1000)}
        self.assertAlmostEqual(figures.geometric_ratio(theirs, ours), 2)
        self.assertAlmostEqual(figures.ratio_of_means(theirs, ours), 2)
        self.assertIsNone(figures.geometric_ratio({"d": (1, 1)}, ours))

    def test_turns_merge_to_the_best_and_the_middle(self):
        turns = [{"a": (5, 9)}, {"a": (4, 20)}, {"a": (6, 7)}]
        self.assertEqual(figures.merge_turns(turns), {"a": (4, 9)})

    def test_lowest_mean_wins(self):
        candidates = {"x": {"a": (5, 5), "b": (5, 5)}, "y": {"a": (1, 1), "b": (8, 8)}, "z": {}}
        self.assertEqual(figures.lowest_mean(candidates), "y")
        self.assertIsNone(figures.lowest_mean({}))

    def test_a_floor_never_makes_a_time_negative(self):
        self.assertEqual(figures.without_floor(10, 4), 6)
        self.assertEqual(figures.without_floor(3, 4), 0)

    def test_geometric_mean_survives_a_coarse_clock(self):
        self.assertAlmostEqual(figures.geometric_mean([0, 100]), 10)


if __name__ == "__main__":
    unittest.main()
