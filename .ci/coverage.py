"""Sums line coverage per engine target from llvm-cov's export; fails below the floor."""

import json
import sys

ENGINE = ("Model", "Analysis", "Storage", "Codecs", "Indexing", "Searching", "Lede")
FLOOR = 85.0


def main():
    report, root = sys.argv[1:]
    with open(report, encoding="utf-8") as file:
        files = json.load(file)["data"][0]["files"]
    covered = dict.fromkeys(ENGINE, 0)
    total = dict.fromkeys(ENGINE, 0)
    for each in files:
        if not each["filename"].startswith(root + "/Sources/"):
            continue
        target = each["filename"][len(root) + len("/Sources/") :].split("/")[0]
        if target in total:
            covered[target] += each["summary"]["lines"]["covered"]
            total[target] += each["summary"]["lines"]["count"]
    for target in ENGINE:
        share = 100 * covered[target] / max(1, total[target])
        print(f"{target:10} {covered[target]:6} of {total[target]:6} lines  {share:5.1f} %")
    if sum(total.values()) == 0:
        sys.exit("the report holds no line of the engine")
    share = 100 * sum(covered.values()) / sum(total.values())
    print(f"{'engine':10} {sum(covered.values()):6} of {sum(total.values()):6} lines  {share:5.1f} %")
    if share < FLOOR:
        sys.exit(f"below the floor of {FLOOR} %")


main()
