#!/usr/bin/env bash
# The outputs in the documents are real: every ```console block whose first line begins with `$ ` is
# run (`interleak` and `tools/run` are the command under test), and what follows must be what it
# prints on stdout, to the letter. `...` alone on a line stands for any lines. Files that an example writes
# go to $TMPDIR.
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

# The output of the command of a block, its name at the front replaced by the binary under test.
run_block() {
  local line=$1
  line=${line#'$ '}
  line=${line/#'tools/run'/interleak}
  PATH="$work:$PATH" bash -c "$line" 2>"$work/err"
}

for file in "$@"; do
  [ -r "$file" ] || { echo "$file cannot be read (paths are relative to $PWD)" >&2; exit 2; }
  : > "$work/new"
  in_block=no command=
  while IFS= read -r line || [ -n "$line" ]; do
    if [ "$in_block" = no ]; then
      printf '%s\n' "$line" >> "$work/new"
      if [ "$line" = '```console' ]; then in_block=first; : > "$work/want"; fi
    elif [ "$in_block" = first ] && [ "${line#'$ '}" != "$line" ]; then
      printf '%s\n' "$line" >> "$work/new"
      command=$line in_block=yes
    elif [ "$line" = '```' ]; then
      if [ "$in_block" = yes ]; then
        blocks=$((blocks + 1))
        run_block "$command" > "$work/got"
        if grep -qx '\.\.\.' "$work/want"; then
          # A cut block: each piece must stand in the output, in order.
          awk -v got="$work/got" '
            BEGIN { while ((getline l < got) > 0) text[++n] = l; at = 1; open = 0 }
            $0 == "..." { open = 1; next }
            { while (open && at <= n && text[at] != $0) at++; open = 0
              if (at > n || text[at] != $0) { exit 1 } at++ }' "$work/want" || bad=yes
          cat "$work/want" >> "$work/new"
        else
          cmp -s "$work/want" "$work/got" || bad=yes
          cat "$work/got" >> "$work/new"
        fi
        if [ "${bad:-no}" = yes ] && [ "$bless" = no ]; then
          failed=$((failed + 1))
          printf '%s: the output of `%s` is another one now:\n' "$file" "$command"
          diff "$work/want" "$work/got"
        fi
        bad=no
      fi
      printf '%s\n' "$line" >> "$work/new"
      in_block=no
    else
      printf '%s\n' "$line" >> "$work/want"
      [ "$in_block" = first ] && { cat "$work/want" >> "$work/new"; in_block=plain; }
      [ "$in_block" = plain ] && [ "$(wc -l < "$work/want")" -gt 1 ] && printf '%s\n' "$line" >> "$work/new"
    fi
  done < "$file"
  if [ "$bless" = yes ]; then cp "$work/new" "$file"; fi
done
printf '%d passed, %d failed\n' $((blocks - failed)) "$failed"
[ "$failed" = 0 ] && [ "$blocks" -gt 0 ]
