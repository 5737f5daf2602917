#!/usr/bin/env bash
# Layout (clang-format), mistakes (clang-tidy) and the rules of the tree (structure.sh). One line `PASS name` or `FAIL name` each.
# clang-tidy reads the compile database of build/linux. A file that passed is not looked at again until its preprocessed
# text, the flags or .clang-tidy change; what passed is remembered in the cache, for every checkout.
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
    offences=$(git ls-files --cached --others --exclude-standard -- '*.cpp' '*.h' | while read -r file; do [ ! -f "$file" ] || printf '%s\0' "$file"; done |
        xargs -0r -n 40 clang-format --dry-run -Werror --style=file 2>&1 | grep -E '^[^ ].*: (error|warning):' | sort -t: -u -k1,1 | cut -d: -f1,2 || true)
    [ -z "$offences" ] || { sed 's/^/  /; s/$/: not laid out as .clang-format says; clang-format -i mends it/' <<<"$offences"; return 1; }
}

# index, file, folder and command of every source of ours, each ended by a NUL.
compile_commands() {
    perl -MJSON::PP -e '
        my ($root) = @ARGV;
        local $/;
        my @all = grep { $_->{file} =~ m{^\Q$root\E/(agent|collectors|reporting|tests)/} } @{decode_json(<STDIN>)};
        my $n = 0;
        print join("\0", ++$n . "/" . @all, @{$_}{qw(file directory command)}), "\0" for @all;
    ' "$root" <build/linux/compile_commands.json
}

# The fingerprint of all that clang-tidy sees, with the checkout's own path taken out.
fingerprint() {
    local folder=$1 command=$2
    {
        $tidy --version
        cat .clang-tidy
        echo "$command"
        (cd "$folder" && eval "$(sed -E 's/ -o [^ ]+//; s/ -c / -E /' <<<"$command")")
    } | sed "s#$root/##g" | sha256sum | cut -c1-40
}

tidy_one() {
    local count=$1 file=$2 folder=$3 command=$4 key began=$SECONDS output
    if ! key=$(fingerprint "$folder" "$command"); then
        echo "  tidy $count ${file#"$root"/}: does not compile"
        return 1
    fi
    if [ -f "$passed/$key" ]; then return; fi
    if output=$($tidy -p build/linux --quiet --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-unused-command-line-argument "$file" 2>&1); then
        echo "  tidy $count ${file#"$root"/}: $((SECONDS - began)) s"
        : >"$passed/$key"
    else
        grep -vE '^[0-9]+ warnings? (generated|treated)' <<<"$output"
        echo "  tidy $count ${file#"$root"/}: FAILED"
        return 1
    fi
}

tidy_all() {
    mkdir -p "$passed"
    compile_commands | xargs -0r -n 4 -P "$(nproc)" "$0" --one
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
report clang-format format
"$here/structure.sh" || broken=1
report clang-tidy tidy_all
exit $broken
