#!/usr/bin/env bash
# Starts the gateway example, runs every line that it prints, and compares the answers and the
# traces with the documented texts. Those are written out here, since the library compared with
# itself would always be right.
#
# usage: tests/gateway_smoke.sh
# Needs bash and curl. Leaves no process and no file behind.
set -u
cd "$(dirname "$0")/.." || exit 1

# Fewer lines than this are a printer that broke, not a gateway that works.
readonly LEAST_LINES=185
readonly PATIENCE=100 # tenths of a second

readonly NOT_FOUND='HAS NOT BEEN FOUND (causes: is invalid, expired, or revoked); rejecting call'
readonly NO_ACCESS='DOES NOT HAVE ACCESS TO THIS RESOURCE; rejecting call'

# The documented body for a case, by its name.
body_of() {
    local label element
    case $1 in
    'unavailable: '*)
        printf '%s' '{"error": "Service temporarily unavailable"}'
        return
        ;;
    'client id: '* | *': client id '*)
        printf '%s' '{"error": "Client Id in the request, identified by HEADER client_id, is invalid. Check docs.sensedia.com"}'
        return
        ;;
    'access token: '* | 'combined: access token '* | 'oauth: access token '* | 'oauth jwt: access token '*)
        printf '%s' '{"error": "Access Token in the request, identified by HEADER access_token, is invalid. Check docs.sensedia.com"}'
        return
        ;;
    'any element: '*) label='Access Token' element=partner_token ;;
    'oauth bearer: '*) label='Access Token' element=Authorization ;;
    'client secret: '*) label='Client Secret' element=Authorization ;;
    'jwt: '* | 'dpop: '*) label='JWT' element=Authorization ;;
    'csrf: '*) label='CSRF Token' element=csrf_token ;;
    'time token: '* | 'time token once: '*) label='Time Token' element=time_token ;;
    'signature: '*) label='Digital Signature' element=signature ;;
    'message signature: '*) label='Message Signature' element=signature ;;
    'web bot auth: '*) label='Agent Signature' element=signature ;;
    *) label='no text is known for' element=$1 ;;
    esac
    printf '{"error": "%s in the request, identified by HEADER %s, is invalid. Check docs.sensedia.com"}' \
        "$label" "$element"
}

# The beginning of the documented trace line for a case, by its name and reason code; where the
# element may travel in several ways, only the end.
trace_of() {
    local subject='' end=$NOT_FOUND
    case $1 in
    'client id: '* | *': client id'*) subject='Client id in HEADER client_id ' ;;
    'access token: '* | 'combined: access token '* | 'oauth: access token '* | 'oauth jwt: access token '*)
        subject='Access token in HEADER access_token '
        ;;
    'oauth bearer: '*) subject='Access token in HEADER Authorization ' ;;
    'client secret: '*) subject='Client secret in HEADER Authorization ' ;;
    'jwt: '* | 'dpop: '*) subject='JWT in HEADER Authorization ' ;;
    'csrf: '*) subject='CSRF token in HEADER csrf_token ' ;;
    'time token: '* | 'time token once: '*) subject='Time token in HEADER time_token ' ;;
    'signature: '*) subject='Digital signature in HEADER signature ' ;;
    'message signature: '*) subject='Message signature in HEADER signature ' ;;
    'web bot auth: '*) subject='Agent signature in HEADER signature ' ;;
    esac
    case $2 in
    token.no_access | token.scope | client.not_linked | jwt.audience) end=$NO_ACCESS ;;
    service.unavailable) end='COULD NOT BE CHECKED; rejecting call' ;;
    esac
    printf '%s' "$subject$end [$2: "
}

passed=0
failed=0
server=

work=$(mktemp -d) || exit 1
clean_up() {
    # bash tells of a killed job unless it is waited for in silence.
    [ -z "$server" ] || { kill -KILL "$server" && wait "$server"; } 2>/dev/null
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

# The user's own settings must not change what the lines do, and none of them may hang.
printf 'max-time = 10\nnoproxy = "*"\n' >"$work/.curlrc"
export CURL_HOME=$work

pass() {
    passed=$((passed + 1))
}

fail() {
    failed=$((failed + 1))
    printf 'FAILED %s\n' "$1" >&2
    shift
    [ $# -eq 0 ] || printf '    %s\n' "$@" >&2
}

# Compares one thing: its name, what was expected, what was found.
compare() {
    if [ "$2" = "$3" ]; then pass; else fail "$1" "expected: $2" "found:    $3"; fi
}

# Waits, within bounds, until a command succeeds.
await() {
    local patience=$PATIENCE
    until "$@"; do
        patience=$((patience - 1))
        [ "$patience" -gt 0 ] || return 1
        sleep 0.1
    done
}

status_of_answer() {
    sed -n '1s/^HTTP[^ ]* \([0-9]*\).*/\1/p' "$work/answer"
}

is_ready() {
    grep -q '^# listening on ' "$work/out" || is_gone
}

is_gone() {
    ! kill -0 "$server" 2>/dev/null
}

# Runs one printed line: the name of its case, the expected status, the expected reason, the line.
try() {
    local name=$1 status=$2 code=$3 line=$4 before mistakes=()
    before=$(wc -l <"$work/trace")
    bash -c "$line" >"$work/answer" 2>"$work/curl" || mistakes+=("curl failed: $(cat "$work/curl")")
    sed '/^\r*$/,$d' "$work/answer" | tr -d '\r' | tr '[:upper:]' '[:lower:]' >"$work/head"
    sed '1,/^\r*$/d' "$work/answer" >"$work/body"
    tail -n "+$((before + 1))" "$work/trace" >"$work/said"

    local found
    found=$(sed -n '1s/^http[^ ]* \([0-9]*\).*/\1/p' "$work/head")
    [ "$found" = "$status" ] || mistakes+=("status: expected $status, found $found")
    if [ "$status" = 200 ]; then
        grep -q '^Welcome, ' "$work/body" || mistakes+=("body: no welcome but $(cat "$work/body")")
        [ ! -s "$work/said" ] || mistakes+=("trace: $(cat "$work/said")")
    else
        judge_refusal
    fi
    if [ ${#mistakes[@]} -eq 0 ]; then pass; else fail "$name" "${mistakes[@]}" "$line"; fi
}

# What `try` expects of a refusal; it shares its variables.
judge_refusal() {
    local header=www-authenticate trace
    body_of "$name" >"$work/expected"
    cmp -s "$work/expected" "$work/body" ||
        mistakes+=("body: expected $(cat "$work/expected")" "body: found    $(cat "$work/body")")
    [ "$status" != 503 ] || header=retry-after
    grep -q "^$header: " "$work/head" || mistakes+=("header: no $header")
    grep -qx 'content-type: application/json' "$work/head" || mistakes+=('header: no JSON')

    trace=$(trace_of "$name" "$code")
    grep -qF "$trace" "$work/said" || mistakes+=("trace: expected $trace" "trace: found    $(cat "$work/said")")
    [ "$(grep -c '; rejecting call' "$work/said")" = 1 ] || mistakes+=('trace: not one line')
    grep -q '^  remedy: 1\. ' "$work/said" || mistakes+=('trace: no remedy')
}

cargo build --quiet --example gateway --features http || exit 1
gateway=${CARGO_TARGET_DIR:-target}/debug/examples/gateway

for port in word 65536 -1 ''; do
    "$gateway" "$port" >"$work/out" 2>"$work/trace" </dev/null
    compare "exit code of port '$port'" 2 $?
    compare "message of port '$port'" \
        "error: the port is a number from 0 to 65535, not \"$port\"" "$(head -n 1 "$work/trace")"
done

"$gateway" 1 2 >"$work/out" 2>"$work/trace" </dev/null
compare 'exit code of two ports' 2 $?

# What it prints unasked fits a screen of 24 lines and 80 columns, and names every route.
"$gateway" 0 >"$work/out" 2>"$work/trace" </dev/null &
server=$!
if await is_ready && ! is_gone; then
    rows=$(fold -w 80 "$work/out" | wc -l)
    if [ "$rows" -le 24 ]; then pass; else fail "the first screen has $rows lines"; fi
    compare 'routes on the first screen' "$(ls examples/gateway/routes/*.rs | wc -l)" \
        "$(grep -c ' lines* to try$' "$work/out")"
    bash -c "$(grep '^curl ' "$work/out")" >"$work/answer" 2>"$work/curl"
    compare 'status of the line to begin with' 200 "$(status_of_answer)"
else
    fail 'the gateway does not start' "$(cat "$work/trace")"
fi
{ kill -KILL "$server" && wait "$server"; } 2>/dev/null

"$gateway" --lines 0 >"$work/out" 2>"$work/trace" </dev/null &
server=$!
if ! await is_ready || is_gone; then
    fail 'the gateway does not start' "$(cat "$work/trace")"
    exit 1
fi

lines=0
name=
while IFS= read -r line; do
    case $line in
    '# '*' -> '*)
        name=${line#\# } outcome=${line##* -> }
        name=${name% -> *}
        ;;
    'curl '*)
        lines=$((lines + 1))
        if [ -z "$name" ]; then
            fail "a line that no comment explains" "$line"
        else
            try "$name" "${outcome%% *}" "${outcome##* }" "$line"
        fi
        name=
        ;;
    esac
done <"$work/out"
[ "$lines" -ge "$LEAST_LINES" ] || fail "only $lines lines, not $LEAST_LINES"

taken=$(sed -n 's/^# listening on .*:\([0-9]*\),.*/\1/p' "$work/out")
"$gateway" "$taken" >"$work/answer" 2>"$work/said" </dev/null
compare 'exit code of a port that is taken' 1 $?
compare 'lines for a port that is taken' '' "$(cat "$work/answer")"

# The largest body that is read, and one byte more.
admitted=$(sed -n '/^# client id: .* -> 200$/{n;p;}' "$work/out")
for boundary in '65536 200' '65537 413'; do
    head -c "${boundary% *}" /dev/zero >"$work/large"
    bash -c "$admitted --data-binary @$work/large" >"$work/answer" 2>"$work/curl"
    compare "status of a body of ${boundary% *} bytes" "${boundary#* }" "$(status_of_answer)"
done

# Which origin is ours follows from the request: scheme, host and port.
admitted=$(sed -n '/^# csrf: generated -> 200$/{n;p;}' "$work/out")
for origin in "http://127.0.0.1:$taken 200" "https://127.0.0.1:$taken 401" \
    "http://127.0.0.1 401" "http://localhost:$taken 401"; do
    bash -c "$admitted -H 'Origin: ${origin% *}'" >"$work/answer" 2>"$work/curl"
    compare "status for a request from ${origin% *}" "${origin#* }" "$(status_of_answer)"
done

for documented in \
    "Access token in HEADER access_token $NOT_FOUND" \
    "Access token in HEADER access_token $NO_ACCESS"; do
    if grep -qF "$documented" "$work/trace"; then pass; else fail "no trace: $documented"; fi
done
if grep -qE '(app|token|secret|guess|stranger|session|keyless)-[A-Za-z0-9_-]{22}|eyJ|[A-Za-z0-9_+/-]{76}' "$work/trace"; then
    fail 'a credential is in the trace'
else
    pass
fi

kill -INT "$server"
if await is_gone; then
    wait "$server"
    compare 'exit code after SIGINT' 0 $?
    server=
else
    fail 'the gateway does not stop on SIGINT'
fi

printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
