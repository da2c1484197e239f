"""What the checkers share: running the command under test, and saying what is wrong."""
import json
import subprocess
import sys

problems = []


def check(condition, message):
    """Notes a problem; the checker goes on, so that one run shows them all."""
    if not condition:
        problems.append(message)


def run(binary, *words, code=None):
    """Standard output of the command; `code`: what it must exit with."""
    done = subprocess.run([binary, *words], capture_output=True, check=False)
    if code is not None:
        check(done.returncode == code, f"{words}: exit code {done.returncode}, not {code}: {done.stderr}")
    return done.stdout


def run_json(binary, *words, code=None):
    return json.loads(run(binary, *words, code=code))


def finish(what):
    for problem in problems[:20]:
        print(f"{what}: {problem}")
    sys.exit(1 if problems else 0)
