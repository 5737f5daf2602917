"""The JSON Schema must judge every document as the C++ reader does (documents_test.cpp), and accept what C++ writes.

usage: schema_test.py report.schema.json documents/ write_report
"""
import json
import pathlib
import subprocess
import sys

import jsonschema


def no_member_twice(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands twice")
    return members


def read(data):
    """What the schema cannot say and docs/wire_format.md does: UTF-8, no mark, no lone surrogate, no member twice."""
    document = json.loads(data.decode("utf-8"), object_pairs_hook=no_member_twice)
    json.dumps(document, ensure_ascii=False).encode("utf-8")
    return document


def verdict(validator, data):
    try:
        document = read(data)
    except ValueError as error:
        return f"unreadable: {error}"
    error = jsonschema.exceptions.best_match(validator.iter_errors(document))
    return f"{error.json_path}: {error.message[:200]}" if error else None


def main(schema_file, documents, write_report):
    schema = json.loads(pathlib.Path(schema_file).read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    good = sorted(pathlib.Path(documents, "good").iterdir())
    bad = sorted(pathlib.Path(documents, "bad").iterdir())
    written = subprocess.run([write_report], check=True, stdout=subprocess.PIPE).stdout.splitlines()
    fact = {"id": "a", "instance": "", "unknown": "x"}
    many = json.loads(good[0].read_text("utf-8")) | {"facts": [fact] * 20001}
    refused = [(f.name, f.read_bytes()) for f in bad] + [("too many facts", json.dumps(many).encode())]
    wrong = 0
    for name, data in [(f.name, f.read_bytes()) for f in good] + [(f"written {i}", line)
                                                                  for i, line in enumerate(written)]:
        reason = verdict(validator, data)
        if reason:
            wrong += 1
            print(f"{name} should be accepted: {reason}")
    for name, data in refused:
        if verdict(validator, data) is None:
            wrong += 1
            print(f"{name} should be refused")
    print(f"{len(good)} good, {len(written)} written and {len(refused)} bad documents; {wrong} judged wrongly")
    return 1 if wrong or len(good) < 3 or len(bad) < 20 or len(written) != 6 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
