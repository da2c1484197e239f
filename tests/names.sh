#!/usr/bin/env bash
# Names are no commands: whatever a file, a folder, a design, a client or a variable is called, nothing of it reaches a
# terminal, a log or a report as it is. Escape sequences, a line that begins with a workflow command, letters that
# turn the direction of reading, bytes that are no text: every verb gets them as every kind of name.
#
#   tests/names.sh INTERLEAK [CLIENT]     CLIENT: interleak-asio-client, for live, if a redis-server is there
set -u
interleak=$(realpath -e -- "${1:?the command under test}") || exit 2
client=${2:+$(realpath -e -- "$2")}
root=$(cd "$(dirname "$0")/.." && pwd)
export LC_ALL=C COLUMNS=100 TERM=dumb
unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY GITHUB_OUTPUT
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
cd "$work" || exit 70
passed=0 failed=0

# ESC and BEL, a workflow command on a line of its own, RIGHT-TO-LEFT OVERRIDE, a byte that is no UTF-8, CSI in C1.
hostile=(
  $'esc\e[31m\e]0;title\a' $'line\n::error title=x::pwned' $'\xe2\x80\xaegnp.exe' $'byte\xff\xfe' $'c1\xc2\x9b31m'
  $'carriage\rreturn' $'del\x7f\b\b' $'separator\xe2\x80\xa8next' $'isolate\xe2\x81\xa6x'
)
# What must not be in an output: control characters but the line's end (and the tab), the directions, the separators,
# bytes that are no text, and a line that begins with the workflow command of a name.
raw=$'[\x01-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]|\xe2\x81[\xa6-\xa9]|\xff|\xfe|^::error title=x'

# says NAME ARGS...: what the command prints, to both its outputs, is clean.
says() {
  local what=$1
  shift
  timeout 60 "$interleak" "$@" >"$work.out" 2>&1 </dev/null
  local code=$?
  clean "$what: interleak $(printf '%q ' "$@")" "$work.out"
  if ((code >= 70 && code != 74 && code != 69)); then
    failed=$((failed + 1))
    echo "FAILED: exit code $code: $what: interleak $(printf '%q ' "$@")"
  fi
  if [[ ! -s $work.out ]]; then
    failed=$((failed + 1))
    echo "FAILED: nothing was printed: $what"
  fi
}
clean() {   # clean WHAT FILE
  if grep -qaE "$raw" "$2"; then
    failed=$((failed + 1))
    echo "FAILED: $1"
    grep -naE "$raw" "$2" | head -n 3 | cat -v
  else
    passed=$((passed + 1))
  fi
}

for name in "${hostile[@]}"; do
  rm -rf "${work:?}"/* && mkdir "$work/$name.d"
  file=$name.json design=$name-design.pool broken=$name-broken.json none=$name-none.json folder=$name.d
  cp "$root/scenarios/incident/two-users.json" "$file"
  cp "$root/scenarios/designs/patterns/release-in-finally.pool" "$design"
  sed -i 's|^design .*|design  my/pool|' "$design"
  echo '{ "interleak": 1, "id": ' >"$broken"
  cp "$file" "$folder/$file"
  said=(run "$file" -d "$design")
  says "a scenario and a design" "${said[@]}"
  says "the same, as JSON" "${said[@]}" --json
  says "the same, with commands for a workflow" "${said[@]}" --github
  says "the reports' names" "${said[@]}" --junit "$name.xml" --sarif "$name.sarif" --summary-md "$name.md" \
    --report "$name.html"
  for each in "$name.xml" "$name.sarif" "$name.md" "$name.html"; do clean "in a report: ${each##*.}" "$each"; done
  for flag in --json --github -q; do
    says "check $flag" check "$file" -d "$design" $flag
    says "check of a folder $flag" check "$folder" $flag
    says "check of a broken file $flag" check "$broken" $flag
    says "check of no file $flag" check "$none" $flag
  done
  says "check of a broken file, reports" check "$broken" --junit "$name.xml" --sarif "$name.sarif" --summary-md "$name.md"
  for each in "$name.xml" "$name.sarif" "$name.md"; do clean "in a report of a broken file: ${each##*.}" "$each"; done
  says "no folder to write to" "${said[@]}" -o "$name/none/file"
  says "a baseline that is none" check "$file" --baseline "$broken"
  says "no baseline" check "$file" --baseline "$none"
  says "bless" bless "$file" -d "$design" --dry-run
  says "bless of a broken file" bless "$broken" --dry-run
  says "validate" validate "$file" "$design" "$broken" "$none"
  says "validate as JSON" validate "$broken" --json
  says "no design" run incident/two-users -d "$name"
  says "a broken design" run incident/two-users -d "$broken"
  says "a broken library" run incident/two-users -L "$broken" -d all
  says "a scenario that is none" run "$name"
  says "a variant that is none" run incident/two-users --variant "$name"
  says "an invariant that is none" run incident/two-users -i "$name"
  says "a schedule that is none" replay incident/two-users -d redis-py-4.5.1/pool -s "$name"
  says "scenarios" scenarios list "$name"
  says "scenarios, a pattern" scenarios list "$name*"
  says "a pattern of scenarios" run "$name*"
  says "a design beside the scenario" run "$file" -d my/pool
  says "a design beside the scenario, checked" check "$file" -d my/pool
  says "a name that is near" run "${file}x" -d "$name"
  says "the shortest schedule" replay "$file" -d my/pool
  says "no design, with a file of that name" run "$file" -d "$name-design"
  says "designs list" designs list -L "$design"
  says "designs show" designs show "$design"
  says "designs show, none" designs show "$name"
  says "designs diff" designs diff "$design" redis-py-4.5.1/pool
  for flag in --markdown --json -q; do
    says "designs diff --verdicts $flag" designs diff "$design" redis-py-4.5.1/pool --verdicts "$file" $flag
  done
  says "designs diff --verdicts of no file" designs diff "$design" redis-py-4.5.1/pool --verdicts "$none"
  says "designs diff --verdicts of a broken file" designs diff "$design" redis-py-4.5.1/pool --verdicts "$broken"
  says "designs diff, broken" designs diff "$broken" "$none"
  says "matrix" matrix "$file" -d "$design"
  says "compare" compare "$file" -d "$design" -d redis-py-4.5.5/pool
  says "sample" sample "$file" -d "$design" --count 5
  says "export" export "$file" -d "$design" -f dot
  says "export, unknown format" export "$file" -f "$name"
  says "report" report "$file" -d "$design"
  says "explain" explain "$name"
  says "schema" schema "$name"
  says "completion" completion "$name"
  says "new" new "$name"
  says "new, a file that is there" new scenario -o "$file"
  says "conform" conform "$broken"
  says "conform, none" conform "$none"
  says "verify" verify "$broken" "$file"
  says "verify, none" verify "$none" "$file"
  says "an unknown flag" run "$file" "--$name"
  says "an unknown verb" "$name"
  says "a number that is none" run incident/two-users --max-states "$name"
  says "a time that is none" run incident/two-users --max-time "$name"
  says "a size that is none" run incident/two-users --max-mem "$name"
  if [[ -n $client ]] && command -v redis-server >/dev/null; then
    printf '%s\n' '#!/bin/sh' "echo '{\"client\": \"x\\u001b[31m\\u202e\\n::error title=x::y\"}'" 'cat >/dev/null' >"$folder/client"
    chmod +x "$folder/client"
    says "a client that is none" live incident/two-users --client "$(printf '%q' "$name")" --timeout 1000
    says "a server that is none" live incident/two-users --client "$client tombstones" --server "$name"
    says "a client's name and words" live incident/two-users --client "$(printf '%q' "$work/$folder/client")" --timeout 300
    says "a client's flag" live incident/two-users --client "$client $(printf '%q' "$name")" --timeout 1000
  fi
done
rm -f "$work.out"
echo "$passed passed, $failed failed"
((failed == 0 && passed > 0))
