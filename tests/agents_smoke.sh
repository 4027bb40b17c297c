#!/usr/bin/env bash
# Runs the agents example and compares what it prints, step by step, with the texts below.
#
# usage: tests/agents_smoke.sh
# Needs bash. Leaves no process and no file behind: the example ends by itself.
set -u
cd "$(dirname "$0")/.." || exit 1

. tests/support/story.sh

mkdir "$work/expected" "$work/found"
split "$work/expected" <<'EXPECTED'
 1. The crawler publishes its key, and signs a request
      crawler: 200 welcome, https://crawler.example
 2. A person asks, without a signature
      person: 200 welcome, whoever you are
 3. An impostor signs in the name of the crawler, with a key of its own
      impostor: 403 agent.key_unknown: the agent does not publish the key
 4. It takes the signature of the crawler to another page, and sends it again
      crawler: 200 welcome, https://crawler.example
      impostor: 403 agent.signature: wrong signature
      impostor: 403 agent.used: used before
 5. An agent that the site does not list signs
      stranger: 403 agent.unknown: of an agent that is not known here
 6. The crawler publishes a second key beside the first
      crawler, second key: 200 welcome, https://crawler.example
      crawler, first key: 200 welcome, https://crawler.example
 7. It takes the first key away, and the site renews the directory
      crawler, first key: 403 agent.key_unknown: the agent does not publish the key
      crawler, second key: 200 welcome, https://crawler.example
 8. The directory breaks: what was known serves on
      site: 1 key, the body is not a directory of keys
      crawler, second key: 200 welcome, https://crawler.example
done
EXPECTED

# Without features, as the example says that it is run.
cargo build --quiet --example agents || exit 1
"${CARGO_TARGET_DIR:-target}/debug/examples/agents" >"$work/out" 2>"$work/errors" </dev/null
compare 'exit code' 0 $?
compare 'errors' '' "$(text_of errors)"
split "$work/found" <"$work/out"
for step in $(ls "$work/expected"); do
    compare "step $step" "$(text_of "expected/$step")" "$(text_of "found/$step")"
done
compare 'steps' "$(ls "$work/expected")" "$(ls "$work/found")"

printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
