"""From raw times to the document that is the report: plain data, written as JSON as it is."""

import figures

# Share of the best exact peer's mean (and p99) that is the target, by kind of class and command.
TARGETS = {
    ("term", "TOP_10"): (0.1, None), ("term", "TOP_100"): (0.1, None),
    ("union", "TOP_10"): (0.5, 0.5), ("union", "TOP_100"): (0.5, 0.5),
    ("intersection", "TOP_10"): (0.5, 0.5), ("intersection", "TOP_100"): (0.5, 0.5),
    ("phrase", "TOP_10"): (0.5, 0.3), ("phrase", "TOP_100"): (0.5, 0.3),
    ("union", "COUNT"): (0.5, None), ("intersection", "COUNT"): (0.5, None),
    ("phrase", "COUNT"): (0.5, None), ("union", "TOP_10_COUNT"): (0.5, None)}

FLOOR = "absent"
OURS = ("lede", "lede again", "lede reordered")


def classes(listed):
    """{class: set of query names}: the groups, and within them the tags."""
    found = {}
    for query in listed:
        found.setdefault(query.group, set()).add(query.name)
        for tag in query.tags:
            found.setdefault(f"{query.group} {tag}", set()).add(query.name)
    return found


def best_copies(columns, group, command, members):
    """({label: times}, {label: spread}) of a class: of copies alike, the one with the least mean.

    "lede again" keeps its own label, since it shows the noise. The spread is the slowest copy's
    mean over the fastest's.
    """
    copies = {}
    for column in columns:
        times = column["times"].get(group, {}).get(command, {})
        times = {name: tuple(time) for name, time in times.items() if name in members}
        if times:
            copies.setdefault(column["label"], {})[column["copy"]] = times
    chosen, spread = {}, {}
    for label, alike in copies.items():
        chosen[label] = alike[figures.lowest_mean(alike)]
        if len(alike) > 1:
            means = [figures.summary(times)["mean"] for times in alike.values()]
            spread[label] = max(means) / min(means)
    return chosen, spread


def variant_results(record, listed):
    """{class: {command: {"engines": …, "spread": …, "verdicts": …}}} of one measured variant."""
    members = classes(listed)
    commands = list(dict.fromkeys(
        command for column in record["columns"] for each in column["times"].values()
        for command in each))
    floors = {
        command: floor_of(record, command, members.get(FLOOR, set())) for command in commands}
    found = {}
    for name, queries in members.items():
        for command in commands:
            times, spread = best_copies(record["columns"], name.split()[0], command, queries)
            if times:
                found.setdefault(name, {})[command] = {
                    "engines": engine_rows(times), "spread": spread,
                    "verdicts": {
                        label: verdict(name, command, label, times, floors[command])
                        for label in OURS if label in times and has_peers(times)}}
    return found


def floor_of(record, command, members):
    """{label: mean ns} of queries for absent terms."""
    times, _ = best_copies(record["columns"], FLOOR, command, members)
    return {label: figures.summary(own)["mean"] for label, own in times.items()}


def engine_rows(times):
    """Summaries by label, with ratios to Lede's times of the same queries."""
    rows = {}
    for label, own in times.items():
        rows[label] = figures.summary(own)
        if "lede" in times:
            rows[label]["geometric_ratio"] = figures.geometric_ratio(own, times["lede"])
            rows[label]["mean_ratio"] = figures.ratio_of_means(own, times["lede"])
    return rows


def peers(times, ours):
    """The other engines that answered as many queries, samples left out."""
    return {
        label: own for label, own in times.items()
        if label not in OURS and len(own) == len(times[ours])}


def has_peers(times):
    return any(label not in OURS for label in times)


def kind_of(name):
    """term, union, intersection, phrase or mixed, from the name of a class."""
    return name.split()[0].split("_")[-1]


def verdict(name, command, ours, times, floors):
    """Lede's mean over the best exact peer's, p99 likewise, and what the target says."""
    others = peers(times, ours)
    best = figures.lowest_mean(others)
    if best is None:
        return None
    own = figures.summary(times[ours])
    summaries = {label: figures.summary(each) for label, each in others.items()}
    fastest = min(summaries, key=lambda label: summaries[label]["p99"])
    mean_target, p99_target = TARGETS.get((kind_of(name), command), (None, None))
    result = {
        "peer": best, "peer_mean": summaries[best]["mean"], "mean": own["mean"],
        "ratio": own["mean"] / summaries[best]["mean"],
        "ratio_without_floors": ratio_without_floors(own, summaries, ours, floors),
        "geometric_ratio": figures.geometric_ratio(times[ours], times[best]),
        "p99_peer": fastest, "p99_ratio": own["p99"] / summaries[fastest]["p99"],
        "target": mean_target, "p99_target": p99_target}
    result["met"] = met(result)
    return result


def ratio_without_floors(own, summaries, ours, floors):
    """The ratio of means, each less its engine's floor, to the best peer counted so."""
    if ours not in floors:
        return None
    rest = {
        label: figures.without_floor(each["mean"], floors.get(label, 0))
        for label, each in summaries.items()}
    least = min(rest.values())
    return figures.without_floor(own["mean"], floors[ours]) / least if least else None


def met(result):
    """Whether mean and p99 reach their targets; None where there is none."""
    if result["target"] is None:
        return None
    reached = result["ratio"] <= result["target"]
    if result["p99_target"] is not None:
        reached = reached and result["p99_ratio"] <= result["p99_target"]
    return reached


def growth(whole, smaller):
    """{class: {command: {label: mean on the whole corpus over mean on the smaller}}}."""
    found = {}
    for name, by_command in smaller.items():
        for command, result in by_command.items():
            large = whole.get(name, {}).get(command, {}).get("engines", {})
            ratios = {
                label: large[label]["mean"] / row["mean"]
                for label, row in result["engines"].items()
                if label in large and large[label]["queries"] == row["queries"]}
            if ratios:
                found.setdefault(name, {})[command] = ratios
    return found


def document(facts, records, listed):
    """The whole report as data. `facts` are what is not a latency: machine, indexes, openings…"""
    variants = {}
    for record in records:
        variants[record["name"]] = {
            "title": record["title"], "command": record["command"], "corpus": record["corpus"], "loads": record["loads"],
            "differences": record["differences"], "agreement": record["agreement"],
            "memory": {
                f'{column["label"]} {column["copy"]}': column["peak_bytes"]
                for column in record["columns"]},
            "segments": {column["label"]: column["segments"] for column in record["columns"]},
            "classes": variant_results(record, listed)}
    result = {**facts, "variants": variants}
    if "natural" in variants and "smaller" in variants:
        result["growth"] = growth(
            variants["natural"]["classes"], variants["smaller"]["classes"])
    return result
