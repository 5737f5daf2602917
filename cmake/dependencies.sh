#!/usr/bin/env bash
# Builds the libraries that Debian does not ship as we need them into a prefix in the cache, once, and prints the
# prefix.
#   cmake/dependencies.sh NAME                  build when missing; progress on stderr, the prefix on stdout
#   cmake/dependencies.sh NAME --print-prefix   print the prefix only, whether built or not
# NAME: windows (what the agent needs), windows_tests, native (what tests need besides)
# Sources are Debian source packages, checked by apt against the archive's keys. /etc/apt is read, never written.
# A suite drops a version when the next one arrives: then nothing is built, until the new version is recorded in
# dependency_recipes.sh. WARDWATCH_OTHER_VERSIONS=1 takes the suite's newest meanwhile, into a prefix of its own.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/cache.sh"
source "$here/dependency_recipes.sh"
mingw=x86_64-w64-mingw32
suites="bookworm trixie"

say() { printf '%s\n' "$*" >&2; }
fail() { say "dependencies: $*"; exit 1; }

recipes() { local -n list="${name}_recipes"; printf '%s\n' "${list[@]}"; }

recipe_hash() {
    {
        for recipe in $(recipes); do declare -f "build_$recipe"; source_of "$recipe"; done
        declare -f cmake_install compile_flags
    } | sha256sum | cut -c1-12
}

# The system's own Debian archive, with the source packages of our suites, as a private apt list.
write_source_list() {
    local into=$1 file
    for file in /etc/apt/sources.list.d/*.sources; do
        [ -f "$file" ] || continue
        # The first stanza that names a whole suite (not bookworm-security or -updates) of binary packages.
        awk -v suites="$suites" 'BEGIN { RS = ""; FS = "\n" }
            /(^|\n)Types:[^\n]*deb/ && !/(^|\n)Enabled: *no/ &&
            /(^|\n)Suites:([ \t]+[a-z]+)*[ \t]+(bookworm|trixie|stable|oldstable)([ \t\n]|$)/ &&
            /(^|\n)URIs:[^\n]*\/debian\/?([ \t\n]|$)/ {
                for (i = 1; i <= NF; i++) {
                    if ($i ~ /^#/) continue
                    if ($i ~ /^Types:/) $i = "Types: deb-src"
                    if ($i ~ /^Suites:/) $i = "Suites: " suites
                    if ($i ~ /^Components:/) $i = "Components: main"
                    print $i
                }
                exit
            }' "$file" >"$into.sources"
        if [ -s "$into.sources" ]; then echo "$into.sources"; return; fi
    done
    local options='(\[[^]]*\][[:space:]]+)?' archive='([^[:space:]]+/debian/?)'
    local ours='(bookworm|trixie|stable|oldstable)'
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
        sed -nE "s#^deb[[:space:]]+$options$archive[[:space:]]+$ours[[:space:]].*#\1\2#p" |
        head -n 1 >"$into.found" || true
    if [ ! -s "$into.found" ]; then fail "no Debian archive found in this system's apt sources"; fi
    for suite in $suites; do echo "deb-src $(cat "$into.found") $suite main"; done >"$into.list"
    echo "$into.list"
}

private_apt() {
    local tool=$1
    shift
    "$tool" -q -o Dir::Etc::sourcelist="$(cat "$work/apt/list")" -o Dir::Etc::sourceparts="$work/apt/none" \
        -o Dir::State::Lists="$work/apt/lists" -o Dir::Cache="$work/apt/cache" -o APT::Sandbox::User="$(id -un)" \
        -o APT::Update::Error-Mode=any -o Acquire::Retries=3 "$@"
}

read_source_index() {
    mkdir -p "$work/apt/none" "$work/apt/lists/partial" "$work/apt/cache/archives/partial" "$work/sources"
    write_source_list "$work/apt/wardwatch" >"$work/apt/list"
    private_apt apt-get update
}

download() { (cd "$work/sources" && private_apt apt-get source --download-only "$1=$2"); }

unpack() {
    rm -rf "$work/sources/$1"
    # A version's epoch ("1:") is not part of its file name.
    dpkg-source --no-check -x "$work/sources/${1}_${2#*:}.dsc" "$work/sources/$1"
}

# The recorded version; the suite's newest that downloads only when that was asked for.
fetch_source() {
    local name=$1 version=$2 suite=$3 other others
    if download "$name" "$version"; then unpack "$name" "$version"; return; fi
    others=$(private_apt apt-cache madison "$name" |
        awk -F'|' -v suite=" $suite/" 'index($3, suite) { gsub(/ /, "", $2); print $2 }' | sort -rV)
    if [ -z "$other_versions" ]; then
        echo "$name $version, which is recorded, could not be downloaded; $suite has: ${others:-nothing of it}"
        echo "Look at what is new, and record the version in cmake/dependency_recipes.sh;" \
            "or set WARDWATCH_OTHER_VERSIONS=1 to take what is there."
        return 1
    fi
    for other in $others; do
        if [ "$other" != "$version" ] && download "$name" "$other"; then
            echo "$name $version has vanished from $suite: took $other instead" >>"$work/notes"
            unpack "$name" "$other"
            return
        fi
    done
    echo "neither $name $version nor another version in $suite could be downloaded" >&2
    return 1
}

# One line per step. A step runs in a subshell of its own so that `set -e` holds inside it.
step() {
    local title=$1 began=$SECONDS status=0
    shift
    printf '  %-40s' "$title" >&2
    echo "== $title" >>"$log"
    set +e
    (set -e; "$@") >>"$log" 2>&1 </dev/null
    status=$?
    set -e
    if [ $status -ne 0 ]; then
        say "failed after $((SECONDS - began)) s"
        tail -n 15 "$log" >&2
        if tail -n 40 "$log" | grep -qE 'Could not resolve|Temporary failure|Could not connect|Failed to fetch'; then
            say "No network, or the Debian archive does not answer."
        fi
        fail "'$title' failed; full output: $log"
    fi
    say "$((SECONDS - began)) s"
    if [ -s "$work/notes" ]; then sed 's/^/  note: /' "$work/notes" >&2; rm "$work/notes"; fi
}

build_recipe() {
    cd "$work"
    [ ! -d "$work/sources/$1" ] || cd "$work/sources/$1"
    "build_$1"
}

check_complete() {
    local file
    for file in $(expected_files); do
        test -f "$stage/$file" || { echo "$file is missing"; return 1; }
    done
}

check_tools() {
    local tool needed=(apt-get dpkg-source make perl cmake ninja flock)
    if [ "$system" = windows ]; then needed+=("$mingw-g++-posix" tclsh); fi
    for tool in "${needed[@]}"; do
        command -v "$tool" >/dev/null || fail "'$tool' is not installed; cmake/packages.sh installs what is needed"
    done
}

# The prefix appears under its name only when it is complete; a build that was cut short leaves nothing that looks done.
build_prefix() {
    # Always the same folder (the lock is ours), so that ccache knows the compilations again.
    work="$cache/building-$name"
    rm -rf "$work"
    mkdir -p "$work"
    trap 'rm -rf "$work"' EXIT
    stage="$work/prefix"
    log="$prefix.log"
    mkdir -p "$stage/include"
    : >"$log"
    say "Libraries: $name (once, about $minutes minutes; log: $log)"
    step "index of source packages" read_source_index
    local recipe source
    for recipe in $(recipes); do
        source=$(source_of "$recipe")
        if [ -n "$source" ]; then
            # shellcheck disable=SC2086 # three words on purpose
            step "fetch ${source% *}" fetch_source $source
        fi
        step "build $recipe" build_recipe "$recipe"
        rm -rf "$work/sources/${source%% *}"
    done
    step "check" check_complete
    mv "$stage" "$prefix"
    say "Libraries: $name ready after $SECONDS s"
}

name=${1:-}
case "$name" in
    windows) minutes=8 ;;
    windows_tests | native) minutes=2 ;;
    *) fail "usage: cmake/dependencies.sh windows|windows_tests|native [--print-prefix]" ;;
esac
system=${name%_tests}
cache=$(wardwatch_cache)
other_versions=${WARDWATCH_OTHER_VERSIONS:-}
prefix="$cache/$name-$(recipe_hash)${other_versions:+-other-versions}"
jobs=$(nproc)
# So that a changed recipe costs little more than what changed.
ccache=$(command -v ccache || true)
export CCACHE_DIR="${CCACHE_DIR:-$cache/ccache}"
if [ "${2:-}" = --print-prefix ] || [ -d "$prefix" ]; then echo "$prefix"; exit; fi

check_tools
mkdir -p "$cache"
exec 9>"$cache/$name.lock"
if ! flock -n 9; then
    say "Another build of the libraries ($name) is under way: waiting for it"
    flock 9
fi
if [ ! -d "$prefix" ]; then build_prefix; fi
echo "$prefix"
