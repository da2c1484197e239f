#!/usr/bin/env bash
# Live leaves nothing: whatever a client does, and however a run ends, its processes and its folder are gone then;
# what floods its output holds up nothing and fills nothing. And nobody else's process is ended.
#   tests/live/leaves.sh INTERLEAK ASIO_CLIENT [SIGNALS]
# SIGNALS: how many runs get a signal at a random moment, 25 by default. As root also once as an ordinary user.
# Exits 77 (skipped) where there is no redis-server.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 70
interleak=$(realpath "$1") client=$(realpath "$2") signals=${3:-25}
command -v redis-server >/dev/null || { echo "no redis-server: skipped"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TMPDIR=$work/tmp
mkdir "$TMPDIR"
python=/usr/bin/python3
name=leaves-$$-x   # begins the command lines of what clients let go
RANDOM=${INTERLEAK_SEED:-1}
wrong=0 passed=0
short='alice srv.1 net.1 bob srv.1 net.1'

complain() { echo "FAILED: $*"; wrong=$((wrong + 1)); }
# check WHAT COMMAND...: the command must succeed.
check() {
  local what=$1
  shift
  if "$@"; then passed=$((passed + 1)); else complain "$what"; fi
}

# bearers PROCESS: who bears the mark of the run with that number. named: who has the name. Neither counts the dead.
bearers() { grep -lsaz "^INTERLEAK_LIVE=$1\\." /proc/[0-9]*/environ; }
echo "$name" >"$work/name"
named() { grep -lsaF -f "$work/name" /proc/[0-9]*/cmdline; }
folders() { find "$TMPDIR" -maxdepth 1 -name 'interleak-live-*'; }
# is_clean PROCESS: nothing is left. Of what was ended the kernel may not have taken everything away yet.
is_clean() {
  local i
  for i in 1 2 3 4 5 6 7 8 9 10; do
    [[ -z $(bearers "$1"; named; folders) ]] && return
    sleep 0.05
  done
  bearers "$1"; named; folders
  return 1
}

# start ARGS...: a run in the background, $pid is its process, $work/trace what is said to its client. Signals that a
# shell ignores for such a process are not ignored; it is the command already, and no shell, when this returns.
start() {
  rm -f "$work/trace"
  env --default-signal=INT,QUIT,HUP,TERM "$interleak" live "$@" --trace "$work/trace" >"$work/out" 2>"$work/err" &
  pid=$!
  local i
  for i in $(seq 2000); do
    [[ $(readlink "/proc/$pid/exe") == "$interleak" ]] && return
    kill -0 "$pid" 2>/dev/null || return
    sleep 0.005
  done
}
# until_open: the client has let go what it does, and is at work.
until_open() {
  local i
  for i in $(seq 600); do
    grep -qs '"open"' "$work/trace" && return
    sleep 0.05
  done
  complain "the client does not open in 30 seconds"
}
# ended: waits for it; $code is its exit code. After a minute it is killed.
ended() {
  local i
  for i in $(seq 1200); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.05
  done
  kill -KILL "$pid" 2>/dev/null && complain "it does not end within a minute"
  wait "$pid"
  code=$?
} 2>/dev/null
# goes WHAT CODE ARGS...: a run that ends by itself with that code, and leaves nothing.
goes() {
  local what=$1 want=$2
  shift 2
  start "$@"
  ended
  [[ $code == "$want" ]] || { complain "$what: exit code $code, not $want"; cat "$work/out" "$work/err"; }
  check "$what: something is left" is_clean "$pid"
}
long=(incident/three-users --max-schedules 1000000 --max-cancels 3)
lets_go() { echo "$python tests/live/lets_go.py $1 $name '$client' tombstones"; }

# --- what a client lets go ends with the run: at its end, by a signal, by a failure, and after a kill with the next one

hows=(nothing session group closed double triple bare bare-double masked chain crowd adopter stubborn)
[[ $(id -u) == 0 ]] && command -v setpriv >/dev/null && hows+=(other-user)
for how in "${hows[@]}"; do
  goes "$how, at the end" 0 incident/two-users --client "$(lets_go "$how")" -s "$short"
  start "${long[@]}" --client "$(lets_go "$how")"
  until_open
  kill -TERM "$pid"
  ended
  [[ $code == 143 ]] || { complain "$how, SIGTERM: exit code $code, not 143"; cat "$work/out" "$work/err"; }
  check "$how, SIGTERM: something is left" is_clean "$pid"
done
goes "a client that dies" 69 incident/two-users --client "$python tests/live/lets_go.py crowd $name sh -c 'exit 3'"
for how in session closed double triple crowd stubborn; do
  start "${long[@]}" --client "$(lets_go "$how")"
  until_open
  kill -KILL "$pid"
  ended
  killed=$pid
  check "$how, SIGKILL: nothing was there to be found" test -n "$(bearers "$killed"; folders)"
  goes "$how, the run behind SIGKILL" 0 incident/two-users --client "$(lets_go nothing)" -s "$short"
  check "$how: the next run tells nothing" grep -q 'a live run was killed before: ended' "$work/err"
  check "$how, behind SIGKILL: something is left" is_clean "$killed"
done

# --- nobody else's

sleep 1000 &
stranger=$!
INTERLEAK_LIVE=1.1.000000000000 sleep 1000 &   # of another machine, or a container
elsewhere=$!
start "${long[@]}" --client "$(lets_go double)"
until_open
other=$pid
theirs=$(folders)
mkdir "$TMPDIR/interleak-live-1.1.000000000000-abcdef" "$TMPDIR/interleak-live-abcdef"
"$interleak" live incident/two-users --client "'$client' tombstones" -s "$short" >"$work/out" 2>"$work/err"
check "a living run beside another one" test $? = 0
check "the other run is there" kill -0 "$other"
check "what the other run has let go is there" grep -qsz "^$name" /proc/[0-9]*/cmdline
check "the folder of the other run is there" test -d "$theirs"
check "the folders that say nothing of a run here are there" \
  test -d "$TMPDIR/interleak-live-1.1.000000000000-abcdef" -a -d "$TMPDIR/interleak-live-abcdef"
check "a stranger is there" kill -0 "$stranger"
check "one from elsewhere is there" kill -0 "$elsewhere"
pid=$other
kill -TERM "$pid"
ended
rmdir "$TMPDIR"/interleak-live-*
check "a run with neighbours leaves nothing" is_clean "$pid"
check "a stranger is still there" kill -0 "$stranger"
check "one from elsewhere is still there" kill -0 "$elsewhere"
kill "$stranger" "$elsewhere"
# A child that was ours before we were interleak is none of the run's.
earlier=$(bash -c 'sleep 1000 >/dev/null 2>&1 & echo $!; exec "$0" live "$@" >/dev/null' "$interleak" \
  incident/two-users --client "$(lets_go double)" -s "$short")
check "an earlier child is there" kill -0 "$earlier"
check "beside an earlier child: something is left" is_clean none
kill "$earlier" 2>/dev/null
# A run that a client starts is killed with it; its folder goes with the next one.
start incident/two-users --timeout 1500 --client \
  "'$interleak' live incident/three-users --max-schedules 1000000 --client \"$(lets_go double)\""
ended
check "a run in a run: exit code $code" test "$code" = 69
check "a run in a run: something is left" test -z "$(bearers "$pid"; named)"
goes "the run behind a run in a run" 0 incident/two-users --client "$(lets_go nothing)" -s "$short"

# --- floods

# watch SECONDS: how large it and its folder get until it ends, or that time is over.
watch() {
  local end=$((SECONDS + $1)) size
  memory=0 disk=0
  while kill -0 "$pid" 2>/dev/null && ((SECONDS < end)); do
    size=$(awk '/^VmHWM/ {print $2}' "/proc/$pid/status" 2>/dev/null)
    ((${size:-0} > memory)) && memory=$size
    size=$(du -sk "$TMPDIR" 2>/dev/null | cut -f1)
    ((${size:-0} > disk)) && disk=$size
    sleep 0.1
  done
}
bounded() {
  check "$1: $memory KiB of memory" test "$memory" -lt 600000
  check "$1: $disk KiB on the disk" test "$disk" -lt 4096
}
for flood in "stderr e" "stdout e" "stderr 'e
'" "stdout 'e
'" "stdout '{}
'"; do
  what="flood of ${flood//$'\n'/newline}"
  start incident/two-users --client "$python tests/live/flood.py $flood" --timeout 1000
  watch 50
  ended
  check "$what: exit code $code" test "$code" = 69
  bounded "$what"
  check "$what: its message is $(wc -c <"$work/err") bytes" test "$(wc -c <"$work/err")" -lt 4000
  check "$what: something is left" is_clean "$pid"
done
for signal in TERM:143 HUP:129; do
  start incident/two-users --client "$python tests/live/flood.py stderr e" --timeout 600000
  watch 1
  kill -"${signal%:*}" "$pid"
  began=$SECONDS
  ended
  check "SIG${signal%:*} in a flood: exit code $code" test "$code" = "${signal#*:}"
  check "SIG${signal%:*} in a flood: $((SECONDS - began)) seconds" test $((SECONDS - began)) -lt 20
  bounded "a flood that is ended"
  check "SIG${signal%:*} in a flood: something is left" is_clean "$pid"
done
# A sound client that floods its standard error beside, and a server that floods both.
cat >"$work/server" <<'SERVER'
#!/bin/bash
yes flood &
yes flood >&2 &
exec redis-server "$@"
SERVER
chmod 755 "$work/server"
start incident/two-users --server "$work/server" \
  --client "yes flood >&2 & exec '$client' close-on-cancel"
watch 50
ended
check "floods beside the work: exit code $code" test "$code" = 0
bounded "floods beside the work"
check "floods beside the work: something is left" is_clean "$pid"
printf '#!/bin/bash\nyes flood\n' >"$work/server"   # one that never listens
start incident/two-users --server "$work/server" --client "$(lets_go session)"
watch 1
kill -TERM "$pid"
ended
check "a server that only floods: exit code $code" test "$code" = 143
bounded "a server that only floods"
check "a server that only floods: something is left" is_clean "$pid"

# --- signals at random moments, some of them several times

# What it writes is as it was or whole afterwards, and nothing stands beside it; a kill may leave one second name, for the
# next run that writes the file.
files=$work/files
writes=(--json -o "$files/a.json" --junit "$files/a.xml" --summary-md "$files/a.md")
make_old() { rm -rf "$files" && mkdir "$files" && echo old | tee "$files"/a.{json,xml,md} >/dev/null; }
is_old_or_whole() {
  local each
  for each in json xml md; do
    [[ $(head -c 4 "$files/a.$each") == old ]] && continue
    case $each in
      json) "$python" -c 'import json, sys; json.load(open(sys.argv[1]))' "$files/a.json" || return 1 ;;
      xml) [[ $(tail -n 1 "$files/a.xml") == "</testsuites>" ]] || return 1 ;;
      md) [[ $(head -c 13 "$files/a.md") == "## interleak:" ]] || return 1 ;;
    esac
  done
  [[ -z $(find "$files" -type f -not -name 'a.*' -not -name '.a.*.interleak') ]]
}

numbers=(INT:130 TERM:143 HUP:129 QUIT:131 KILL:137)
kinds=(double crowd bare chain triple session)
left=0
for ((i = 0; i < signals; ++i)); do
  signal=${numbers[i % 5]} kind=${kinds[RANDOM % 6]}
  [[ $signal == KILL* && $kind == @(bare|chain) ]] && kind=double   # has no mark; or does not stand still to be read
  make_old
  start "${long[@]}" --client "$(lets_go $kind)" "${writes[@]}"
  sleep "$((RANDOM % 2)).$((RANDOM % 10))$((RANDOM % 10))"
  kill -"${signal%:*}" "$pid"
  codes=${signal#*:}
  if [[ $signal != KILL* ]] && ((RANDOM % 2)); then   # those that come at once have no order
    codes='129|143|130|131|138'
    for again in HUP TERM INT QUIT USR1; do sleep "0.00$((RANDOM % 10))"; kill -$again "$pid"; done
  fi 2>/dev/null
  ended
  [[ $code =~ ^($codes)$ ]] || { complain "SIG${signal%:*} ($kind): exit code $code"; cat "$work/err"; }
  is_old_or_whole || complain "SIG${signal%:*} ($kind) broke a file: $(ls -lA "$work/files")"
  if [[ $signal == KILL* ]]; then
    killed=$pid
    goes "the run behind SIGKILL" 0 incident/two-users --client "$(lets_go nothing)" -s "$short"
    pid=$killed
  fi
  is_clean "$pid" || { left=$((left + 1)); complain "SIG${signal%:*} ($kind) leaves something"; }
done
echo "leaves ($(id -un)): $signals signals, $left with something left; $passed checks"

# --- and as an ordinary user

if [[ $(id -u) == 0 ]] && command -v setpriv >/dev/null; then
  chmod 755 "$work"
  mkdir -p "$work/user/tests/live" "$work/user/tmp"
  cp "$interleak" "$client" "$work/user"
  cp tests/live/{leaves.sh,flood.py,lets_go.py} "$work/user/tests/live"
  chmod -R a+rX "$work/user" && chown -R 65534:65534 "$work/user"
  TMPDIR=$work/user/tmp setpriv --reuid=65534 --regid=65534 --clear-groups bash "$work/user/tests/live/leaves.sh" \
    "$work/user/$(basename "$interleak")" "$work/user/$(basename "$client")" $(((signals + 4) / 5)) ||
    complain "as an ordinary user"
fi
exit $((wrong > 0))
