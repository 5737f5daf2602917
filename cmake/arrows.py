#!/usr/bin/env python3
"""Which folder may include which: holds the sources against the table in cmake/arrows.txt.

  arrows.py [--root TREE]           one line for each offence; exit code 1 when there is one
  arrows.py [--root TREE] --write   writes tables and lists of it into docs/architecture.md
"""
import argparse
import collections
import os
import pathlib
import re
import subprocess
import sys
import textwrap

TABLE = "cmake/arrows.txt"
DOCUMENT = "docs/architecture.md"
BEGIN = "<!-- The tables up to the next mark are made by `cmake/arrows.py --write` of cmake/arrows.txt. -->"
END = "<!-- Made tables end here. -->"
TREES = ("agent", "collectors", "reporting")
READ = (".cpp", ".h", ".ts", ".tsx")
COUNTED = (".cpp",)  # a header goes with its source
MOST_SOURCES = 25
COLUMNS = 120
GENERATED = ("embedded/", "event_messages.h")
C_INCLUDE = re.compile(r'\s*#\s*include\s*"([^"]+)"')
TS_IMPORT = re.compile(r'\s*(?:import|export|\}).*?["\'](\.[^"\']*)["\']')


class Row:
    """A folder of the table: where it stands, what it holds, and which folders it may include."""

    def __init__(self, folder, line, allowed):
        self.folder, self.line, self.names = folder, line, allowed
        self.holds = ""
        self.allowed = {}  # folder → the name that the table has for it


class Section:
    """Rows under one heading of the document, and the groups that are named there."""

    def __init__(self, title):
        self.title, self.rows, self.groups = title, [], {}


def table_lines(root):
    """Number and text of each line that says something; one that ends with a backslash goes on in the next."""
    begun, start = "", 0
    for number, text in enumerate((root / TABLE).read_text(encoding="utf-8").splitlines(), 1):
        text = text.split("#")[0].rstrip()
        start = start or number
        if text.endswith("\\"):
            begun += text[:-1]
            continue
        if begun + text:
            yield start, begun + text
        begun, start = "", 0


def read_table(root):
    """The sections, the rows by folder, and the sentences about what is wrong with the table itself."""
    sections, rows, groups, faults, row = [], {}, {}, [], None
    for number, line in table_lines(root):
        heading = re.fullmatch(r"== (.+)", line)
        group = re.fullmatch(r"(@\w+) *= *(.+)", line)
        named = re.fullmatch(r"([\w/]+):(.*)", line)
        if heading:
            sections.append(Section(heading[1]))
        elif group and sections:
            groups[group[1]] = sections[-1].groups[group[1]] = group[2].split()
        elif named and sections:
            if named[1] in rows:
                faults.append(f"{TABLE}:{number}: {named[1]} has two rows: keep one")
            row = rows[named[1]] = Row(named[1], number, named[2].split())
            sections[-1].rows.append(row)
        elif line[0] == " " and row:
            row.holds = f"{row.holds} {line.strip()}".strip()
        else:
            faults.append(f"{TABLE}:{number}: neither a heading, a group, a row nor what a row's folder holds: see "
                          f"the file's head")
    for row in rows.values():
        resolve(row, rows, groups, faults)
    faults += circles(rows)
    return sections, rows, faults


def resolve(row, rows, groups, faults):
    """Names to folders: a name alone is a folder beside this one, or in it."""
    parent = row.folder.rpartition("/")[0]
    for word in row.names:
        for name in groups.get(word, [word]):
            found = next((folder for folder in (name, f"{parent}/{name}", f"{row.folder}/{name}") if folder in rows),
                         None)
            if found is None:
                faults.append(f"{TABLE}:{row.line}: {row.folder} may include {name}, which has no row: add it, or "
                              f"take the name out")
            elif found != row.folder:
                row.allowed[found] = word


def circles(rows):
    """A row may name rows before it only, so that the table has no circle."""
    place = {folder: number for number, folder in enumerate(rows)}
    for row in rows.values():
        for target in row.allowed:
            if place[target] < place[row.folder]:
                continue
            back = way(rows, target, row.folder)
            if back:
                circle = " → ".join([row.folder] + back)
                yield f"{TABLE}:{row.line}: a circle: {circle}; cut one of these arrows"
            else:
                yield (f"{TABLE}:{row.line}: {row.folder} may include {target}, whose row stands after it: "
                       "the table goes from the bottom up, so move one of the rows")


def way(rows, start, end):
    """How `start` reaches `end` by the table; empty when it does not."""
    ways = collections.deque([[start]])
    seen = {start}
    while ways:
        path = ways.popleft()
        if path[-1] == end:
            return path
        row = rows[path[-1]]
        for target in row.allowed:
            if target not in seen:
                seen.add(target)
                ways.append(path + [target])
    return []


def files_of(root):
    """Tracked files and new ones that are not ignored."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *TREES],
                            cwd=root, check=True, capture_output=True, text=True).stdout
    return sorted(file for file in listed.split("\0") if file.endswith(READ) and (root / file).is_file())


def includes(root, file):
    """Line, folder and text of each include of a file of ours. What is generated has no folder."""
    folder = os.path.dirname(file)
    script = file.endswith((".ts", ".tsx"))
    for number, line in enumerate((root / file).read_text(encoding="utf-8").splitlines(), 1):
        match = (TS_IMPORT if script else C_INCLUDE).match(line)
        if not match:
            continue
        name = match.group(1)
        if not name.startswith(GENERATED):
            yield number, os.path.dirname(os.path.normpath(os.path.join(folder, name)) if script else name), name


def check_sources(root, rows):
    """The sentences about includes against the table, and about rows that the sources do not bear out."""
    used, sources = collections.defaultdict(set), collections.Counter()
    for file in files_of(root):
        folder = os.path.dirname(file)
        sources[folder] += file.endswith(COUNTED)
        if folder not in rows:
            continue
        for number, target, name in includes(root, file):
            if target == folder:
                continue
            used[folder].add(target)
            if target not in rows[folder].allowed:
                yield (f"{file}:{number}: {folder} → {target or 'nowhere'} (\"{name}\") is no arrow of {TABLE}: "
                       f"move what both "
                       "need into a folder that both may include, or hand it over as an argument")
    for folder, count in sorted(sources.items()):
        if folder not in rows:
            yield f"{folder}: has no row in {TABLE}: say there what it holds and what it may include"
        if count > MOST_SOURCES:
            yield (f"{folder}: {count} sources: divide it by subject, since {MOST_SOURCES} are the most that one "
                   "looks through")
    for row in rows.values():
        yield from check_row(row, used[row.folder], row.folder in sources)


def check_row(row, used, exists):
    if not exists:
        yield f"{TABLE}:{row.line}: {row.folder} holds no source: take its row out"
        return
    if not row.holds:
        yield f"{TABLE}:{row.line}: {row.folder}: say in the next line what it holds"
    for target, name in row.allowed.items():
        if target not in used and not name.startswith("@"):
            yield f"{TABLE}:{row.line}: no file of {row.folder} includes {target}: take it out of the row"


def shown(row, target):
    """What stands beside or in the row's folder goes without the way there."""
    for above in (row.folder, row.folder.rpartition("/")[0]):
        if above and target.startswith(above + "/"):
            return f"`{target[len(above) + 1:]}`"
    return f"`{target}`"


def may_include(row):
    """What stands after the row's colon."""
    names = dict.fromkeys(f"the {name[1:]}" if name.startswith("@") else shown(row, target)
                          for target, name in row.allowed.items())
    return ", ".join(names) or "nothing of ours"


def made_lists(rows):
    """What each row may include. Neighbours that may include the same share an item; it names the others as they are
    called beside the first."""
    items = []
    for row in rows:
        if items and items[-1][0].allowed == row.allowed:
            items[-1][1].append(shown(items[-1][0], row.folder))
        else:
            items.append((row, [f"`{row.folder}`"]))
    for row, names in items:
        yield from wrapped(f"- {', '.join(names)}: {may_include(row)}", "  ")


def wrapped(text, indent=""):
    return textwrap.wrap(text, COLUMNS, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)


def made_tables(sections):
    """Of each section its groups, what each folder holds, and what it may include."""
    lines = []
    for section in sections:
        lines += ["", f"### {section.title}", ""]
        for name, members in section.groups.items():
            lines += [*wrapped(f"The {name[1:]} are {', '.join(f'`{member}`' for member in members)}."), ""]
        lines += ["| folder | holds |", "|---|---|"]
        lines += [f"| `{row.folder}` | {row.holds} |" for row in section.rows]
        lines += ["", "What each may include:", "", *made_lists(section.rows)]
    return "\n".join(lines) + "\n\n"


def document_parts(root):
    text = (root / DOCUMENT).read_text(encoding="utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        sys.exit(f"{DOCUMENT}: needs these two lines, once each:\n{BEGIN}\n{END}")
    before, rest = text.split(BEGIN + "\n")
    made, after = rest.split(END)
    return before, made, after


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[1])
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    sections, rows, faults = read_table(options.root)
    before, made, after = document_parts(options.root)
    if options.write:
        (options.root / DOCUMENT).write_text(f"{before}{BEGIN}\n{made_tables(sections)}{END}{after}", encoding="utf-8")
        return 0
    faults += check_sources(options.root, rows)
    if not faults and made != made_tables(sections):
        faults.append(f"{DOCUMENT}: the folders are not shown as they stand in {TABLE}: run cmake/arrows.py --write")
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
