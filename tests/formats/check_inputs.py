"""Shipped scenarios, designs in JSON, and protocols, each by its schema: check_inputs.py SCHEMAS FOLDER..."""
import json
import os
import sys

import jsonschema

from common import check, finish

_, schemas, *folders = sys.argv


def validator(kind):
    with open(os.path.join(schemas, f"{kind}.schema.json"), encoding="utf-8") as file:
        schema = json.load(file)
    return jsonschema.validators.validator_for(schema)(schema)


validators = {kind: validator(kind) for kind in ("scenario", "design", "protocol")}


def kind_of(document):
    if "operations" in document:
        return "protocol"
    return "design" if "procedures" in document or "extends" in document else "scenario"


seen = dict.fromkeys(validators, 0)
for folder in folders:
    for place, _, names in os.walk(folder):
        for name in sorted(names):
            if not name.endswith(".json"):
                continue
            path = os.path.join(place, name)
            with open(path, encoding="utf-8") as file:
                document = json.load(file)
            kind = kind_of(document)
            seen[kind] += 1
            for error in validators[kind].iter_errors(document):
                check(False, f"{path}: {error.json_path}: {error.message[:200]}")
# What the reader refuses where it can be seen without other files, the schema refuses, too.
for kind, wrong in (("scenario", {"interleak": 1, "id": "s", "tasks": [{"id": "a", "do": [{"gte": "x"}]}]}),
                    ("protocol", {"interleak": 1, "protocol": "p", "operations": {}}),
                    ("protocol", {"interleak": 1, "protocol": "p", "operations": {"type": {}}})):
    check(not validators[kind].is_valid(wrong), f"the schema of {kind} takes {json.dumps(wrong)}")
check(seen["scenario"] > 30 and seen["protocol"] > 2, f"only {seen}")
finish("inputs")
