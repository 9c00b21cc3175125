"""Arithmetic on times: summaries, ratios, the best of several."""

import math


def percentile(values, share):
    """The nearest-rank percentile: the least value that `share` of the values do not exceed."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)]


def mean(values):
    return sum(values) / len(values)


def median(values):
    ranked = sorted(values)
    middle = len(ranked) // 2
    return ranked[middle] if len(ranked) % 2 else (ranked[middle - 1] + ranked[middle]) / 2


def geometric_mean(values):
    """Of positive values; zeros, which a coarse clock gives, count as one."""
    return math.exp(mean([math.log(max(value, 1)) for value in values]))


def summary(times):
    """Mean and percentiles of {query: (best ns, median ns)}, of the best and of the medians."""
    best = [least for least, _ in times.values()]
    return {
        "queries": len(best), "mean": mean(best), "p50": percentile(best, 0.5),
        "p90": percentile(best, 0.9), "p99": percentile(best, 0.99),
        "mean_of_medians": mean([middle for _, middle in times.values()])}


def geometric_ratio(times, reference):
    """Geometric mean of per-query ratios to the reference, over the queries that both have."""
    common = times.keys() & reference.keys()
    if not common:
        return None
    logs = (math.log(max(times[q][0], 1) / max(reference[q][0], 1)) for q in common)
    return math.exp(sum(logs) / len(common))


def ratio_of_means(times, reference):
    """Mean time over the reference's mean, over the queries that both have."""
    common = times.keys() & reference.keys()
    if not common:
        return None
    return mean([times[q][0] for q in common]) / mean([reference[q][0] for q in common])


def merge_turns(turns):
    """{query: (best, median of medians)} of several turns' {query: (best, median)}."""
    return {
        query: (
            min(turn[query][0] for turn in turns), median([turn[query][1] for turn in turns]))
        for query in turns[0]}


def lowest_mean(candidates):
    """The key of {key: times} with the lowest mean of best times; None when empty."""
    means = {key: summary(times)["mean"] for key, times in candidates.items() if times}
    return min(means, key=means.get) if means else None


def without_floor(time, floor):
    """A time less what an empty call costs; never below zero."""
    return max(0.0, time - floor)
