"""A table on a page: stand-alone HTML for a report's frame, and LaTeX with booktabs; every string is escaped."""

from dataclasses import dataclass
from html import escape

import pandas as pd

STYLE = """
:root { color-scheme: light }
body { margin: 0.6rem; font: 13px/1.4 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; color: #222; background: #fff }
.scroll { overflow-x: auto }
table { border-collapse: collapse; margin: 0.5rem 0 }
caption { text-align: left; font-weight: 600; font-size: 15px; padding-bottom: 0.5rem }
th, td { padding: 0.2rem 0.45rem; text-align: left; vertical-align: baseline }
tbody th, td { white-space: nowrap }
thead th { border-bottom: 1.5px solid #222; vertical-align: bottom }
tbody th { font-weight: 400 }
tbody th.group { font-weight: 600; padding-top: 0.9rem; border-bottom: 1px solid #bbb }
tbody tr:not(.group):hover { background: #f4f4f4 }
table { border-bottom: 1.5px solid #222 }
.number { text-align: right; font-variant-numeric: tabular-nums }
h1, h2, h3 { font-size: 15px; margin: 1.2rem 0 0.3rem }
.passage { white-space: pre-wrap }
mark { background: #fdf0cf }
small { color: #5a5a5a }
td.long, tbody th.long { white-space: normal; min-width: 14rem }
td.ok, td.part, td.none { white-space: normal; border-left: 1px solid #fff; border-top: 1px solid #fff; min-width: 6em }
.ok { background: #e3f1ea }
.part { background: #fdf0cf }
.none { background: #fbe0d3 }
.apart th, .apart td { color: #5a5a5a }
ol, p { max-width: 60rem }
li { overflow-wrap: anywhere }
"""
LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: "\\" + character for character in "&%$#_{}"},
    "[": "{[}",  # at the start of a row it would be read as an argument of the line break before
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "\n": " ",
    "\r": " ",
}


@dataclass(frozen=True)
class Column:
    """A heading, and whether what stands below it is numbers."""

    label: str
    number: bool = False


@dataclass(frozen=True)
class Row:
    """One line of cells.

    Parameters
    ----------
    cells : tuple of str
        One text a column.
    names : int
        How many of the first cells name the row.
    looks : tuple of str
        A class of STYLE for each cell, or empty.
    look : str
        A class of STYLE for the whole row.
    """

    cells: tuple[str, ...]
    names: int = 1
    looks: tuple[str, ...] = ()
    look: str = ""


@dataclass(frozen=True)
class Group:
    """Rows under one heading."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Document:
    """A titled table.

    Parameters
    ----------
    title : str
    columns : tuple of Column
    groups : tuple of Group
    notes : tuple of str
        Paragraphs below the table.
    reasons : tuple of str
        A numbered list below the notes; cells refer to it as [1], [2], ...
    """

    title: str
    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    notes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    def html(self) -> str:
        """The whole page, without scripts, links or outside files."""
        notes = "\n".join(f"<p>{escape(note)}</p>" for note in self.notes)
        reasons = "".join(f"<li>{escape(reason)}</li>\n" for reason in self.reasons)
        below = f"<ol>\n{reasons}</ol>\n" if reasons else ""
        return page(self.title, f"{self.table()}\n{notes}\n{below}")

    def table(self) -> str:
        """The table itself, as a part of a page."""
        head = "".join(f'<th scope="col"{_number(c)}>{escape(c.label)}</th>' for c in self.columns)
        body = "\n".join(self._group_html(group) for group in self.groups)
        if not self.groups:
            body = f'<tbody><tr><td colspan="{len(self.columns)}">Nothing to show.</td></tr></tbody>'
        return (
            f'<div class="scroll">\n<table>\n<caption>{escape(self.title)}</caption>\n'
            f"<thead>\n<tr>{head}</tr>\n</thead>\n{body}\n</table>\n</div>"
        )

    def _group_html(self, group: Group) -> str:
        span = len(self.columns)
        lines = [
            f'<tr class="group"><th scope="rowgroup" class="group" colspan="{span}">{escape(group.title)}</th></tr>'
        ]
        for row in group.rows:
            cells = []
            for index, (text, column) in enumerate(zip(row.cells, self.columns, strict=True)):
                look = row.looks[index] if row.looks else ""
                if index < row.names:
                    cells.append(f'<th scope="row"{_class(look)}>{escape(text)}</th>')
                else:
                    cells.append(f"<td{_number(column, look)}>{escape(text)}</td>")
            lines.append(f"<tr{_class(row.look)}>{''.join(cells)}</tr>")
        return "<tbody>\n" + "\n".join(lines) + "\n</tbody>"

    def latex(self) -> str:
        """A tabular between booktabs rules, to be set with \\input inside a table of one's own."""
        shape = "".join("r" if column.number else "l" for column in self.columns)
        lines = [f"% {_latex(self.title)}", rf"\begin{{tabular}}{{{shape}}}", r"\toprule"]
        lines.append(" & ".join(_latex(column.label) for column in self.columns) + r" \\")
        for group in self.groups:
            lines += [r"\midrule", rf"\multicolumn{{{len(self.columns)}}}{{l}}{{\textbf{{{_latex(group.title)}}}}} \\"]
            lines += [" & ".join(_latex(text) for text in row.cells) + r" \\" for row in group.rows]
        lines += [r"\bottomrule", r"\end{tabular}"]
        lines += [f"% {_latex(note)}" for note in self.notes]
        lines += [f"% [{index}] {_latex(reason)}" for index, reason in enumerate(self.reasons, 1)]
        return "\n".join(lines) + "\n"


def page(title: str, body: str) -> str:
    """A whole page around a body in HTML, whose strings are escaped already."""
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{escape(title)}</title>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )


def _class(*names: str) -> str:
    names = [name for name in names if name]
    return f' class="{" ".join(names)}"' if names else ""


def _number(column: Column, look: str = "") -> str:
    return _class("number" if column.number else "", look)


def _latex(text: str) -> str:
    return "".join(LATEX.get(character, character) for character in text)


def share(value: float) -> str:
    """A share that has no interval; nothing where there is none."""
    return "" if pd.isna(value) else f"{value:.2f}"


def estimate(value: float, low: float, high: float) -> tuple[str, str]:
    """A value and its interval, two decimals each; no interval where it is missing."""
    return f"{value:z.2f}", "" if pd.isna(low) or pd.isna(high) else f"[{low:z.2f}, {high:z.2f}]"
