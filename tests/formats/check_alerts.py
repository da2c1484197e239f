"""A failing check points at the line of the listing, and an edit above it does not reopen the alert.

check_alerts.py INTERLEAK POOL.json SCENARIO.json FOLDER

Checks a pool that leaks, then the same with lines inserted above in both files, another title and other names
of the tasks. GitHub keeps an alert open while its rule and its fingerprint stay the same.
"""
import json
import os
import sys

from common import check, finish, run

_, binary, pool, scenario, folder = sys.argv


def alerts(name, edit):
    """{rule and fingerprint: file, line and text of the place} after an edit of the two texts."""
    where = os.path.join(folder, name)
    os.makedirs(where, exist_ok=True)
    paths = []
    for path in (pool, scenario):
        with open(path, encoding="utf-8") as file:
            text = edit(file.read())
        paths.append(os.path.join(where, os.path.basename(path)))
        with open(paths[-1], "w", encoding="utf-8") as file:
            file.write(text)
    sarif, junit = os.path.join(where, "log.sarif"), os.path.join(where, "log.xml")
    out = run(binary, "check", paths[1], "-L", paths[0], "--sarif", sarif, "--junit", junit, "--github", "-q",
              "--no-progress", code=1).decode()
    with open(sarif, encoding="utf-8") as file:
        results = json.load(file)["runs"][0]["results"]
    found = {}
    for result in results:
        place = result["locations"][0]["physicalLocation"]
        line = place["region"]["startLine"]
        uri = place["artifactLocation"]["uri"]
        check(os.path.samefile(uri if os.path.isabs(uri) else os.path.join(os.getcwd(), uri), paths[0]),
              f"{name}: the alert stands in {uri}, not in the listing")
        with open(paths[0], encoding="utf-8") as file:
            text = file.read().split("\n")[line - 1]
        check("await receive" in text, f"{name}: {line} is not where the cancel lands: {text}")
        check(f"line={line},endLine={line}," in out, f"{name}: no annotation at line {line}")
        prints = result["partialFingerprints"]
        key = (result["ruleId"], prints["interleakWitness/v1"], prints["primaryLocationLineHash"])
        found[key] = (line, text.strip())
    check(found, f"{name}: no alert")
    return found


before = alerts("before", lambda text: text)
after = alerts("after", lambda text: "\n\n\n" + text.replace('"title":', '"source": "nowhere",\n\n  "title":')
               .replace("alice", "dora"))
check(set(before) == set(after), f"the alerts are others: {before} and {after}")
for key, (line, text) in before.items():
    moved, same = after.get(key, (0, ""))
    check(moved > line, f"{line} did not move: the edit tested nothing")
    check(text == same, f"{text} became {same}")
finish("alerts")
