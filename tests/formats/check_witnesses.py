"""check_exports.py for every shortest violation of the shipped scenarios, and all of them as Mermaid.

check_witnesses.py INTERLEAK FOLDER SCENARIO...     (the diagrams go to the folder)
"""
import os
import subprocess
import sys

from common import check, finish, run, run_json

_, binary, folder, *scenarios = sys.argv
checker = os.path.join(os.path.dirname(__file__), "check_exports.py")
seen = set()
for result in run_json(binary, "check", *scenarios, "--json", "--no-progress")["results"]:
    subject = [result["scenario"]["file"], result["design"]["id"]]
    variant = result["scenario"]["variant"]
    words = ["--variant", variant] if variant else []
    for judged in result["invariants"]:
        if "witness" not in judged:
            continue
        schedule = judged["witness"]["schedule"]
        key = (*subject, variant, schedule)
        if key in seen:
            continue
        seen.add(key)
        done = subprocess.run([sys.executable, checker, binary, *subject, schedule, *words],
                              capture_output=True, text=True, check=False)
        check(done.returncode == 0, f"{key}: {done.stdout}{done.stderr}")
        diagram = run(binary, "export", subject[0], "-d", subject[1], *words, "-s", schedule, "-f", "mermaid", code=0)
        with open(os.path.join(folder, f"witness-{len(seen)}.mmd"), "wb") as file:
            file.write(diagram)
check(len(seen) > 10, f"{len(seen)} witnesses")
finish("witnesses")
