"""A JSON file by its schema: check_schema.py FILE.json SCHEMA.json"""
import json
import sys

import jsonschema

from common import check, finish

_, path, schema_path = sys.argv
with open(path, encoding="utf-8") as file:
    document = json.load(file)
with open(schema_path, encoding="utf-8") as file:
    schema = json.load(file)
validator = jsonschema.validators.validator_for(schema)(schema)
for error in validator.iter_errors(document):
    check(False, f"{error.json_path}: {error.message[:200]}")
finish("schema")
