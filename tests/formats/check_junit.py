"""JUnit files: well-formed, by the schemas, by another reader, and the same numbers as `--json`.

check_junit.py INTERLEAK JUNIT.xml RESULT.json [JENKINS.xsd]
"""
import json
import os
import sys

import junitparser
from lxml import etree

from common import check, finish

_, binary, path, result_path, *published = sys.argv
schema = etree.XMLSchema(etree.parse(os.path.join(os.path.dirname(__file__), "junit.xsd")))
tree = etree.parse(path)
check(schema.validate(tree), str(schema.error_log))

# The schema that Jenkins published lacks what its plugin, GitLab and others have understood for years.
for schema_path in published:
    plain = etree.parse(path)
    for case in plain.iter("testcase"):
        for name in ("file", "line"):
            case.attrib.pop(name, None)
        for properties in case.findall("properties"):
            case.remove(properties)
        for skipped in case.findall("skipped"):
            skipped.attrib.pop("message")
    jenkins = etree.XMLSchema(etree.parse(schema_path))
    check(jenkins.validate(plain), f"{schema_path}: {jenkins.error_log}")

for mark in tree.iter("system-out"):
    attached = mark.text.removeprefix("[[ATTACHMENT|").removesuffix("]]")
    with open(attached, encoding="utf-8") as file:
        check("interleak replay " in file.read(), f"{attached}: no replay command")

with open(result_path, encoding="utf-8") as file:
    result = json.load(file)
failures = {}
tests = 0
for case in result["results"]:
    names = {failure["invariant"] for failure in case["failures"]}
    subject = (case["design"]["id"].replace(".", "_"), case["scenario"]["variant"])
    for name in names:
        kinds = [f["kind"] for f in case["failures"] if f["invariant"] == name]
        failures[subject + (name or "counts",)] = kinds

seen = {}
for suite in junitparser.JUnitXml.fromfile(path):
    names = [case.name for case in suite]
    check(len(names) == len(set(zip(names, (c.classname for c in suite)))), f"{suite.name}: names repeat")
    check(suite.tests == len(names), f"{suite.name}: says {suite.tests} tests, holds {len(names)}")
    for case in suite:
        tests += 1
        head, _, variant = case.name.partition(" [")
        design, _, invariant = head.partition(" :: ")
        key = (design, variant.rstrip("]"), invariant)
        for entry in case.result:
            if isinstance(entry, junitparser.Skipped):
                continue
            seen[key] = entry
            check(len(entry.text) <= 8192, f"{case.name}: body of {len(entry.text)} bytes")
            check(entry.text.isascii(), f"{case.name}: body is not ASCII")

check(tests > 0, "no test case")
check(set(seen) == set(failures), f"failures differ from --json: {set(seen) ^ set(failures)}")
for key, entry in seen.items():
    error = isinstance(entry, junitparser.Error)
    check(entry.type in failures.get(key, []), f"{key}: type {entry.type}")
    check(error == all(kind == "inconclusive" for kind in failures[key]), f"{key}: error or failure")
    if entry.type == "unexpected-violation":
        check("interleak replay " in entry.text, f"{key}: no replay command")
finish("junit")
