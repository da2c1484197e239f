#!/usr/bin/env bash
# The outputs in the documents are real: every ```console block whose first line begins with `$ ` is
# run (`interleak` and `tools/run` are the command under test), and what follows must be what it
# prints on stdout, to the letter. `...` alone on a line stands for any lines; without one at its end a
# block shows the output up to its end. The exit code is 0, or what the fence says: ```console exits 1.
# Files that an example writes go to $TMPDIR.
#
#   tests/docs.sh INTERLEAK [--bless] FILE.md...
set -u
interleak=$(realpath -e -- "${1:?the command under test}") || exit 2; shift
cd "$(dirname "$0")/.." || exit 70
[ -f "$interleak" ] && [ -x "$interleak" ] || { echo "$interleak is no program" >&2; exit 2; }
bless=no
if [ "${1:-}" = --bless ]; then bless=yes; shift; fi
export NO_COLOR=1 COLUMNS=100
unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY GITHUB_OUTPUT
failed=0 blocks=0
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
ln -s "$interleak" "$work/interleak"
mkdir "$work/files" && export TMPDIR=$work/files   # where an example may write

# The command of a block, its name at the front replaced by the binary under test. What it prints goes to
# $work/got; its exit code is the function's.
run_block() {
  local line=${1#'$ '}
  line=${line/#'tools/run'/interleak}
  PATH="$work:$PATH" bash -c "$line" >"$work/got" 2>"$work/err"
}

# A cut block: each piece stands in the output, in order, and something stands in the block beside the cuts.
matches_cut() {
  awk -v got="$work/got" '
    BEGIN { while ((getline line < got) > 0) text[++n] = line; at = 1 }
    $0 == "..." { open = 1; next }
    { while (open && at <= n && text[at] != $0) at++
      if (at > n || text[at] != $0) { bad = 1; exit }
      open = 0; pieces++; at++ }
    END { exit bad || pieces == 0 || (!open && at <= n) }' "$work/want"
}

complain() {
  failed=$((failed + 1))
  printf '%s: %s\n' "$file" "$1"
}

# check COMMAND CODE: the block in $work/want, against what the command does.
check() {
  local code=0
  blocks=$((blocks + 1))
  run_block "$1" || code=$?
  if [ "$bless" = yes ]; then
    fence='```console'
    [ "$code" = 0 ] || fence="$fence exits $code"
    if grep -qx '\.\.\.' "$work/want"; then cp "$work/want" "$work/got"; fi
  elif [ "$code" != "$2" ]; then
    complain "\`$1\` exits with $code, and the document says $2:"
    cat "$work/err"
  elif grep -qx '\.\.\.' "$work/want"; then
    matches_cut || { complain "the output of \`$1\` does not have these pieces:"; diff "$work/want" "$work/got"; }
  elif ! cmp -s "$work/want" "$work/got"; then
    complain "the output of \`$1\` is another one now:"
    diff "$work/want" "$work/got"
  fi
}

for file in "$@"; do
  [ -r "$file" ] || { echo "$file cannot be read (paths are relative to $PWD)" >&2; exit 2; }
  : > "$work/new"
  state=text fence= command=
  while IFS= read -r line || [ -n "$line" ]; do
    case $state in
      text)
        if [[ $line =~ ^'```console'(' exits '([0-9]+))?$ ]]; then
          state=first fence=$line code=${BASH_REMATCH[2]:-0}
          : > "$work/want"
        else
          printf '%s\n' "$line" >> "$work/new"
        fi ;;
      first)
        if [ "${line#'$ '}" != "$line" ]; then
          state=run command=$line
        else   # shown, not run
          state=text
          printf '%s\n%s\n' "$fence" "$line" >> "$work/new"
        fi ;;
      run)
        if [ "$line" = '```' ]; then
          check "$command" "$code"
          state=text
          { printf '%s\n%s\n' "$fence" "$command"; cat "$work/got"; printf '```\n'; } >> "$work/new"
        else
          printf '%s\n' "$line" >> "$work/want"
        fi ;;
    esac
  done < "$file"
  if [ "$bless" = yes ]; then cp "$work/new" "$file"; fi
done
printf '%d passed, %d failed\n' $((blocks - failed)) "$failed"
[ "$failed" = 0 ] && [ "$blocks" -gt 0 ]
