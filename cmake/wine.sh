# shellcheck shell=bash
# Wine as the Windows PC of tests and demonstrations. Sourced by ./test, ./run and the end-to-end tests.
#   wine_new_prefix DIR   a fresh PC in DIR (0.1 s from a template), running; sets and exports WINEPREFIX
#   wine_same_prefix DIR  the PC that an earlier call made, running again
#   wine_end DIR          shuts that PC down, and nothing else
# shellcheck source=cmake/cache.sh
source "$(dirname "${BASH_SOURCE[0]}")/cache.sh"
wine64=/usr/lib/wine/wine64
wineserver=/usr/lib/wine/wineserver64

wine_environment() {
    # Before the wineserver starts, or Vietnamese paths fail.
    export LC_ALL=C.UTF-8
    # No Mono, no Gecko, no menu entries on the host; no window is wanted.
    export WINEDLLOVERRIDES="${WINEDLLOVERRIDES:-mscoree,mshtml,winemenubuilder.exe=}"
    export WINEDEBUG="${WINEDEBUG:--all}"
    export WINEARCH=win64
    unset DISPLAY
}

# Wine's server and services start here with closed pipes: started by a test, they would hold its output open for ever.
# WARDWATCH_WINE_LINGER: seconds after which an idle PC ends by itself (default: only wine_end ends it).
# Files on Windows inherit their folder's rights; Wine makes them from the server's umask instead, and shows what Linux
# lets others do.
# wineboot starts programs of Wine's own, which beside much other work fails now and then before anything of ours ran:
# it is tried again, and how often it failed stands in WINE_BOOTS_FAILED.
wine_boot() {
    local status
    export WINE_BOOTS_FAILED=0
    while true; do
        # It fails when it already runs: fine.
        (umask 077 && exec "$wineserver" "-p${WARDWATCH_WINE_LINGER:-}") </dev/null >/dev/null 2>&1 || true
        status=0
        "$wine64" wineboot </dev/null >/dev/null 2>&1 || status=$?
        if [ "$status" -eq 0 ]; then return; fi
        WINE_BOOTS_FAILED=$((WINE_BOOTS_FAILED + 1))
        echo "wineboot ended with $status in $WINEPREFIX" >&2
        if [ "$WINE_BOOTS_FAILED" -eq 3 ]; then return "$status"; fi
    done
}

# Made once per version of Wine: 8 s and 700 MB.
wine_template() {
    local cache template temporary
    cache=$(wardwatch_cache)
    template="$cache/wine-$("$wine64" --version | tr -c 'a-zA-Z0-9.\n' _)"
    if [ ! -d "$template" ]; then
        mkdir -p "$cache"
        (
            flock 8
            [ ! -d "$template" ] || exit 0
            temporary=$(mktemp -d "$cache/building-wine.XXXXXX")
            export WINEPREFIX="$temporary"
            wine_environment
            "$wine64" wineboot --init </dev/null >/dev/null 2>&1
            "$wineserver" -w
            mv "$temporary" "$template"
        ) 8>"$cache/wine.lock" >&2
    fi
    echo "$template"
}

# The 700 MB are shared as hard links; the registry, which every PC rewrites, is a real copy.
wine_new_prefix() {
    local template
    template=$(wine_template)
    rm -rf "$1"
    mkdir -p "$(dirname "$1")"
    # Hard links end at a file system's border.
    cp -al "$template" "$1" 2>/dev/null || { rm -rf "$1"; cp -a "$template" "$1"; }
    rm -f "$1"/*.reg
    cp -a "$template"/*.reg "$1/"
    wine_same_prefix "$1"
}

wine_same_prefix() {
    WINEPREFIX=$(cd "$1" && pwd)
    export WINEPREFIX
    wine_environment
    wine_boot
}

wine_end() {
    if [ -d "$1" ]; then WINEPREFIX=$(cd "$1" && pwd) "$wineserver" -k </dev/null >/dev/null 2>&1 || true; fi
}
