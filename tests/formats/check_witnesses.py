"""check_exports.py for shortest violations of the shipped scenarios, and all of them as Mermaid.

check_witnesses.py INTERLEAK FOLDER SCENARIO...     (the diagrams go to the folder)

Hundreds of violations differ in nothing that an export could notice. Those are taken that show, for their
scenario, a kind of event, an action or an outcome that none before them did.
"""
import concurrent.futures
import os
import re
import subprocess
import sys

from common import check, finish, run, run_json

_, binary, folder, *scenarios = sys.argv
checker = os.path.join(os.path.dirname(__file__), "check_exports.py")


def traits(trace):
    """What is in a trace, without names and numbers."""
    found = set()
    for step in trace["steps"]:
        machine = re.match(r"(srv|net|krn)\.\d+(:\w+)?|tmo", step["event"])
        found.add(re.sub(r"\d+", "", machine[0]) if machine else "!" * ("cancel" in step))
        found |= {" ".join(action.split()[:2]) for action in step["summary"].split(", ")}
        found |= {outcome["outcome"] for outcome in step["outcomes"]}
        found |= {finding.split(":")[0] for finding in step["findings"]}
    return found


def chosen():
    """(scenario file, words of the subject, schedule) of each witness to look at."""
    seen = {}
    for result in run_json(binary, "check", *scenarios, "--json", "--no-progress")["results"]:
        file, variant = result["scenario"]["file"], result["scenario"]["variant"]
        words = ["--variant", variant] if variant else []
        for judged in result["invariants"]:
            if "witness" not in judged:
                continue
            new = traits(judged["witness"]["trace"]) - seen.setdefault(file, set())
            if new:
                seen[file] |= new
                yield file, result["design"]["id"], judged["witness"]["schedule"], words


def look_at(number, witness):
    file, design, schedule, words = witness
    done = subprocess.run([sys.executable, checker, binary, file, design, schedule, *words],
                          capture_output=True, text=True, check=False)
    check(done.returncode == 0, f"{witness}: {done.stdout}{done.stderr}")
    diagram = run(binary, "export", file, "-d", design, *words, "-s", schedule, "-f", "mermaid", code=0)
    with open(os.path.join(folder, f"witness-{number}.mmd"), "wb") as out:
        out.write(diagram)


witnesses = list(chosen())
with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
    list(pool.map(look_at, range(len(witnesses)), witnesses))
check(len(witnesses) > 40, f"{len(witnesses)} witnesses")
check(any("krn." in schedule for _, _, schedule, _ in witnesses), "no witness with the kernel's buffer")
finish("witnesses")
