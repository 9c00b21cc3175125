"""Holds the import lines of every target against Package.swift and against the module graph.

The compiler does not do this: it finds any module that some other target has already built, so an
undeclared import compiles until the build order changes. `--self-test` plants violations in a copy
of the sources and fails unless each of them is found.
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# What each target may depend on at all: the graph of ARCHITECTURE.md.
GRAPH = {
    "LedeModel": set(),
    "LedeArticles": {"LedeModel", "CLedeZlib", "CLedeSimdjson"},
    "LedeAnalysis": {"LedeModel", "CLedeUnicode", "CLedeStemmer", "CLedeKernels"},
    "LedeStorage": {"CLedeKernels", "CLedePlatform", "CLedeZlib", "SystemPackage"},
    "LedeCodecs": {"LedeModel", "LedeStorage", "CLedeKernels"},
    "LedeIndexing": {"LedeModel", "LedeAnalysis", "LedeStorage", "LedeCodecs", "CLedeKernels"},
    "LedeSearching": {
        "LedeModel", "LedeAnalysis", "LedeStorage", "LedeCodecs", "CLedeKernels", "Collections",
    },
    "Lede": {"LedeModel", "LedeAnalysis", "LedeCodecs", "LedeIndexing", "LedeSearching"},
    "LedeCommand": {
        "Lede", "LedeArticles", "CLedePlatform", "CLedeZlib", "ArgumentParser", "Histogram",
    },
    "_LedeBenchmarkSupport": {
        "LedeModel", "LedeAnalysis", "LedeStorage", "LedeCodecs", "LedeIndexing", "LedeSearching",
        "LedeArticles", "CLedeKernels",
    },
}

# Modules of the platform: who may import them. Foundation would cost every search its start-up.
PLATFORM = {"Glibc", "Musl", "Darwin"}
PLATFORM_USERS = {"LedeStorage", "LedeArticles", "LedeCommand"}
EVERYWHERE = {"Swift", "Synchronization", "_Concurrency"}
TESTS_ONLY = {"Foundation", "Testing"}
TEST_LIBRARIES = {"TestSupport", "DiskSimulation", "Fuzzing", "LedeFuzz"}
RE_EXPORTERS = {"Lede"}

IMPORT = re.compile(
    r"^\s*(?P<attributes>(?:@\w+(?:\([^)]*\))?\s+)*)"
    r"(?:(?:public|package|internal|fileprivate|private)\s+)?"
    r"import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?"
    r"(?P<module>[A-Za-z_]\w*)"
)


def dependency_name(dependency):
    for kind in ("byName", "target", "product"):
        if kind in dependency:
            return dependency[kind][0]
    raise SystemExit(f"a kind of dependency this check does not know: {dependency}")


def imports(path):
    """(line number, module, attributes) of every import of a Swift file."""
    in_string = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.count('"""') % 2 == 1:
            in_string = not in_string
        match = None if in_string else IMPORT.match(line)
        if match:
            yield number, match["module"], match["attributes"]


def allowed_modules(target, declared):
    allowed = declared | EVERYWHERE | {target["name"]}
    if target["name"] in PLATFORM_USERS or is_test(target):
        allowed |= PLATFORM
    if is_test(target):
        allowed |= TESTS_ONLY
    return allowed


def is_test(target):
    return target["type"] == "test" or target["name"] in TEST_LIBRARIES


def check_graph(targets):
    for target in targets:
        if is_test(target) or target["name"] not in GRAPH:
            continue
        for extra in sorted(set(target["declared"]) - GRAPH[target["name"]]):
            yield f"Package.swift: {target['name']} may not depend on {extra} (see ARCHITECTURE.md)"


def check_target(target, root):
    declared = set(target["declared"])
    allowed = allowed_modules(target, declared)
    used = set()
    for path in sorted((root / target["path"]).rglob("*.swift")):
        place = path.relative_to(root)
        for number, module, attributes in imports(path):
            used.add(module)
            if module not in allowed:
                yield f"{place}:{number}: {target['name']} imports {module} without declaring it"
            if "@testable" in attributes:
                yield f"{place}:{number}: @testable does not build in release"
            if "@_exported" in attributes and target["name"] not in RE_EXPORTERS:
                yield f"{place}:{number}: only the facade re-exports"
    if not is_test(target):
        for unused in sorted(declared - used):
            yield f"Package.swift: {target['name']} declares {unused} but never imports it"


def check_headers(root):
    """ICU and simdjson stay inside their shims: their headers clash with other modules."""
    for header in sorted((root / "Sources").rglob("include/*.h")):
        for number, line in enumerate(header.read_text(encoding="utf-8").splitlines(), 1):
            if re.match(r"\s*#\s*include\s*[<\"](unicode/|simdjson)", line):
                yield f"{header.relative_to(root)}:{number}: a public header shows the library"


def check(targets, root):
    found = list(check_graph(targets))
    for target in targets:
        if target["type"] in ("regular", "executable", "test"):
            found += check_target(target, root)
    return found + list(check_headers(root))


def load_targets():
    dump = subprocess.run(
        ["swift", "package", "dump-package"], check=True, stdout=subprocess.PIPE, text=True)
    targets = json.loads(dump.stdout)["targets"]
    for target in targets:
        target["declared"] = [dependency_name(each) for each in target["dependencies"]]
        target.setdefault("path", None)
    return targets


def self_test(targets):
    """Each planted violation must be reported, at the planted place."""
    plants = [
        ("Sources/Indexing/Planted.swift", "import LedeSearching\n"),
        ("Sources/Codecs/Planted.swift", "import Foundation\n"),
        ("Sources/Articles/Planted.swift", "internal import LedeIndexing\n"),
        ("Sources/Searching/Planted.swift", "import struct ArgumentParser.Option\n"),
        ("Sources/Model/Planted.swift", "@_exported import LedeStorage\n"),
        ("Tests/ModelTests/Planted.swift", "@testable import LedeModel\n"),
        ("Sources/CUnicode/include/Planted.h", "#include <unicode/ubrk.h>\n"),
    ]
    with tempfile.TemporaryDirectory() as scratch:
        root = pathlib.Path(scratch)
        for folder in ("Sources", "Tests"):
            shutil.copytree(folder, root / folder)
        for path, text in plants:
            planted = root / path
            planted.write_text(text, encoding="utf-8")
            if not any(line.startswith(f"{path}:1:") for line in check(targets, root)):
                raise SystemExit(f"the check missed {text.strip()!r} planted in {path}")
            planted.unlink()
    widened = [dict(each, declared=list(each["declared"])) for each in targets]
    next(each for each in widened if each["name"] == "LedeIndexing")["declared"].append(
        "LedeSearching")
    if not any("LedeIndexing may not depend" in line for line in check_graph(widened)):
        raise SystemExit("the check missed a forbidden dependency in Package.swift")
    print(f"imports: {len(plants) + 1} planted violations found")


def main():
    targets = load_targets()
    if "--self-test" in sys.argv:
        self_test(targets)
        return
    found = check(targets, pathlib.Path.cwd())
    for line in found:
        print(line, file=sys.stderr)
    if found:
        sys.exit(f"{len(found)} violations of the module graph")
    print(f"imports: {len(targets)} targets keep to the graph")


main()
