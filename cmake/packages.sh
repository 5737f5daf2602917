# shellcheck shell=bash
# The Debian packages that building and testing need, in one place. Sourced by ./test and ./run.
#   ensure_packages build|wine|lint|…   installs what is missing of these groups, and says so

packages_python="python3"
packages_build="$packages_python build-essential cmake ninja-build ccache git ca-certificates debian-archive-keyring
    dpkg-dev perl pkg-config tcl xz-utils libboost1.81-dev libspdlog-dev libfmt-dev nlohmann-json3-dev libsqlitecpp-dev
    libsqlite3-dev libcli11-dev libssl-dev libargon2-dev libldap-dev libxlsxwriter-dev libutf8proc-dev
    libcurl4-openssl-dev libarchive-dev libpq-dev libsimdjson-dev libzstd-dev zlib1g-dev"
# The dashboard's bundler. Any node from 18 on with its npm will do, wherever it came from.
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then packages_build+=" nodejs npm"; fi
packages_windows="g++-mingw-w64-x86-64-posix"
packages_wine="wine64"
packages_tests="python3 python3-jsonschema slapd openssl postgresql-15 age"
packages_end_to_end="libreoffice-calc-nogui poppler-utils fonts-liberation chromium chromium-driver firefox-esr openssl
    postgresql-15 haproxy age sslscan python3-jsonschema python3-aiosmtpd rsyslog rsyslog-gnutls libfaketime"
packages_installer="wixl msitools osslsigncode openssl"
packages_lint="clang-format clang-tidy-16"

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

missing_packages() {
    local package
    for package in "$@"; do
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
    done
}

ensure_packages() {
    local group name wanted=() missing
    for group in "$@"; do
        name="packages_$group"
        # shellcheck disable=SC2206 # a list of words on purpose
        wanted+=(${!name})
    done
    mapfile -t missing < <(missing_packages "${wanted[@]}")
    if [ ${#missing[@]} -eq 0 ]; then return; fi
    echo "Installing Debian packages: ${missing[*]}"
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
        echo "Neither root nor sudo: please run as root: apt-get install ${missing[*]}" >&2
        return 1
    fi
    local log
    log=$(mktemp)
    if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update </dev/null >"$log" 2>&1 ||
        ! as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "${missing[@]}" \
            </dev/null >>"$log" 2>&1; then
        grep -E '^(E|W|Err)' "$log" >&2 || tail -n 10 "$log" >&2
        echo "Packages could not be installed: no network, or the Debian archive does not answer. Full output: $log" >&2
        return 1
    fi
    rm -f "$log"
}
