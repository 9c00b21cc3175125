"""Writes lede.1 and a page per subcommand from `lede --experimental-dump-help`."""

import json
import pathlib
import subprocess
import sys


def escaped(text):
    """Text for roff: backslashes, hyphens and leading dots or quotes protected."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in text.split("\n"))


def option(argument):
    """The heading of one option or argument."""
    value = argument.get("valueName", "")
    if argument["kind"] == "positional":
        return f"\\fI{escaped(value)}\\fR"
    names = ", ".join(
        ("\\-" if name["kind"] == "short" else "\\-\\-") + escaped(name["name"])
        for name in argument["names"])
    shown = f" \\fI{escaped(value)}\\fR" if argument["kind"] == "option" else ""
    return f"\\fB{names}\\fR{shown}"


def synopsis(name, command):
    positional = [each for each in command.get("arguments", []) if each["kind"] == "positional"]
    words = [f"\\fB{escaped(name)}\\fR", "[\\fIoptions\\fR]"]
    if command.get("subcommands"):
        words = [f"\\fB{escaped(name)}\\fR", "\\fIcommand\\fR", "[\\fIoptions\\fR]"]
    for each in positional:
        word = option(each) + (" ..." if each["isRepeating"] else "")
        words.append(f"[{word}]" if each["isOptional"] else word)
    return " ".join(words)


def discussion(text):
    """Examples (indented in the help) are kept as they are; the rest is filled."""
    lines = []
    literal = False
    for line in text.split("\n"):
        indented = line.startswith("  ")
        if indented != literal:
            lines.append(".nf" if indented else ".fi")
            literal = indented
        lines.append(escaped(line) if line else ".PP")
    if literal:
        lines.append(".fi")
    return lines


def page(name, command, version, related):
    title = name.replace(" ", "-")
    lines = [
        f'.TH {title.upper()} 1 "" "lede {version}" "User Commands"',
        ".SH NAME", f"{escaped(title)} \\- {escaped(command['abstract'].rstrip('.'))}",
        ".SH SYNOPSIS", synopsis(name, command), ".SH DESCRIPTION",
    ]
    lines += discussion(command.get("discussion", command["abstract"]))
    for subcommand in command.get("subcommands", []):
        if subcommand["commandName"] == "help":
            continue
        lines += [".TP", f"\\fB{escaped(name + ' ' + subcommand['commandName'])}\\fR"]
        lines.append(escaped(subcommand["abstract"]))
    lines.append(".SH OPTIONS")
    for argument in command.get("arguments", []):
        if not argument["shouldDisplay"]:
            continue
        lines += [".TP", option(argument), escaped(argument.get("abstract", ""))]
        if "defaultValue" in argument:
            lines.append(f"Default: {escaped(argument['defaultValue'])}.")
    lines += [
        ".SH EXIT STATUS", "0 something matched, 1 nothing did, 2 any error, 130 Ctrl\\-C.",
        ".SH SEE ALSO", ", ".join(f"\\fB{escaped(each)}\\fR(1)" for each in related if each != title),
    ]
    return "\n".join(lines) + "\n"


def main():
    binary, folder = sys.argv[1:]
    dump = subprocess.run(
        [binary, "--experimental-dump-help"], check=True, stdout=subprocess.PIPE, text=True)
    version = subprocess.run(
        [binary, "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    root = json.loads(dump.stdout)["command"]
    commands = {"lede": root}
    for each in root["subcommands"]:
        if each["commandName"] != "help":
            commands[f"lede {each['commandName']}"] = each
    related = [name.replace(" ", "-") for name in commands]
    target = pathlib.Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    for name, command in commands.items():
        text = page(name, command, version, related)
        (target / f"{name.replace(' ', '-')}.1").write_text(text, encoding="utf-8")
    print(f"{len(commands)} man pages in {target}")


main()
