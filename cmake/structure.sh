#!/usr/bin/env bash
# The rules of the source tree that no compiler knows. Prints `PASS name` or `FAIL name` per rule; fails when one is
# broken.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
broken=0

# Tracked files and new ones that are not ignored.
files() {
    local file
    git ls-files --cached --others --exclude-standard -- "$@" | while read -r file; do
        if [ -f "$file" ]; then echo "$file"; fi
    done
}

# rule "name" "what to do" COMMAND…: the command prints one line per offence.
rule() {
    local name=$1 advice=$2 offences
    shift 2
    offences=$("$@")
    if [ -z "$offences" ]; then
        echo "PASS structure: $name"
    else
        sed 's/^/  /' <<<"$offences"
        echo "  → $advice"
        echo "FAIL structure: $name"
        broken=1
    fi
}

sources() { files 'agent/*.cpp' 'agent/*.h' 'collectors/*.cpp' 'collectors/*.h' 'reporting/*.cpp' 'reporting/*.h'; }

grep_files() { xargs -r grep -nHE "$1" || true; }

windows_headers() {
    local rooms='centre|control|data_folder|enrolment|log|service|system|update|watch'
    local headers='[wW]indows|winsock2?|ws2tcpip|wbem[a-z]*|iwscapi|wscapi|lm[a-z]*|objbase|oleauto|ole2|comdef'
    headers+='|winhttp|wincrypt|winsvc|winreg|aclapi|sddl|userenv|shlobj|wintrust|softpub|tlhelp32|ntsecapi|msi[a-z]*'
    headers+='|oaidl|objidl|dsgetdc|dsrole'
    sources | grep -vE "^(collectors/windows/|agent/($rooms)/windows_)" | grep_files "^ *# *include *<($headers)\.h>"
}

# A file is named when a CMakeLists.txt in its folder or one above has its path, relative to that CMakeLists.txt.
not_in_a_cmakelists() {
    local file folder
    while read -r file; do
        folder=$(dirname "$file")
        while :; do
            # Not a pipe: grep goes as soon as it has found the line, and what writes into a pipe then fails.
            if [ -f "$folder/CMakeLists.txt" ] &&
                grep -qxF "${file#"$folder"/}" < <(tr -s ' \t()"' '\n' <"$folder/CMakeLists.txt"); then break; fi
            if [ "$folder" = . ] || [ "$folder" = "$(dirname "$folder")" ]; then
                echo "$file"
                break
            fi
            folder=$(dirname "$folder")
        done
    done
}

tests_not_built() { files 'tests/*_test.cpp' | not_in_a_cmakelists; }
# The checks are built without being named: the catalog names them.
sources_not_built() { files 'agent/*.cpp' 'collectors/*/*.cpp' 'reporting/*.cpp' | not_in_a_cmakelists; }

checks_not_in_the_catalog() {
    local file name
    files ':(glob)collectors/*.cpp' | while read -r file; do
        name=$(basename "$file" .cpp)
        grep -qF "{\"$name\", ${name}_facts, collect_$name}" collectors/core/catalog.cpp || echo "$file"
    done
}

# Where a package comes from is the machine's business, not the project's.
addresses_in_locks() { files '*package-lock.json' | grep_files '"resolved"|://'; }

# Where no limit of depth was looked at, writing or copying what was read can end the program.
json_read_elsewhere() {
    files 'reporting/*.cpp' 'reporting/*.h' | grep -vxF reporting/wire/strict_json.cpp |
        grep_files 'json::(parse|accept|sax_parse|from_[a-z0-9]+) *\('
}

detached_threads() { sources | grep_files '[.>]detach\(\)'; }

long_files() {
    local file lines
    files 'agent/*' 'collectors/*' 'reporting/*' | grep -E '\.(cpp|h|js|mjs|ts|tsx|css|cmake)$' | while read -r file; do
        lines=$(wc -l <"$file")
        if [ "$lines" -gt 300 ]; then echo "$file: $lines lines"; fi
    done
}

long_python_files() {
    local file lines
    files '*.py' | while read -r file; do
        lines=$(wc -l <"$file")
        if [ "$lines" -gt 400 ]; then echo "$file: $lines lines"; fi
    done
}

full_folders() {
    files '*.cpp' | xargs -r -n1 dirname | sort | uniq -c | awk '$1 > 25 { print $2 ": " $1 " sources" }'
}

# A first line #! says that the file is a program; what is none has neither it nor the bit.
scripts_that_do_not_run() {
    files | xargs -r perl -e '
        for $file (@ARGV) {
            open $in, "<", $file or next;
            $begins = (read($in, $first, 2) // 0) == 2 && $first eq "#!";
            print "$file: begins with #! and has no run bit\n" if $begins && !-x $file;
            print "$file: has the run bit and does not begin with #!\n" if !$begins && -x $file;
        }'
}

central_sources() { files 'reporting/central/*.cpp' 'reporting/central/*.h' | grep -v '^reporting/central/sql/'; }

# What stands between quotes, of the sources that are named on the input.
grep_strings() {
    xargs -r perl -ne '
        BEGIN { $what = shift @ARGV }
        s{^\s*//.*}{};
        print "$ARGV:$.: $_" if /^\s*#\s*include/ ? m{$what} : grep { m{$what} } m{"((?:[^"\\]|\\.)*)"}g;
        close ARGV if eof' "$1"
}

# Of the first word alone: a statement may go on in the next line.
sql_outside_of_stores() {
    central_sources | grep -vE 'store\.cpp$' |
        grep_strings '\b(SELECT |INSERT INTO |DELETE FROM |UPDATE \w+ SET |WITH RECURSIVE )'
}

# Statements are written in what SQLite and PostgreSQL both know, and in what sql/database.h names.
sql_of_one_database() {
    local own='\?\d|\b(ifnull|iif|json_each|json_array_length|instr|last_insert_rowid|strftime|julianday|unixepoch'
    own+='|group_concat|string_agg|typeof|datetime)\(|\b(PRAGMA|VACUUM|rowid|GLOB|NOCASE|INSERT OR|REPLACE INTO'
    own+='|ILIKE)\b|::|\bIS (NOT )?\$|\b(max|min)\([^()]*,|\bsum\([^()]*( AND | OR |[=<>])'
    own+='|<(SQLiteCpp|sqlite3|libpq)'
    central_sources | grep -E 'store\.(cpp|h)$' | grep_strings "$own"
    central_sources | grep -vE 'store\.(cpp|h)$' | grep_strings '<(SQLiteCpp|sqlite3|libpq)'
}

arrows() { cmake/arrows.py 2>&1 || true; }

reasons_without_codes() { cmake/reasons.py 2>&1 || true; }

no_opening_sentence() {
    local file
    files 'agent/*.cpp' 'reporting/central/*.cpp' | while read -r file; do
        if ! head -n 1 "$file" | grep -q '^// '; then echo "$file"; fi
    done
}

# Characters, not bytes. Not: what a machine makes or reads alone, the message compiler's lines, and the libraries'
# recipes, whose text names the folder in the cache.
long_lines() {
    files | grep -E '(\.(cpp|h|ts|tsx|mjs|css|html|py|sh|cmake|md|ps1)|CMakeLists\.txt|^[^.]*)$' |
        grep -vE '^cmake/dependency_recipes\.sh$' | xargs -r perl -CSD -ne '
            chomp;
            print "$ARGV:$.: ", length, " columns\n" if length > 120;
            close ARGV if eof'
}

tests_that_are_not_there() {
    local name
    files 'SECURITY.md' 'docs/*.md' | xargs -r grep -ohE '\b[a-z0-9_]+_test\.(cpp|py)\b' | sort -u |
        while read -r name; do
            if [ -z "$(files "tests/$name" "tests/**/$name")" ]; then echo "$name"; fi
        done
}

rule "Windows headers" "they stand in collectors/windows and in files windows_* of the agent's rooms that this names; \
use a port of collectors/machine" windows_headers
rule "lock files hold no address" "keep .npmrc beside package.json, and remove \"funding\" members" addresses_in_locks
rule "JSON is read in one place" \
    "reporting/wire/strict_json.h: parse_strict() for what somebody sent, parse_own() for the program's own" \
    json_read_elsewhere
rule "no detached threads" "use collectors/core/background_thread.h, which says why" detached_threads
rule "every test is built" "name it in a CMakeLists.txt, or it runs nowhere" tests_not_built
rule "every source is built" "name it in a CMakeLists.txt, or remove it" sources_not_built
rule "every check is in the catalog" "a file beside collectors/CMakeLists.txt is a check: name it in \
collectors/core/catalog.cpp, as docs/adding_a_check.md shows" checks_not_in_the_catalog
rule "no file over 300 lines" "split it by what it promises" long_files
rule "no Python file over 400 lines" "split it by what it tests" long_python_files
rule "no folder over 25 sources" "divide it by subject; docs/architecture.md says what its folders are" full_folders
rule "who begins with #! can be run" "chmod +x, or remove the line or the bit" scripts_that_do_not_run
rule "each source opens with a sentence" "say in its first line what a reader finds there" no_opening_sentence
rule "no line over 120 columns" "break it; clang-format does it for C++, a string is written as two, and what \
does not go into a table's cell stands below the table" long_lines
rule "documents name tests that exist" "a document that says what a test shows names its file as it is called" \
    tests_that_are_not_there
rule "arrows between folders" "cmake/arrows.txt says what a folder may include; docs/architecture.md shows it" arrows
rule "reasons are codes" "collectors/core/reasons.json has each, with its words and what to do" reasons_without_codes
rule "SQL in stores" "in the centre it stands in files called …store.cpp and in sql/; ask a store" sql_outside_of_stores
rule "SQL of no one database" "reporting/central/sql/database.h says what statements may use; the rest stays in sql/" \
    sql_of_one_database
exit $broken
