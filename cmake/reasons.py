#!/usr/bin/env python3
"""Every reason that a check gives in words of its own has words for people: prints those that have none.

Looked at are the texts with which `collectors` makes an Unknown or a PortError, as far as they are whole; what is put
together of parts is seen by the test of the recorded machines.
"""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MADE = re.compile(r'(Unknown\{|PortError\(|NoAnswer\(|cannot_list\()\s*((?:"(?:[^"\\]|\\.)*"\s*)+)[)}]')
TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
BEFORE = {"cannot_list(": "a folder cannot be listed: "}
LIST_OF_REASONS = ("two", "three")  # fits anything


def patterns():
    reasons = json.loads((ROOT / "reporting/policy/reasons.json").read_text(encoding="utf-8"))
    for code, reason in reasons.items():
        if code not in LIST_OF_REASONS:
            said = re.split(r"\{\w+\}", reason["reason"])
            yield re.compile(".+".join(re.escape(part) for part in said))


def main():
    words = json.loads((ROOT / "reporting/policy/baseline.json").read_text(encoding="utf-8"))["words"]
    known = list(patterns())
    missing = False
    for source in sorted((ROOT / "collectors").rglob("*.cpp")):
        for made in MADE.finditer(source.read_text(encoding="utf-8")):
            reason = BEFORE.get(made.group(1), "") + "".join(TEXT.findall(made.group(2)))
            if reason not in words and not any(pattern.fullmatch(reason) for pattern in known):
                print(f"{source.relative_to(ROOT)}: {reason}")
                missing = True
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
