#!/usr/bin/env python3
"""What no compiler sees of the table of reasons (collectors/core/reasons.json): prints codes that nothing in the
program gives as a reason, and words of our own in `collectors` that have no code.

A code or parameter that a source has and the table has not does not compile: the build makes a function of each code.
"""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# What an older version said stays in the table: it is stored, and older agents send it.
OF_OLDER_VERSIONS = ("two",)
OWN_WORDS = re.compile(r'in_words\(\s*"')


def sources(*folders):
    for folder in folders:
        for source in sorted((ROOT / folder).rglob("*")):
            if source.suffix in (".cpp", ".h"):
                yield source, source.read_text(encoding="utf-8")


def main():
    table = json.loads((ROOT / "collectors/core/reasons.json").read_text(encoding="utf-8"))
    given = set()
    offences = []
    for source, text in sources("agent", "collectors", "reporting"):
        given.update(re.findall(r"\breasons::(\w+)", text))
        if source.is_relative_to(ROOT / "collectors") and OWN_WORDS.search(text):
            offences.append(f"{source.relative_to(ROOT)}: words of our own without a code")
    offences += [f"{code}: nothing gives this reason" for code in table if code not in given | set(OF_OLDER_VERSIONS)]
    offences += [f"{code}: a parameter may not be called code, which stands for the reason itself on the wire"
                 for code, entry in table.items() if "{code}" in entry["reason"]]
    print("\n".join(offences), end="\n" if offences else "")
    return 1 if offences else 0


if __name__ == "__main__":
    sys.exit(main())
