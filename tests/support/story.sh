# What the tests of stories share: a folder of their own, comparisons that are counted, and a text for
# each step. Sourced, not run; `set -u` and the folder are the caller's.

passed=0
failed=0

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# Compares one thing: its name, what was expected, what was found.
compare() {
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED %s\n    expected: %s\n    found:    %s\n' "$1" "$2" "$3" >&2
    fi
}

# Every step as a text of its own, with `0` for what comes before the first.
split() {
    awk -v folder="$1" '
        /^ ?[0-9]+\. / { step++ }
        /^done$/ { step = "end" }
        { print > (folder "/" step) }' step=0 -
}

text_of() {
    cat "$work/$1" 2>/dev/null
}
