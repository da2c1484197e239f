"""SARIF files: by the official schema, each reference leads somewhere, the same findings as `--json`.

check_sarif.py INTERLEAK LOG.sarif RESULT.json [SCHEMA.json]
"""
import json
import sys
import urllib.parse

from common import check, finish

_, binary, path, result_path, *schemas = sys.argv
with open(path, encoding="utf-8") as file:
    log = json.load(file)
with open(result_path, encoding="utf-8") as file:
    result = json.load(file)

for schema_path in schemas:
    import jsonschema

    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    validator = jsonschema.validators.validator_for(schema)(schema)
    for error in validator.iter_errors(log):
        check(False, f"schema: {error.json_path}: {error.message[:200]}")

run = log["runs"][0]
rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
check(len(rules) == len(run["tool"]["driver"]["rules"]), "a rule stands twice")
wanted = sum(len(case["failures"]) for case in result["results"])
unexpected = [entry for entry in run["results"] if entry["level"] != "note"]
check(len(unexpected) == wanted, f"{len(unexpected)} results, but {wanted} failures")

prints = [entry["partialFingerprints"]["interleakWitness/v1"] for entry in run["results"]]
check(len(prints) == len(set(prints)), "two findings have one fingerprint")
traces = {}
for case in result["results"]:
    for judged in case["invariants"]:
        if "witness" in judged:
            key = (case["scenario"]["id"], case["scenario"]["variant"], case["design"]["id"], judged["code"])
            traces[key] = judged["witness"]["trace"]["steps"]


def check_place(location, where):
    physical = location.get("physicalLocation")
    if physical is None:
        return
    uri = physical["artifactLocation"]["uri"]
    line = physical["region"]["startLine"]
    with open(urllib.parse.unquote(uri), encoding="utf-8") as file:
        lines = file.read().split("\n")
    check(1 <= line <= len(lines), f"{where}: {uri} has no line {line}")
    snippet = physical["region"].get("snippet")
    if snippet and line <= len(lines):
        text = json.dumps(snippet["text"], ensure_ascii=False)[1:-1]
        check(text in lines[line - 1], f"{where}: {uri}:{line} is not {text}")


for entry in run["results"]:
    where = f"{entry['ruleId']} {entry['properties']['design']}"
    check(entry["ruleId"] in rules, f"{where}: no such rule")
    check(len(entry["locations"]) == 1, f"{where}: locations")
    check_place(entry["locations"][0], where)
    for related in entry.get("relatedLocations", []):
        check_place(related, where)
    if "(1)" in entry["message"]["text"] and "The cancel lands here" in entry["message"]["text"]:
        check(entry["relatedLocations"][0]["id"] == 1, f"{where}: link to nothing")
    properties = entry["properties"]
    steps = traces.get((properties["scenario"], properties["variant"], properties["design"], entry["ruleId"]))
    if steps is None or "codeFlows" not in entry:
        continue
    whole, apart = entry["codeFlows"]
    orders = [step["executionOrder"] for step in whole["threadFlows"][0]["locations"]]
    check(orders == [step["number"] for step in steps], f"{where}: steps {orders}")
    parts = sorted(step["executionOrder"] for flow in apart["threadFlows"] for step in flow["locations"])
    check(parts == orders, f"{where}: the steps by actor are not the steps")
    for step in whole["threadFlows"][0]["locations"]:
        check_place(step["location"], where)
finish("sarif")
