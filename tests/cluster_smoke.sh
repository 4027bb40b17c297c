#!/usr/bin/env bash
# Runs the cluster example and compares what it prints, step by step, with the texts below. Counts and
# times differ each time, so they are compared as `N`; the example itself compares the counts with what
# the gates logged.
#
# usage: tests/cluster_smoke.sh
# Needs bash and redis-server. Leaves no process and no file behind: the example ends by itself.
set -u
cd "$(dirname "$0")/.." || exit 1

. tests/support/story.sh

mkdir "$work/expected" "$work/found" "$work/temporary" "$work/empty"
split "$work/expected" <<'EXPECTED'
 1. A Redis server starts, which has each write on the disk before it answers
 2. Three gates start, each a process of its own
 3. A JWT is admitted by each gate, which remembers it
      [200, 200, 200]
 4. It is revoked once: the next request is refused by each gate
      [401, 401, 401] token.revoked
 5. An access token is admitted by each gate
      [200, 200, 200]
 6. It is revoked once: the next request is refused by each gate
      [401, 401, 401] token.revoked
 7. A token that works once is presented to all gates at once: one admits it
      [200, 401, 401] time_token.used
 8. Under load, one more JWT is revoked, one more token used, and the server killed
      good tokens: 200 x N, 503 x N
      revoked tokens: 401 x N, 503 x N
      used tokens: 401 x N, 503 x N
 9. While it is away, no gate admits anything
      good tokens: 503 x N
      revoked tokens: 503 x N
      used tokens: 503 x N
10. Under load, it starts again on its port and its file: each gate recovers by itself
      gate 1 admits again after N refusals, N ms
      gate 2 admits again after N refusals, N ms
      gate 3 admits again after N refusals, N ms
      good tokens: 200 x N, 503 x N
      revoked tokens: 401 x N, 503 x N
      used tokens: 401 x N, 503 x N
11. What was revoked stays so, and that of the last moment too
      [401, 401, 401] token.revoked
      [401, 401, 401] token.revoked
      [401, 401, 401] token.revoked
12. What was used stays so, and that of the last moment too
      [401, 401, 401] time_token.used
      [401, 401, 401] time_token.used
13. What is good is admitted by each gate
      [200, 200, 200]
      [200, 200, 200]
done
EXPECTED

# Without other features, as the example says that it is run.
cargo build --quiet --example cluster --features redis,http || exit 1
example="${CARGO_TARGET_DIR:-target}/debug/examples/cluster"

TMPDIR="$work/temporary" "$example" >"$work/out" 2>"$work/errors" </dev/null
compare 'exit code' 0 $?
compare 'errors' '' "$(text_of errors)"
compare 'files left behind' '' "$(ls -A "$work/temporary")"
sed -E 's/ x [0-9]+/ x N/g; s/after [0-9]+ refusals, [0-9]+ ms/after N refusals, N ms/' "$work/out" |
    split "$work/found"
for step in $(ls "$work/expected"); do
    compare "step $step" "$(text_of "expected/$step")" "$(text_of "found/$step")"
done
compare 'steps' "$(ls "$work/expected")" "$(ls "$work/found")"

PATH="$work/empty" "$example" >"$work/out" 2>"$work/errors" </dev/null
compare 'exit code without redis-server' 2 $?
compare 'output without redis-server' '' "$(text_of out)"
# shellcheck disable=SC2016 # The backticks are part of the message.
compare 'errors without redis-server' \
    'error: `redis-server` is not on PATH; install Redis 7 (on Debian: `apt-get install redis-server`)' \
    "$(text_of errors)"

printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
