"""A bar chart as SVG: Lede's mean time over that of the best exact peer, class by class.

Plain shapes and one style sheet, which follows the reader's light or dark scheme; no script.
"""

from html import escape

from tables import ratio

WIDTH, LABELS, PANEL, GAP = 980, 150, 360, 120
ROW, BAR, HEADING = 22, 13, 34
# The right end of the scale; longer bars are cut and say so by their number.
MOST = 1.2

STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #1f2328 }
  .title { font-size: 15px; font-weight: 600 } .panel { font-weight: 600 }
  .small { font-size: 11px } .quiet { fill: #59636e }
  .bar { fill: #2f6fb3 } .missed { fill: #c2632a } .plain { fill: #7d8590 }
  .line { stroke: #b7bec6; stroke-width: 1 } .target { stroke: #1a7f37; stroke-width: 1.5 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .quiet { fill: #9198a1 } .bar { fill: #58a6ff } .missed { fill: #f0883e }
    .plain { fill: #8b949e } .line { stroke: #444c56 } .target { stroke: #3fb950 }
  }
"""


def chart(title, note, panels):
    """`panels`: [(command, [(class, ratio, target or None, met or None, peer)])], two in a row."""
    body, height = [], 64
    for start in range(0, len(panels), 2):
        pair = panels[start:start + 2]
        for place, (name, rows) in enumerate(pair):
            left = place * (LABELS + PANEL)
            body += panel(name, rows, left, height)
        height += HEADING + ROW * max(len(rows) for _, rows in pair) + 26
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{2 * (LABELS + PANEL)}" height="{height}" '
        f'viewBox="0 0 {2 * (LABELS + PANEL)} {height}" role="img">',
        f"<title>{escape(title)}</title>", f"<style>{STYLE}</style>",
        text(8, 22, title, "title"), text(8, 42, note, "quiet")]
    return "\n".join([*head, *body, "</svg>"]) + "\n"


def panel(name, rows, left, top):
    """One command's classes, below each other."""
    scale = PANEL - GAP
    zero, first = left + LABELS, top + HEADING
    bottom = first + ROW * len(rows)
    parts = [text(left + 8, top + 16, name, "panel")]
    for value in (0.5, 1.0):
        x = zero + scale * value / MOST
        parts += [line(x, first - 4, x, bottom, "line"),
                  text(x, first - 8, f"{value:g}", "small quiet", "middle")]
    for number, (label, value, target, reached, peer) in enumerate(rows):
        y = first + ROW * number
        width = scale * min(value, MOST) / MOST
        kind = "plain" if reached is None else "bar" if reached else "missed"
        parts.append(text(zero - 8, y + BAR, label, "", "end"))
        parts.append(
            f'<rect class="{kind}" x="{zero}" y="{y + 2}" width="{width:.1f}" height="{BAR}" '
            'rx="2"/>')
        if target:
            x = zero + scale * target / MOST
            parts.append(line(x, y, x, y + ROW - 4, "target"))
        parts.append(text(zero + width + 6, y + BAR, f"{ratio(value)} of {peer}", "small quiet"))
    parts.append(line(zero, first - 4, zero, bottom, "line"))
    return parts


def text(x, y, words, style, anchor="start"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" class="{style}" text-anchor="{anchor}">'
            f"{escape(words)}</text>")


def line(x1, y1, x2, y2, style):
    return f'<line class="{style}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def rows_of(classes, command, ours="lede"):
    """The chart's rows of one command; narrower classes and floors stay out."""
    rows = []
    for name, by_command in classes.items():
        verdict = by_command.get(command, {}).get("verdicts", {}).get(ours)
        if verdict and " " not in name and name != "absent":
            rows.append((
                name.replace("_", " "), verdict["ratio"], verdict["target"], verdict["met"],
                verdict["peer"].replace("_", " ")))
    return rows
