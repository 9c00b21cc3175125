"""Reads a build log on stdin; fails when it holds a warning that lies in our own code."""

import re
import sys

OURS = ("Sources/", "Tests/", "Benchmarks/", "Package.swift")


def own_warnings(lines, root):
    """The distinct warning lines whose path lies under one of our folders."""
    found = {}
    for line in lines:
        match = re.match(r"(?P<path>[^:\s][^:]*):\d+:\d+: warning:", line)
        if not match:
            continue
        path = match["path"]
        if path.startswith(root + "/"):
            path = path[len(root) + 1 :]
        if path.startswith(OURS) and "/.build/" not in path:
            found[line.rstrip()] = True
    return list(found)


def self_test():
    log = [
        "/r/Sources/Model/Field.swift:3:5: warning: variable 'x' was never used\n",
        "Sources/CKernels/bitpack.c:9:1: warning: unused function\n",
        "/r/.build/checkouts/x/Sources/A.swift:1:1: warning: theirs\n",
        "/r/Benchmarks/.build/checkouts/x/Sources/A.swift:1:1: warning: theirs\n",
        "warning: 'x': unhandled file\n",
    ]
    assert len(own_warnings(log, "/r")) == 2, own_warnings(log, "/r")


def main():
    self_test()
    found = own_warnings(sys.stdin, sys.argv[1])
    for line in found:
        print(line, file=sys.stderr)
    if found:
        sys.exit(f"{len(found)} warnings in our own code")


main()
