"""Checks what a reader relies on: docstrings, links between documents, the format document.

- Every public or package declaration (properties, initialisers and conformances with an agreed
  meaning apart) opens with a docstring.
- Relative links and anchors in Markdown resolve.
- Every section kind of the envelope is described in FileFormat.md, and every mention of
  `FileFormat.md#anchor` in the sources resolves.
- No figure is left to be filled in.

`--self-test` plants one violation of each and fails unless it is found.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

FORMAT = "Sources/Codecs/Codecs.docc/FileFormat.md"

DECLARATION = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:public|package)\s+"
    r"(?:(?:final|static|mutating|nonmutating|consuming|borrowing|indirect|nonisolated|class)\s+)*"
    r"(?P<kind>func|struct|enum|class|protocol|actor|typealias|subscript)\s*(?P<name>[\w`]+|[^\s\w(]*)"
)
# A function under a docstring, requirements of protocols included.
DOCUMENTED = re.compile(r"^\s*///[^\n]*\n(?:\s*@[^\n]*\n)*[^\n/]*?\bfunc\s+(`?\w+`?)", re.M)
# Witnesses of well-known protocols: their meaning is the protocol's.
AGREED = {"==", "<", "hash", "encode", "next", "run", "validate", "makeIterator", "Element"}
LINK = re.compile(r"(?<!\!)\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^\s*(```|~~~)")


def tracked(root, *patterns):
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        check=True, stdout=subprocess.PIPE, cwd=root)
    names = [name for name in listing.stdout.decode().split("\0") if name]
    return sorted(root / name for name in names if (root / name).is_file())


def declarations(path):
    """(line number, kind, name, whether a docstring opens it) of what leaves the module."""
    lines = path.read_text(encoding="utf-8").splitlines()
    in_string = False
    for number, line in enumerate(lines):
        if line.count('"""') % 2 == 1:
            in_string = not in_string
        match = None if in_string else DECLARATION.match(line)
        if not match or match["name"].strip("`") in AGREED:
            continue
        above = number - 1
        while above >= 0 and re.match(r"^\s*(@\w+|#if|#else|#endif|//(?!/))", lines[above]):
            above -= 1
        opening = lines[above].strip() if above >= 0 else ""
        # One docstring may stand over a block of declarations of one line each.
        grouped = above >= 0 and opening.endswith("}") and DECLARATION.match(lines[above])
        yield (
            number + 1, match["kind"], match["name"],
            bool(grouped) or opening.startswith("///") or opening.endswith("*/"))


def undocumented(paths):
    """(path, line number, name) of the declarations that open without a docstring.

    Overloads and witnesses share the docstring of one declaration of that name in their module.
    """
    found = {path: list(declarations(path)) for path in paths}
    documented = {
        (module_of(path), name)
        for path in paths
        for name in DOCUMENTED.findall(path.read_text(encoding="utf-8"))}
    for path, each in found.items():
        for number, kind, name, done in each:
            shared = kind == "func" and (module_of(path), name) in documented
            if not done and not shared:
                yield path, number, f"{kind} {name}"


def module_of(path):
    parts = path.parts
    return parts[len(parts) - parts[::-1].index("Sources")]


def prose(path):
    """(line number, line) outside fenced code."""
    fenced = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            yield number, line


def anchors(path):
    """The anchors that a Markdown renderer gives the headings of a file."""
    found = {}
    for _, line in prose(path):
        match = re.match(r"^#+\s+(.*?)\s*#*$", line)
        if not match:
            continue
        slug = re.sub(r"[^\w\- ]", "", match[1].lower()).replace(" ", "-")
        count = found.get(slug, 0)
        found[slug] = count + 1
        if count:
            found[f"{slug}-{count}"] = 1
    return set(found)


def broken_links(path, root):
    for number, line in prose(path):
        for target in LINK.findall(re.sub(r"`[^`]*`", "", line)):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            file = (path.parent / name) if name else path
            if not file.exists():
                yield f"{path.relative_to(root)}:{number}: {target} does not exist"
            elif anchor and file.suffix == ".md" and anchor not in anchors(file):
                yield f"{path.relative_to(root)}:{number}: {target}: no such heading"


def format_gaps(root):
    """Section kinds without a word in the format document; mentions that lead nowhere."""
    document = root / FORMAT
    if not document.exists():
        yield f"{FORMAT} is missing"
        return
    text = document.read_text(encoding="utf-8")
    kinds = 0
    for path in tracked(root, "Sources/Codecs"):
        if path.suffix != ".swift":
            continue
        source = path.read_text(encoding="utf-8")
        for name in re.findall(r"static let (\w+) = SectionKind\(\d+\)", source):
            kinds += 1
            words = re.sub(r"([A-Z])", lambda match: " " + match[1].lower(), name)
            if name not in text and words not in text.lower():
                yield f"{FORMAT}: no word about the section {name}"
        for anchor in re.findall(r"FileFormat\.md#([\w-]+)", source):
            if anchor not in anchors(document):
                yield f"{path.relative_to(root)}: FileFormat.md#{anchor}: no such heading"
    if kinds == 0:
        yield "Sources/Codecs: no section kind was found to check"


def check(root):
    for path, number, name in undocumented(tracked(root, "Sources/*.swift")):
        yield f"{path.relative_to(root)}:{number}: {name} has no docstring"
    for path in tracked(root, "*.md"):
        yield from broken_links(path, root)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if "TODO" in line:
                yield f"{path.relative_to(root)}:{number}: something is left to do"
    yield from format_gaps(root)


def self_test():
    with tempfile.TemporaryDirectory() as scratch:
        root = pathlib.Path(scratch)
        (root / "Sources/Codecs/Codecs.docc").mkdir(parents=True)
        files = {
            "Sources/Codecs/Bare.swift": "package struct Bare {}\n/// Has one.\npublic func f() {}\n",
            "Sources/Codecs/Kind.swift":
                "  static let terms = SectionKind(1)\n  static let spanMap = SectionKind(2)\n"
                "// FileFormat.md#gone\n",
            FORMAT: "# Format\n\n## terms\n\nTerms.\n",
            "README.md": "[a](missing.md) [b](README.md#nowhere) [c](#here)\n\n# Here\n\nTODO-FIGURE\n",
        }
        for name, text in files.items():
            (root / name).write_text(text, encoding="utf-8")
        subprocess.run(["git", "init", "-q"], cwd=root, check=True)
        found = list(check(root))
    expected = [
        "Bare.swift:1: struct Bare", "missing.md does not exist", "README.md#nowhere",
        "something is left", "section spanMap", "FileFormat.md#gone",
    ]
    for text in expected:
        if not any(text in line for line in found):
            raise SystemExit(f"the check missed: {text}\nit found: {found}")
    if len(found) != len(expected):
        raise SystemExit(f"the check found more than was planted: {found}")
    print(f"docs: {len(expected)} planted violations found")


def main():
    if "--self-test" in sys.argv:
        self_test()
        return
    found = list(check(pathlib.Path.cwd()))
    for line in found:
        print(line, file=sys.stderr)
    if found:
        sys.exit(f"{len(found)} gaps in the documents")
    print("docs: docstrings, links and format document are complete")


main()
