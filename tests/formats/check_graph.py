"""The state graph as DOT and as edges, held against `run --json`; the DOT is laid out by Graphviz.

check_graph.py INTERLEAK SCENARIO DESIGN [WORD...]
"""
import csv
import io
import shutil
import subprocess
import sys
from xml.etree import ElementTree

from common import check, finish, run, run_json

_, binary, scenario, design, *words = sys.argv
subject = [scenario, "-d", design, *words]
result = run_json(binary, "run", *subject, "--json")["results"][0]
states, edges = result["explored"]["states"], result["explored"]["transitions"]

rows = list(csv.DictReader(io.StringIO(run(binary, "export", *subject, "-f", "edges-csv", code=0).decode(), newline="")))
check(len(rows) == edges, f"edges-csv: {len(rows)} edges, not {edges}")
check(len({row["target"] for row in rows} | {"0"}) == states, "edges-csv: states")

# All schedules, counted along the edges: an independent count of what the tool says.
after, ends = {}, set()
for row in rows:
    after.setdefault(int(row["source"]), []).append(int(row["target"]))
    if row["target may end"] == "yes":
        ends.add(int(row["target"]))
ways = {}


def schedules(state):
    if state not in ways:
        ways[state] = (state in ends) + sum(schedules(target) for target in after.get(state, []))
    return ways[state]


check(str(schedules(0)) == result["counts"]["schedules"], f"edges-csv: {schedules(0)} schedules")

dot = run(binary, "export", *subject, "-f", "dot", code=0)
if shutil.which("dot"):
    done = subprocess.run(["dot", "-Tsvg"], input=dot, capture_output=True, check=False)
    check(done.returncode == 0, f"dot: {done.stderr[:500]}")
    check(not done.stderr, f"dot: {done.stderr[:500]}")
    svg = ElementTree.fromstring(done.stdout)
    kinds = [element.get("class") for element in svg.iter("{http://www.w3.org/2000/svg}g")]
    check(kinds.count("node") == states, f"dot: {kinds.count('node')} nodes, not {states}")
    check(kinds.count("edge") == edges, f"dot: {kinds.count('edge')} edges, not {edges}")
else:
    print("graph: no Graphviz, the drawing is not checked")
finish("graph")
