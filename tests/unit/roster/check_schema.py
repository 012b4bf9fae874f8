#!/usr/bin/env python3
"""Holds host/roster/roster.schema.json against the documents of tests/fixtures/roster.

The unit tests of the parser read the same files: what one of the two takes, the other takes too.
"""

import json
import sys
from pathlib import Path

import jsonschema

ROOT = Path(__file__).resolve().parents[3]


def main() -> int:
    schema = json.loads((ROOT / "host/roster/roster.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    fixtures = ROOT / "tests/fixtures/roster"
    expected = {fixtures / "sample.json": True}
    expected |= {path: True for path in sorted((fixtures / "good").glob("*.json"))}
    expected |= {path: False for path in sorted((fixtures / "bad").glob("*.json"))}
    wrong = 0
    for path, good in expected.items():
        fault = next(iter(validator.iter_errors(json.loads(path.read_text()))), None)
        if (fault is None) != good:
            print(f"{path.relative_to(ROOT)}: {'refused: ' + fault.message if good else 'taken'}", file=sys.stderr)
            wrong += 1
    print(f"{len(expected)} documents, {wrong} not as expected")
    return 1 if wrong or len(expected) < 10 else 0


if __name__ == "__main__":
    sys.exit(main())
