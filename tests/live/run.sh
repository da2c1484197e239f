#!/usr/bin/env bash
# Live runs: real clients, a real redis-server, and everything that can go wrong around them.
#   tests/live/run.sh INTERLEAK ASIO_CLIENT
# Exits 77 (skipped) where there is no redis-server. Clients of Node.js are tried if NODE_PATH says where they are.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
interleak=$(realpath "$1") client=$(realpath "$2")
command -v redis-server >/dev/null || { echo "no redis-server: skipped"; exit 77; }
work=$(mktemp -d)
export TMPDIR=$work
trap 'rm -rf "$work"' EXIT
wrong=0

complain() { echo "FAILED: $*"; wrong=$((wrong + 1)); }

# live CODE ARGS...: runs it on $scenario; the exit code must be CODE. Nothing may be left behind.
scenario=incident/two-users
live() {
  local code=$1 got=0
  shift
  timeout 120 "$interleak" live "$scenario" "$@" >"$work/out" 2>"$work/err" || got=$?
  [[ $got == "$code" ]] || { complain "exit code $got, not $code: $scenario $*"; cat "$work/out" "$work/err"; }
  nothing_left "$*"
}

# agree ARGS...: model and client agree on every schedule, and all of the model's can be played.
agree() {
  live "$@"
  says ", of which 0 cannot be played"
  grep -q ': \([0-9]*\) of \1 schedules agree' "$work/out" || complain "$scenario $*: $(grep -A4 Against "$work/out")"
}

# says TEXT: the last run printed it.
says() { grep -qF -- "$1" "$work/out" "$work/err" || { complain "does not say '$1'"; cat "$work/out" "$work/err"; }; }

# left: processes of a run of this test. A client has our environment, a server its own directory.
left() {
  local each
  for each in /proc/[0-9]*; do
    [[ ${each#/proc/} == "$$" ]] && continue
    if [[ $(readlink "$each/cwd" 2>/dev/null) == "$work"/interleak-live-* ]] ||
      { grep -qsz "^TMPDIR=$work\$" "$each/environ" && [[ $(readlink "$each/exe") != */bash ]] &&
        [[ $(cut -d' ' -f4 "$each/stat" 2>/dev/null) != "$$" ]] &&
        [[ $(readlink "$each/exe") != */@(grep|readlink|cut|sleep) ]]; }; then
      echo "$each $(tr '\0' ' ' <"$each/cmdline" 2>/dev/null)"
    fi
  done
}

nothing_left() {
  local i
  for i in $(seq 50); do   # five seconds: the machine may be slow
    [[ -z $(left; find "$work" -maxdepth 1 -name 'interleak-live-*') ]] && return
    sleep 0.1
  done
  complain "left behind after: $1"
  left
  ls "$work"
}

# in_the_middle ARGS...: a run that takes long, in the background, with ten schedules behind it; $pid is its process.
in_the_middle() {
  rm -f "$work/asked"
  "$interleak" live "$@" --trace "$work/asked" >"$work/out" 2>"$work/err" &
  pid=$!
  local i
  for i in $(seq 300); do
    [[ $(grep -c '"open"' "$work/asked" 2>/dev/null) -ge 10 ]] && return
    sleep 0.1
  done
  complain "no ten schedules in 30 seconds: $*"
}

# Our client: who leaks, and who does not; the models agree on every schedule.
for design in release-in-finally close-on-cancel poison-flag shield tombstones; do
  code=0
  [[ $design == release-in-finally ]] && code=1
  agree $code --client "$client $design" --compare-model "patterns/$design"
  live $code --client "$client $design" --closes 1
done
live 1 --client "$client check-at-checkout" --compare-model tests/live/designs/check-at-checkout.pool
live 1 --client "$client tombstones-removed"
says "bob received alice's history"

# The model's shortest schedule leaks at the first try, and every time.
witness=$("$interleak" run incident/two-users -d patterns/release-in-finally --json |
  grep -o '"schedule": "[^"]*"' | head -n 1 | cut -d'"' -f4)
[[ -n $witness ]] || complain "the model has no witness"
live 1 --client "$client release-in-finally" -s "$witness" --repeat 100
says "Played 100 times: 100 violate an invariant, all end alike."
live 0 --client "$client poison-flag" -s 'alice !alice bob srv.1 net.1' --repeat 100
says "Played 100 times: 0 violate an invariant, all end alike."

# The result files tell the same.
live 1 --client "$client release-in-finally" --junit "$work/a.xml" --sarif "$work/a.sarif" --summary-md "$work/a.md" --github
says "::error file=scenarios/incident/two-users.json,line=7,endLine=7,title=ILK0101 no-cross-user-reply::bob received alice's history (two-users with asio release-in-finally)"
grep -q '<testsuites name="interleak" tests="5" failures="1"' "$work/a.xml" || complain "JUnit: $(head -n 3 "$work/a.xml")"
grep -q '"ruleId": "ILK0101"' "$work/a.sarif" || complain "SARIF has no ILK0101"
grep -q '"text": "2. !alice: CANCELLED, alice ends as cancelled"' "$work/a.sarif" || complain "SARIF has no step"
grep -q '5  net.1   bob received alice.s history  <- leak' "$work/a.md" || complain "Markdown has no step"
live 1 --client "$client tombstones-removed" --compare-model patterns/tombstones --junit "$work/a.xml"
grep -q 'name="asio tombstones-removed :: agreement"' "$work/a.xml" || complain "JUnit has no agreement"
grep -q 'type="differs-from-model"' "$work/a.xml" || complain "JUnit does not tell the difference"
for words in "" "--compare-model patterns/release-in-finally" "-s alice"; do
  # shellcheck disable=SC2086
  timeout 60 "$interleak" live incident/two-users --client "$client release-in-finally" $words --json >"$work/a.json"
  "$interleak" schema result >"$work/schema.json"
  if /usr/bin/python3 -c 'import jsonschema' 2>/dev/null; then
    /usr/bin/python3 -c 'import json, jsonschema, sys; jsonschema.validate(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])))' \
      "$work/a.json" "$work/schema.json" >"$work/out" 2>&1 || complain "JSON is not of its schema: $(tail -n 5 "$work/out")"
  fi
done
live 2 --client "$client poison-flag" -s alice --junit "$work/b.xml"
says "leave --schedule out"
[[ ! -e $work/b.xml ]] || complain "a file is written where nothing was searched"
live 2 --client "$client poison-flag" --closes 1 --compare-model patterns/poison-flag
says "do not go together"

# What the README prints is what is printed.
live 1 --client "$client release-in-finally"
while IFS= read -r line; do
  says "$line"
done < <(sed -n '/<!-- live -->/,/<!-- end -->/p' README.md | grep -E '^ +(VIOLATED|[0-9]+  )' || echo "no block in README.md")

# The driver to copy, and what docs/drivers.md says of it.
minimal="/usr/bin/python3 live/drivers/minimal.py"
agree 1 --client "$minimal" --compare-model patterns/release-in-finally
agree 1 --client "$minimal" --compare-model patterns/release-in-finally --physics fragments
sed 's/await self.idle.get()/self.idle.get_nowait()/' live/drivers/minimal.py >"$work/refuses.py"
agree 1 --client "/usr/bin/python3 '$work/refuses.py'" --compare-model tests/live/designs/no-queue.pool
live 1 --client "$minimal" -s 'alice !alice bob srv.1 net.1' --trace "$work/trace"
sed -n '/<!-- trace -->/,/<!-- end -->/p' docs/drivers.md | grep '^[<>] ' >"$work/told"
sed -i -E 's/"port":[0-9]+/"port":6379/; /^</s/([:,]) /\1/g' "$work/trace"
diff "$work/told" "$work/trace" >"$work/out" || { complain "the conversation in docs/drivers.md is another one"; cat "$work/out"; }

# redis-py of Debian never leaks through a cancel, wherever it lands.
if /usr/bin/python3 -c 'import redis.asyncio' 2>/dev/null; then
  version=$(/usr/bin/python3 -c 'import redis; print(redis.__version__)')
  # What a real client on asyncio does that a plain one does not: the look at the connection, and who swallows.
  real=(--physics poll --physics swallow --physics timeouts --physics resolve)
  for kind in pool blocking single; do
    python="/usr/bin/python3 live/drivers/redis_py.py $kind" model=redis-py-$version/$kind
    agree 0 --client "$python" --compare-model "$model"
    agree 0 --client "$python" --compare-model "$model" "${real[@]}" --passing
    agree 0 --client "$python" --compare-model "$model" --same-turn
    agree 0 --client "$python" --compare-model "$model" "${real[@]}" --physics kernel --physics fragments --passing
    scenario=incident/two-users-cold
    agree 0 --client "$python" --compare-model "$model" "${real[@]}" --passing
    scenario=regression/real-pipeline   # pipelines of a single client take connections of a pool that has no most
    [[ $kind == single ]] || agree 0 --client "$python" --compare-model "$model" --passing
    scenario=incident/two-users
  done
  for kind in pool_auth pool_to5; do
    agree 0 --client "/usr/bin/python3 live/drivers/redis_py.py $kind" --compare-model "redis-py-$version/$kind" \
      "${real[@]}" --passing
  done
  for scenario in tests/live/transaction.json tests/live/watch.json; do
    agree 0 --client "/usr/bin/python3 live/drivers/redis_py.py pool" --compare-model "redis-py-$version/pool" --passing
  done
  scenario=incident/two-users
  # A single connection that two tasks open again at the same time mixes up their replies; no cancel is needed.
  if [[ $version == 4.3.4 ]]; then
    scenario=incident/three-users
    live 1 --client "/usr/bin/python3 live/drivers/redis_py.py single" --max-cancels 0 --closes 1 --same-turn
    says "Schedules that mix up replies without any cancel: 36"
    live 1 --client "/usr/bin/python3 live/drivers/redis_py.py single" --max-cancels 0 --closes 1 --same-turn \
      -s 'close.1 alice carol+bob srv.1 srv.2 net.1 net.2' --repeat 100
    says "Played 100 times: 100 violate an invariant, all end alike."
    for kind in pool blocking; do
      live 0 --client "/usr/bin/python3 live/drivers/redis_py.py $kind" --max-cancels 0 --closes 1 --same-turn
    done
    scenario=incident/two-users
  fi
  # Which parser it has is asked for, whatever is installed, and its name says it.
  live 0 --client "/usr/bin/python3 live/drivers/redis_py.py pool" -s alice
  says "redis-py $version pool, Python"   # parser: behind the end of the line
  if /usr/bin/python3 -c 'import hiredis' 2>/dev/null; then
    for kind in pool blocking single; do
      python="/usr/bin/python3 live/drivers/redis_py.py $kind hiredis" model=redis-py-$version/$kind
      agree 0 --client "$python" --compare-model "$model" "${real[@]}" --physics kernel --physics fragments --passing
      says "redis-py $version $kind, hiredis "
    done
    if [[ $version == 4.3.4 ]]; then   # where its own parser mixes up replies
      scenario=incident/three-users
      live 0 --client "/usr/bin/python3 live/drivers/redis_py.py single hiredis" --max-cancels 0 --closes 1 --same-turn
      says "Played all that the outside can force: 1338 schedules"
      scenario=incident/two-users
    fi
  else
    live 69 --client "/usr/bin/python3 live/drivers/redis_py.py pool hiredis"
    says "does not use hiredis here, but python"
  fi
  # As measured: a cancel in the look at the connection is swallowed, and its task goes on with the slot.
  live 0 --client "/usr/bin/python3 live/drivers/redis_py.py pool" --passing -s 'alice!1 bob srv.1 net.1' --repeat 5
  says "bob ends by an error: ConnectionError: Too many connections"
  says "alice received its own data"
  live 0 --client "/usr/bin/python3 live/drivers/redis_py.py blocking" --passing -s 'alice!1 bob srv.1 net.1 srv.1 net.1'
  says "bob received its own data"
fi
live 69 --client "$client poison-flag" --passing
says 'does not say that it can "cancel_at"'

# A cluster: nodes of their own, connections numbered by node, and keys that lie where the scenario says.
cluster="/usr/bin/python3 live/drivers/redis_py.py cluster"
scenario=regression/two-nodes
live 69 --client "$client poison-flag"
says 'does not say that it needs a "cluster"'
if [[ ${version:-} == 4.3.4 ]]; then
  live 0 --client "$cluster" --compare-model redis-py-4.3.4/cluster --repeat 5 \
    -s 'bob !bob carol srv.2 net.2 alice srv.1 net.1'
  says "srv.2  the server answers LRANGE history:carol"
  says "srv.1  the server answers LRANGE {1a}history:alice"
  says "Played 5 times: 0 violate an invariant, all end alike."
  says "2 of 2 connections could be had at the end."
  says "redis-py-4.3.4/cluster: agrees"
  # Where no node's pool is exhausted, client and model agree on everything.
  for scenario in tests/live/cluster-of-one.json tests/live/cluster-of-three.json; do
    agree 0 --client "$cluster" --compare-model redis-py-4.3.4/cluster
    agree 0 --client "$cluster" --compare-model redis-py-4.3.4/cluster --same-turn
  done
  scenario=regression/two-nodes
  # The pool of one node is exhausted: carol sleeps, sets up the nodes anew, and both get their own.
  live 0 --client "$cluster" -s 'bob carol srv.2 net.2 srv.4 net.4' --repeat 20
  says "Played 20 times: 0 violate an invariant, all end alike."
  says "bob received its own data"
  says "carol received its own data"
  live 69 --client "$cluster" --port 60000
  says "a node of a cluster needs a port up to 55535"
  # A node dies in the middle.
  in_the_middle $scenario --client "$cluster"
  victim=$(pgrep -P $pid redis-server | sed -n 2p)
  [[ -n $victim ]] && kill -9 "$victim"
  wait $pid
  [[ $? == 69 ]] || { complain "a node died: not exit code 69"; cat "$work/err"; }
  nothing_left "a node died"
fi
scenario=incident/two-users

# Multiplexed clients of Node.js.
if [[ -n ${NODE_PATH:-} ]]; then
  for words in "node-redis abandon" "ioredis abandon"; do
    live 0 --client "node live/drivers/node_clients.js $words" --compare-model patterns/tombstones
    says "74 of 74 schedules agree"
    says ", of which 0 cannot be played"
  done
  # An AbortSignal is not looked at once the command is written.
  live 0 --client "node live/drivers/node_clients.js node-redis signal"
  says "Schedules by worst outcome: 74 ok"
else
  echo "NODE_PATH is not set: no clients of Node.js"
fi

# What goes wrong.
live 69 --client "$work/none"
says "failed: it closed its standard output"
live 69 --client "echo hello"
says "expected a line with a JSON object, got: hello"
live 69 --client 'echo {}'
says 'expected its greeting'
live 69 --client "sleep 60" --timeout 300
says "no answer within 300 ms"
live 69 --client "sh -c 'echo {\\\"client\\\": \\\"x\\\"}; read line; kill -SEGV \$\$'"
says "it ended with signal 11"
# In the middle: it crashes, hangs, prints garbage, stops to read.
live 69 --client "sh -c 'sed -u 7q | $client poison-flag; kill -SEGV \$\$'"
says "it ended with signal 11"
live 69 --client "sh -c 'sed -u 7q | $client poison-flag; exec sleep 60'" --timeout 300
says "no answer within 300 ms"
live 69 --client "sh -c '$client poison-flag | sed -u 5s/.*/nonsense/'"
says "expected a line with a JSON object, got: nonsense"
live 69 --client "sh -c '$client poison-flag | sed -u s/ended/finished/'"
says "expected \"ended\": an array, got"
says "asked: {\"do\":\"run\"}"
# A client that answers in other words than docs/live.md has: told at once, and by what it was asked.
# odd ANSWER SAYS: greets, closes and opens as it should, and then always answers so.
odd() {
  cat >"$work/odd.py" <<'CLIENT'
import json, sys
print('{"client": "odd"}', flush=True)
for line in sys.stdin:
    asked = json.loads(line)["do"]
    print({"close": '{"closed": true}', "open": sys.argv[2]}.get(asked, sys.argv[1]), flush=True)
CLIENT
  live 69 --client "/usr/bin/python3 '$work/odd.py' '$1' '${3:-{\"opened\": true\}}'" --junit "$work/odd.xml"
  says "$2"
  grep -q '<error message="inconclusive' "$work/odd.xml" || complain "JUnit does not tell that the client failed"
}
deep=$(printf '[%.0s' $(seq 100))
odd '{"ended": [], "waits": {}}' 'it is neither in "ended" nor in "waits"'
odd '{"ended": [{"task": "zoe", "operation": 0, "value": ["x"]}], "waits": {}}' "the end of zoe, which was never started"
odd '{"ended": [{"task": "alice", "operation": 7, "value": ["x"]}], "waits": {}}' "out of turn"
odd '{"ended": [{"task": "alice", "operation": 0}], "waits": {}}' 'expected "value": an array'
odd '{"ended": [{"task": "alice", "operation": -1, "value": []}], "waits": {}}' 'expected "operation": a number from 0'
odd '{"ended": [{"task": "alice", "operation": 4294967296, "value": []}], "waits": {}}' '"operation" is too large'
odd '{"ended": [], "waits": {"alice": 1}}
{"ended": []}' 'it speaks without being asked'
odd '{"ended": [], "waits": {"alice": "x"}}' 'expected "waits" to have numbers from 0'
odd "{\"ended\": $deep" "more than 64 arrays and objects in each other"
odd '{}' 'expected {"opened": true}, got {"opened":false}' '{"opened": false}'

# One that talks to the server without end, and never answers.
cat >"$work/restless.py" <<'CLIENT'
import json, socket, sys
print('{"client": "restless"}', flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    if asked["do"] == "open":
        server = socket.create_connection(("127.0.0.1", asked["port"]))
    if asked["do"] == "start":
        while True:
            server.sendall(b"*1\r\n$4\r\nPING\r\n" * 100)
            server.recv(65536)
    print('{"closed": true, "opened": true, "ended": [], "waits": {}}', flush=True)
CLIENT
live 69 --client "/usr/bin/python3 '$work/restless.py'" --timeout 500
says "no answer within 500 ms"
# One that opens connections without end.
cat >"$work/greedy.py" <<'CLIENT'
import json, resource, socket, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
print('{"client": "greedy"}', flush=True)
kept, port = [], None
for line in sys.stdin:
    asked = json.loads(line)
    if asked["do"] == "start":
        for _ in range(2000):
            try:
                kept.append(socket.create_connection(("127.0.0.1", port), 1))
            except OSError:
                break
    port = asked.get("port", port)
    print('{"closed": true, "opened": true, "ended": [], "waits": {"alice": 1}}', flush=True)
CLIENT
# The undefined behaviour sanitizer needs a descriptor to look at a vptr, and without one takes it for invalid.
grep -qa __ubsan_handle "$interleak" || (ulimit -S -n 200 && live 69 --client "/usr/bin/python3 '$work/greedy.py'" && says "Too many open files"; exit "$wrong") || wrong=$((wrong + 1))

# One that says that it is idle when it is not would pass for sound: it is found out.
cat >"$work/hasty.py" <<'CLIENT'
import json, subprocess, sys
sound = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
print(sound.stdout.readline(), end="", flush=True)
late = {"ended": [], "waits": {}}
for line in sys.stdin:
    sound.stdin.write(line)
    sound.stdin.flush()
    answer = sound.stdout.readline()
    if json.loads(line)["do"] == "run":  # what the last one should have told
        late, answer = json.loads(answer), json.dumps(late) + "\n"
    print(answer, end="", flush=True)
CLIENT
live 69 --client "/usr/bin/python3 '$work/hasty.py' '$client' release-in-finally"
says "answers before it is idle"
# One that answers by itself, and never asks the server.
cat >"$work/magic.py" <<'CLIENT'
import json, sys
print('{"client": "magic"}', flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    ended = [{"task": asked["task"], "operation": 0, "error": "no"}] if asked["do"] == "start" else []
    answers = {"close": {"closed": True}, "open": {"opened": True}}
    print(json.dumps(answers.get(asked["do"], {"ended": ended, "waits": {}})), flush=True)
CLIENT
live 1 --client "/usr/bin/python3 '$work/magic.py'"
says "(vacuous: operation 1 of alice never ends ok)"

# The command of a client is a shell's, and what is said to it can be read.
live 1 --client "cd / && A=1 '$client' release-in-finally" --trace "$work/trace"
grep -qx '> {"do":"open","port":[0-9]*,"max":1,"warm":1}' "$work/trace" || complain "no question in the trace"
grep -qx '< {"ended":\[\],"waits":{"alice":[0-9]*}}' "$work/trace" || complain "no answer in the trace"

# Words of a schedule that cannot be are told, also those that were possible before.
for words in 'alice srv.1 srv.1 srv.1 net.1' 'alice !alice !alice' 'alice srv.1 net.1 net.1 bob'; do
  live 6 --client "$client poison-flag" -s "$words"
  says "is not enabled"
done
live 0 --client "$client poison-flag" -s 'alice srv.1 net.1 alice bob srv.1 net.1 bob'   # resumes are the loop's
live 0 --client "$client poison-flag" -s alice
says "The schedule is not complete"
live 2 --client "$client poison-flag" --repeat 3
says "give it with --schedule"
live 4 --client "$client poison-flag" -i no-zombie --junit "$work/b.xml"
grep -q '<skipped message="not seen: it is inside of the client"/>' "$work/b.xml" || complain "JUnit does not skip"
echo '{' >"$work/bad.json"
live 3 --client "$client poison-flag" --compare-model "$work/bad.json"
says "ILK0001"

live 69 --client "$client poison-flag" --server "$work/none"
says "cannot start \"$work/none\": No such file or directory"
live 69 --client "$client poison-flag" --server false
says "the server did not start: exit code 1"
live 6 --client "$client poison-flag" -s 'alice srv.2'
says "cannot be forced at step 2"
live 2 --client "$client poison-flag" -s 'alice*x'

# A port in use.
port=$((20000 + $$ % 10000))
redis-server --port $port --bind 127.0.0.1 --dir "$work" --save "" >/dev/null 2>&1 &
other=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do redis-cli -p $port ping >/dev/null 2>&1 && break; sleep 0.1; done
live 69 --client "$client poison-flag" --port $port
says "cannot have port $port"
kill $other
wait $other 2>/dev/null

# A port that we chose is taken before the server comes: others do as well, and nothing is said to the stranger.
cat >"$work/late.sh" <<'SERVER'
#!/usr/bin/env bash
said=$(dirname "$0")/said-to-stranger
if [[ ! -e $said ]]; then
  read -r _ < <(/usr/bin/python3 -c '
import socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("listens", flush=True)
with open(sys.argv[2], "wb", buffering=0) as said:
    while True:
        said.write(server.accept()[0].recv(100))
' "$2" "$said")
  stranger=$!
fi
if [[ ${stranger:-} && ${STRANGER_GOES:-} ]]; then   # before anyone can look at the port again
  redis-server "$@"
  code=$?
  kill "$stranger"
  while kill -0 "$stranger" 2>/dev/null; do sleep 0.01; done
  exit $code
fi
exec redis-server "$@"
SERVER
chmod +x "$work/late.sh"
for goes in "" yes; do
  rm -f "$work/said-to-stranger"
  STRANGER_GOES=$goes live 0 --client "$client poison-flag" --server "$work/late.sh" -s alice
  [[ -e $work/said-to-stranger && ! -s $work/said-to-stranger ]] || complain "the stranger on the port was talked to"
done

busy() { in_the_middle incident/three-users --client "$client tombstones" --max-schedules 1000000 --max-cancels 3; }
children() { pgrep -P "$1"; }

# The server dies in the middle.
busy
victim=$(pgrep -P $pid redis-server)
[[ -n $victim ]] && kill -9 "$victim"
wait $pid
[[ $? == 69 ]] || { complain "server died: not exit code 69"; cat "$work/err"; }
nothing_left "server died"

# Ctrl-C, and a kill that cannot be caught.
busy
kill -INT $pid
wait $pid
[[ $? == 130 ]] || complain "SIGINT: not exit code 130"
says "interrupted before the end"
nothing_left "SIGINT"
busy
those=$(children $pid)
kill -KILL $pid
wait $pid 2>/dev/null
# runs PID: it is there, and not dead.
runs() { [[ -d /proc/$1 ]] && ! grep -q '^State:.*Z' "/proc/$1/status" 2>/dev/null; }
for each in $those; do
  for _ in $(seq 50); do runs "$each" || break; sleep 0.1; done
  runs "$each" && complain "SIGKILL leaves process $each"
done
live 0 --client "$client poison-flag" -s alice   # removes the folder of the one before; more in leaves.sh
says "removed 1 of its folders"

((wrong == 0)) && echo "live: all as expected"
exit $((wrong > 0))
