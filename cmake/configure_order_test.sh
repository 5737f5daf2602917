#!/usr/bin/env bash
# ./run and ./test share the build folders of PRESET…: after ./test all is configured, whichever came first, and a later
# ./run changes nothing. Only their configure steps run, in folders of their own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source cmake/configure.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# What a folder is configured for: its options, its tests, and the sources that it compiles.
configured() {
    grep -E '^(WARDWATCH_[A-Z_]+|CMAKE_BUILD_TYPE|CMAKE_UNITY_BUILD):' "$1/CMakeCache.txt"
    ctest --test-dir "$1" --show-only | grep -E '^ +Test +#' || true
    sed -nE "s#^ *\"file\": *\"($1/)?([^\"]*)\".*#\2#p" "$1/compile_commands.json"
}

# after PRESET FOLDER STEP…: runs the steps and writes down what FOLDER is configured for then.
after() {
    local preset=$1 folder="$scratch/$2" step
    shift 2
    for step in "$@"; do
        "configure_$step" "$preset" "$folder" >"$scratch/log" 2>&1 || { cat "$scratch/log"; return 1; }
    done
    configured "$folder" >"$folder.txt"
}

for preset in "$@"; do
    after "$preset" test_first everything
    cp "$scratch/test_first.txt" "$scratch/expected.txt"
    after "$preset" test_first everything programs programs
    after "$preset" run_first programs programs everything everything
    for order in test_first run_first; do
        if ! diff "$scratch/expected.txt" "$scratch/$order.txt"; then
            echo "  $preset, $order: otherwise than after ./test alone"
            exit 1
        fi
    done
    rm -r "$scratch"/*_first
done
