# shellcheck shell=bash
# Where things are kept that outlive a build folder: libraries, ccache, Wine template, lint results. Sourced.
wardwatch_cache() { echo "${WARDWATCH_CACHE:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/wardwatch}"; }
