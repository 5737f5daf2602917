# shellcheck shell=bash
# How ./run and ./test configure the build folders that they share, in any order. Sourced.
#   configure_everything PRESET [FOLDER]  all that the preset says, whatever the folder was configured for before
#   configure_programs PRESET [FOLDER]    for ./run: without the tests, which need Catch2 from its source; a folder
#                                         that is configured stays so

configure_everything() { cmake --preset "$1" -B "${2:-build/$1}"; }

configure_programs() {
    local folder="${2:-build/$1}"
    if [ ! -f "$folder/build.ninja" ]; then cmake --preset "$1" -B "$folder" -DWARDWATCH_TESTS=OFF; fi
}
