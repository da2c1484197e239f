"""Files made from hostile texts: nothing of them may mean anything to GitHub, Markdown or XML.

check_text.py ANNOTATIONS SUMMARY.md JUNIT.xml OUTPUTS
"""
import re
import sys

from common import check, finish

annotations, summary, junit, outputs = (open(path, "rb").read() for path in sys.argv[1:5])
for name, data in (("annotations", annotations), ("summary", summary), ("junit", junit)):
    text = data.decode("utf-8")  # throws if it is not UTF-8
    controls = re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]", text)
    check(not controls, f"{name}: control characters {controls[:5]}")

command = re.compile(r"::error (file=[^:,]+,line=\d+,(endLine=\d+,)?)?title=[^:,]+::.*")
commands = 0
groups = []
for line in annotations.decode("utf-8").splitlines():
    if line.startswith(("::group::", "::endgroup::")):
        groups.append(line[2:].partition("::")[0])
        continue
    check("##[" not in line or command.fullmatch(line), f"annotations: {line}")
    if line.lstrip().startswith("::"):
        commands += 1
        check(command.fullmatch(line), f"annotations: {line}")
check(groups == ["group", "endgroup"] * (len(groups) // 2) and groups, f"annotations: groups {groups}")
check(0 < commands <= 10, f"annotations: {commands} commands")

text = summary.decode("utf-8")
outside = re.sub(r"^(`{3,})\w+\n.*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL)
check("`" not in outside, "summary: a backtick outside of blocks")
tags = set(re.findall(r"<(/?\w+)", outside))
check(tags <= {"code", "/code", "details", "/details", "summary", "/summary"}, f"summary: tags {tags}")
for row in outside.splitlines():
    if row.startswith("|"):
        check(row.count("|") == 9, f"summary: {row}")

check(b"<script" not in junit and b"]]>" not in junit, "junit: text is not escaped")
lines = outputs.decode("utf-8").splitlines()
check([line.split("=")[0] for line in lines] == ["verdict", "passed", "failed", "skipped"], f"outputs: {lines}")
finish("text")
