"""Exports of one schedule, held against `replay --json` of the same schedule.

check_exports.py INTERLEAK SCENARIO DESIGN SCHEDULE [WORD...]     (words: -L FILE and the like)
"""
import csv
import io
import json
import re
import sys

from common import check, finish, run, run_json

_, binary, scenario, design, schedule, *words = sys.argv
subject = [scenario, "-d", design, *words]
replayed = run_json(binary, "replay", *subject, "-s", schedule, "--json", code=0)
trace = replayed["trace"]
steps = trace["steps"]
tasks = [task["id"] for task in replayed["scenario"]["tasks"]]


def export(name):
    return run(binary, "export", *subject, "-s", schedule, "--format", name, code=0).decode("utf-8")


def of_itf(value):
    """An ITF value as plain Python."""
    if isinstance(value, list):
        return [of_itf(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "#bigint" in value:
        return int(value["#bigint"])
    if "#map" in value:
        return {of_itf(key): of_itf(item) for key, item in value["#map"]}
    if "#set" in value:
        return set(value["#set"])
    return {key: of_itf(item) for key, item in value.items() if key != "#meta"}


def check_itf():
    document = json.loads(export("itf"))
    check(document["#meta"]["format"] == "ITF", "itf: format")
    states = document["states"]
    check(len(states) == len(steps) + 1, f"itf: {len(states)} states")
    outcomes = {}
    for index, raw in enumerate(states):
        check(raw["#meta"]["index"] == index, "itf: index")
        check(set(raw) - {"#meta"} == set(document["vars"]), f"itf: variables of state {index}")
        state = of_itf(raw)
        want = trace["start"] if index == 0 else steps[index - 1]["connections"]
        check(set(state["connections"]) == {c["number"] for c in want}, "itf: connections")
        for connection in want:
            got = state["connections"][connection["number"]]
            for queue in ("requests", "wire", "kernel", "stream"):
                texts = [item["text"] for item in connection.get(queue, [])]
                check([item["what"] for item in got[queue]] == texts, f"itf: {queue} of state {index}")
        if index > 0:
            step = steps[index - 1]
            check(state["event"] == step["event"], "itf: event")
            for outcome in step["outcomes"]:
                outcomes[f"{outcome['task']}.{outcome['operation']}"] = outcome["outcome"]
        check(state["outcomes"] == outcomes, f"itf: outcomes of state {index}")


def check_csv():
    text = export("csv")
    check(text.endswith("\r\n"), "csv: line ends")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    check([row["event"].lstrip("'") for row in rows] == [step["event"] for step in steps], "csv: events")
    check([int(row["step"]) for row in rows] == [step["number"] for step in steps], "csv: numbers")
    for row in rows:
        for name, field in row.items():
            check(not field.startswith(("=", "+", "-", "@")), f"csv: a formula in {name}: {field}")


def check_chrome():
    events = json.loads(export("chrome-trace"))["traceEvents"]
    slices = [event for event in events if event["ph"] == "X"]
    check(len(slices) == len(steps), f"chrome: {len(slices)} slices")
    check([event["args"]["event"] for event in slices] == [step["event"] for step in steps], "chrome: events")
    names = {(e["pid"], e["tid"]) for e in events if e["ph"] == "M" and e["name"] == "thread_name"}
    check({(e["pid"], e["tid"]) for e in slices} == names, "chrome: tracks")
    ends = {}
    for each in slices:
        track = (each["pid"], each["tid"])
        check(each["ts"] >= ends.get(track, 0), "chrome: slices overlap")
        ends[track] = each["ts"] + each["dur"]
    spans = {}
    for event in events:
        if event["ph"] in "bne":
            spans.setdefault((event["cat"], event["id"]), []).append(event)
    for key, parts in spans.items():
        check(parts[0]["ph"] == "b" and parts[-1]["ph"] == "e", f"chrome: {key} is not closed")
        times = [part["ts"] for part in parts]
        check(times == sorted(times), f"chrome: {key} runs backwards")
    flows = {}
    for event in events:
        if event["ph"] in "stf":
            flows.setdefault(event["id"], []).append(event)
            inside = [s for s in slices if s["tid"] == event["tid"] and s["pid"] == event["pid"]
                      and s["ts"] <= event["ts"] <= s["ts"] + s["dur"]]
            check(len(inside) == 1, f"chrome: flow {event['id']} binds to {len(inside)} slices")
    for name, parts in flows.items():
        # Over server and network, and over the socket where the scenario has the physics `kernel`.
        kernel = any("kernel" in connection for connection in trace["start"])
        check([part["ph"] for part in parts] == ["s", "t", "t", *(["t"] * kernel), "f"], f"chrome: flow {name}")
    sent = sum(action.count("sends ") for action in (step["summary"] for step in steps))
    check(sum(key[0] == "message" for key in spans) == sent, "chrome: messages")
    leaks = [o for step in steps for o in step["outcomes"] if o["outcome"] in ("leak", "type-error")]
    crossed = [e for e in events if e["ph"] == "f" and e["name"] == "reply in wrong hands"]
    handed = any("hands over" in step["summary"] for step in steps)  # inside the pool: no message
    check(not leaks or crossed or handed, "chrome: a leak without an arrow")


def check_shiviz():
    # The expression that docs/exports.md tells ShiViz.
    parser = re.compile(r"(?P<host>\S*) (?P<clock>{.*})\n(?P<event>.*)")
    found = list(parser.finditer(export("shiviz")))
    check(len(found) == len(steps), f"shiviz: {len(found)} events")
    latest = {}
    for event, step in zip(found, steps):
        host, clock = event["host"], json.loads(event["clock"])
        check(event["event"].startswith(f"{step['number']}. "), "shiviz: number")
        check(clock[host] == latest.get(host, {}).get(host, 0) + 1, f"shiviz: own time of {host}")
        for other, time in latest.get(host, {}).items():
            check(clock.get(other, 0) >= time, f"shiviz: {host} forgets {other}")
        for other, time in clock.items():
            check(other == host or time <= latest.get(other, {}).get(other, 0), f"shiviz: {other} from the future")
        latest[host] = clock


def check_otlp():
    resource = json.loads(export("otlp-json"))["resourceSpans"][0]
    spans = resource["scopeSpans"][0]["spans"]
    ids = {span["spanId"]: span for span in spans}
    check(len(ids) == len(spans), "otlp: a span id stands twice")
    for span in spans:
        check(re.fullmatch("[0-9a-f]{32}", span["traceId"]), "otlp: trace id")
        check(re.fullmatch("[0-9a-f]{16}", span["spanId"]), "otlp: span id")
        check(int(span["startTimeUnixNano"]) < int(span["endTimeUnixNano"]), f"otlp: {span['name']} ends first")
        parent = span.get("parentSpanId")
        check(parent is None or ids[parent]["traceId"] == span["traceId"], "otlp: parent in another trace")
        for link in span.get("links", []):
            check(link["spanId"] in ids and ids[link["spanId"]]["traceId"] == link["traceId"], "otlp: link to nothing")
            check(link["traceId"] != span["traceId"], "otlp: a leak within one trace")
            flags = {item["key"]: item["value"] for item in link["attributes"]}
            check(flags["interleak.leak"] == {"boolValue": True}, "otlp: link is no leak")
    acted = {step["task"] for step in steps if step["task"] is not None}
    check(len({span["traceId"] for span in spans}) == len(acted), "otlp: traces")
    leaks = [o for step in steps for o in step["outcomes"] if o["outcome"] in ("leak", "type-error")]
    links = [link for span in spans for link in span.get("links", [])]
    check(len(links) == len(leaks), f"otlp: {len(links)} links for {len(leaks)} leaks")


def check_mermaid():
    lines = export("mermaid").splitlines()
    check(lines[0] == "sequenceDiagram", "mermaid: head")
    body = [line for line in lines[1:] if not line.startswith("  participant ")]
    check(len(body) <= 61, f"mermaid: {len(body)} entries")
    entry = re.compile(r"  (Note over [\w,]+|[\w]+(->>|-->>|--x)[\w]+): (#\d+;|[^;#<>\"`\\])+")
    for line in body:
        check(entry.fullmatch(line), f"mermaid: {line}")


for each in (check_itf, check_csv, check_chrome, check_shiviz, check_otlp, check_mermaid):
    each()
finish("exports")
