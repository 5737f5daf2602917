#!/usr/bin/env bash
# Layout (clang-format), the rules of the tree (structure.sh) and, with --tidy, mistakes (clang-tidy). One line
# `PASS name` or `FAIL name` each. clang-tidy looks at the programs; their tests, which would take it longer than all
# else, have the compilers' warnings and the sanitizers. It reads the compile databases of build/joined and
# build/windows, which join the files of a library: ten together take as long as two alone. What passed is not looked at
# again until its preprocessed text, the flags or .clang-tidy change; that is remembered in the cache, for every
# checkout.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/cache.sh"
root=$(dirname "$here")
cd "$root"
# 16, because Debian 12's default, 14, cannot read the standard library's coroutines and ranges.
tidy=clang-tidy-16
passed="$(wardwatch_cache)/clang-tidy"

# Offending places, the first of each file only: clang-format -i mends them all.
format() {
    local offences
    offences=$(git ls-files --cached --others --exclude-standard -- '*.cpp' '*.h' |
        while read -r file; do [ ! -f "$file" ] || printf '%s\0' "$file"; done |
        xargs -0r -n 40 clang-format --dry-run -Werror --style=file 2>&1 |
        grep -E '^[^ ].*: (error|warning):' | sort -t: -u -k1,1 | cut -d: -f1,2 || true)
    if [ -n "$offences" ]; then
        sed 's/^/  /; s/$/: not laid out as .clang-format says; clang-format -i mends it/' <<<"$offences"
        return 1
    fi
}

# index, build, file, folder and command of every compiled file with sources of ours, each ended by a NUL: all that
# Linux builds, and from the Windows build what holds a source that only Windows has.
compile_commands() {
    perl -MJSON::PP -e '
        my ($root) = @ARGV;
        my (%seen, @all);
        sub content {
            open(my $file, "<", $_[0]) or die "$_[0]: missing; build first\n";
            local $/;
            return scalar <$file>;
        }
        for my $build ("joined", "windows") {
            for my $entry (@{decode_json(content("build/$build/compile_commands.json"))}) {
                my @sources = $entry->{file} =~ m{/Unity/}
                    ? content($entry->{file}) =~ m{#include "([^"]+)"}g : $entry->{file};
                my @new = grep { m{^\Q$root\E/(agent|collectors|reporting)/} && !$seen{$_} } @sources;
                $seen{$_} = 1 for @new;
                push @all, [$build, @{$entry}{qw(file directory command)}] if @new;
            }
        }
        my $n = 0;
        print join("\0", ++$n . "/" . @all, @$_), "\0" for @all;
    ' "$root"
}

# clang has its own idea of where mingw's C++ library is.
tidy_options() {
    local gcc
    # GCC leaves macros of foreign headers alone; clang does not.
    printf -- '--extra-arg=%s\n' -Wno-unknown-warning-option -Wno-unused-command-line-argument -Wno-cast-qual \
        -Wno-old-style-cast
    if [ "$1" = windows ]; then
        gcc=$(x86_64-w64-mingw32-g++-posix -print-file-name=include)
        printf -- '--extra-arg=%s\n' --target=x86_64-w64-mingw32 "-isystem$gcc/c++" \
            "-isystem$gcc/c++/x86_64-w64-mingw32"
    fi
}

# The fingerprint of all that clang-tidy sees, with the checkout's own path taken out. What was remembered before the
# joined files had a folder of their own is still true.
fingerprint() {
    local folder=$1 command=$2
    {
        $tidy --version
        cat .clang-tidy
        echo "$command"
        (cd "$folder" && eval "$(sed -E 's/ -o [^ ]+//; s/ -c / -E /' <<<"$command")")
    } | sed "s#$root##g; s#build/joined#build/linux#g" | sha256sum | cut -c1-40
}

tidy_one() {
    local status=0 count=$1 build=$2 file=$3 folder=$4 command=$5 key began=$SECONDS output options
    if ! key=$(fingerprint "$folder" "$command"); then
        echo "  tidy $count ${file#"$root"/}: does not compile"
        return 1
    fi
    if [ -f "$passed/$key" ]; then return; fi
    mapfile -t options < <(tidy_options "$build")
    output=$($tidy -p "build/$build" --quiet "${options[@]}" "$file" 2>&1) || status=$?
    if [ $status -eq 0 ]; then
        echo "  tidy $count ${file#"$root"/}: $((SECONDS - began)) s"
        : >"$passed/$key"
    else
        grep -avE '^[0-9]+ warnings? (generated|treated)' <<<"$output" || true
        # Without a word of its own it was ended from outside, or crashed: the status tells.
        echo "  tidy $count ${file#"$root"/}: FAILED (status $status)"
        return 1
    fi
}

tidy_all() {
    mkdir -p "$passed"
    compile_commands | xargs -0r -n 5 -P "$(nproc)" "$0" --one
}

report() {
    local name=$1 began=$SECONDS
    shift
    if "$@"; then echo "PASS $name ($((SECONDS - began)) s)"; else echo "FAIL $name"; broken=1; fi
}

if [ "${1:-}" = --one ]; then
    shift
    tidy_one "$@"
    exit
fi
broken=0
tidy_too=''
if [ "${1:-}" = --tidy ]; then tidy_too=1; fi
report clang-format format
report "dashboard types" reporting/dashboard/check_types
report "page tests wait" tests/dashboard/check_waits
report "check of arrows" cmake/arrows_test.py
report "order of ./run and ./test" cmake/configure_order_test.sh linux ${tidy_too:+windows}
"$here/structure.sh" || broken=1
if [ -n "$tidy_too" ]; then report clang-tidy tidy_all; fi
exit $broken
