#!/usr/bin/env bash
# Runs one Windows program under Wine; CMake's emulator, so that plain `ctest --preset windows` works. ./test gives a
# running PC in WINEPREFIX; without one, a PC in the build folder starts and ends by itself after a minute without work.
set -euo pipefail
if [ -z "${WARDWATCH_WINE_READY:-}" ]; then
    source "$(dirname "${BASH_SOURCE[0]}")/wine.sh"
    prefix="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/build/wine-by-hand"
    mkdir -p "${prefix%/*}"
    exec 7>"$prefix.lock"
    flock 7
    if [ ! -d "$prefix" ]; then
        WARDWATCH_WINE_LINGER=60 wine_new_prefix "$prefix"
    else
        WARDWATCH_WINE_LINGER=60 wine_same_prefix "$prefix"
    fi 7>&-
    exec 7>&-
fi
# Through files: Wine's own services, which a program may wake, would hold the caller's pipes open for half a minute and
# more.
output=$(mktemp -d)
trap 'rm -rf "$output"' EXIT
status=0
/usr/lib/wine/wine64 "$@" >"$output/out" 2>"$output/err" || status=$?
cat "$output/out"
cat "$output/err" >&2
exit $status
