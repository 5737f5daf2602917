#!/usr/bin/env bash
# Prints the folder whose node_modules holds the packages of a lock file; brings them there first, once per lock file.
#   cmake/node_packages.sh FOLDER     FOLDER has package.json and package-lock.json
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/cache.sh"
folder=$(cd "${1:?usage: cmake/node_packages.sh FOLDER}" && pwd)

for tool in node npm flock; do
    if ! command -v $tool >/dev/null; then
        echo "'$tool' is not installed; cmake/packages.sh installs what is needed" >&2
        exit 1
    fi
done
if [ "$(node -p 'process.versions.node.split(".")[0] >= 18')" != true ]; then
    echo "node $(node --version) is too old: 18 or newer is needed" >&2
    exit 1
fi
name=$(node -p "require('$folder/package.json').name")
# What a package brings along may depend on the machine, not on the version of node.
key=$(cat "$folder/package.json" "$folder/package-lock.json" "$folder/.npmrc" <(uname -sm) | sha256sum | cut -c1-12)
prefix="$(wardwatch_cache)/$name-$key"
if [ ! -d "$prefix" ]; then
    mkdir -p "$(dirname "$prefix")"
    exec 9>"$prefix.lock"
    flock 9
    if [ ! -d "$prefix" ]; then
        rm -rf "$prefix.new"
        mkdir "$prefix.new"
        cp "$folder/package.json" "$folder/package-lock.json" "$folder/.npmrc" "$prefix.new"
        # No script of a package runs: none is needed, and none of them is ours.
        if ! npm ci --prefix "$prefix.new" --ignore-scripts >"$prefix.log" 2>&1 </dev/null; then
            tail -n 15 "$prefix.log" >&2
            echo "The packages of $name could not be installed: no network, or the registry does not answer." \
                "Full output: $prefix.log" >&2
            exit 1
        fi
        mv "$prefix.new" "$prefix"
    fi
fi
echo "$prefix"
