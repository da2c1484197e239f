#!/usr/bin/env bash
# The completion scripts, as shells use them: tests/golden/completion.sh INTERLEAK. Bash really runs
# its script; zsh and fish read theirs where they are installed.
set -uo pipefail
export LC_ALL=C
binary=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ln -s "$binary" "$work/interleak"
PATH=$work:$PATH

passed=0 failed=0
expect() {  # expect WHAT WANTED GOT
  if [[ $2 == "$3" ]]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED %s\n  wanted: %s\n  got:    %s\n' "$1" "$2" "$3"
  fi
}

interleak completion bash >"$work/script.bash" || exit 1
source "$work/script.bash"
expect "what is registered" "complete -F _interleak interleak" "$(complete -p interleak)"

# complete_words WORD...: what is offered for the last word, sorted, on one line.
complete_words() {
  COMP_WORDS=(interleak "$@") COMP_CWORD=$# COMPREPLY=()
  _interleak interleak "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}"
  printf '%s\n' "${COMPREPLY[@]}" | sort | paste -sd' '
}

expect "verbs" "validate" "$(complete_words va)"
expect "hidden verbs stay hidden" "" "$(complete_words __)"
expect "verbs below a verb" "show" "$(complete_words designs s)"
expect "choices of a word" "bash" "$(complete_words completion b)"
expect "designs" "redis-py-4.5.1/blocking redis-py-4.5.1/cluster redis-py-4.5.1/pool redis-py-4.5.1/pool_auth redis-py-4.5.1/pool_to5 redis-py-4.5.1/single" \
  "$(complete_words run incident/two-users -d redis-py-4.5.1/)"
expect "designs of show" "patterns/retry" "$(complete_words designs show patterns/ret)"
expect "the second design of diff" "patterns/shield patterns/shield-release-outside" \
  "$(complete_words designs diff patterns/drain patterns/sh)"
expect "scenarios" "incident/two-users incident/two-users-cold" "$(complete_words run incident/tw)"
expect "invariants" "no-lasting-failure no-late-write no-leak no-lost-slot" "$(complete_words run x.json -i no-l)"
expect "terms" "no-lasting-failure no-late-write no-leak no-lost-slot" "$(complete_words explain no-l)"
expect "more terms" "ILK0051" "$(complete_words explain no-leak ILK0051)"
expect "choices of an option" "always auto" "$(complete_words check --color a)"
expect "choices behind =" "never" "$(complete_words check --color = n)"
expect "nothing yet behind =" "always auto never" "$(complete_words check --color =)"
expect "options" "--json" "$(complete_words validate --js)"
expect "options of the verb only" "" "$(complete_words validate --max)"
expect "a file in the place of the verb" \
  "--max-cancels --max-depth --max-mem --max-states --max-time" \
  "$(complete_words ./x.json --max-)"
expect "files" "README.md" "$(complete_words validate READ)"
expect "files beside scenarios" "scenarios" "$(complete_words run scen)"
expect "a number is free" "" "$(complete_words run --threads "")"

# Every option of the help is offered, for every verb.
mapfile -t verbs < <(interleak --help | sed -n '/^Subcommands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
((${#verbs[@]} > 8)) || failed=$((failed + 1))
for verb in "${verbs[@]}" "designs show" "designs diff"; do
  # shellcheck disable=SC2086
  wanted=$(interleak $verb --help | grep -oE '^  (-[a-zA-Z],)?--[a-z-]+' |
    grep -oE -- '--[a-z-]+' | sort -u)
  # shellcheck disable=SC2086
  got=$(complete_words $verb -- | tr ' ' '\n' | sort -u)
  expect "options of $verb" "$(paste -sd' ' <<<"$wanted")" "$(paste -sd' ' <<<"$got")"
done

for shell in zsh fish; do
  interleak completion "$shell" >"$work/script.$shell" || failed=$((failed + 1))
  command -v "$shell" >/dev/null || continue
  expect "$shell reads it" "" "$("$shell" -n "$work/script.$shell" 2>&1)"
done

# The page on the terminal, if there is a formatter: no warnings.
interleak __man >"$work/interleak.1" || failed=$((failed + 1))
if command -v groff >/dev/null; then
  expect "groff" "" "$(groff -man -ww -z "$work/interleak.1" 2>&1)"
fi
for verb in "${verbs[@]}"; do
  expect "$verb has its section" 1 "$(grep -c "^\.SS interleak $verb\$" "$work/interleak.1")"
done

echo "completion: $passed passed, $failed failed"
((failed == 0 && passed > 0))
