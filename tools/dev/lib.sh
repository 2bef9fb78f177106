# SPDX-License-Identifier: MIT
# Shared by the scripts of ./dev: source it, do not run it.

signet_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
signet_cache=${SIGNET_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/signet}
export SIGNET_CACHE=$signet_cache
jobs=$(nproc 2>/dev/null || echo 2)

# Debian's own interpreter: only that one sees the python3-* packages, and
# another python3 may stand before it in PATH.
python=/usr/bin/python3

die() {
    echo "./dev: $*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "setup needs root: run it as root or install sudo"
    fi
}

# retry COMMAND...: three times, because a mirror may hiccup.
retry() {
    local try
    for try in 1 2 3; do
        "$@" && return 0
        echo "./dev: try $try failed: $*" >&2
        sleep $((try * 2))
    done
    return 1
}

# configure_and_build PRESET [CMAKE-OPTION...]
# Sets up the machine first: a no-op in a fraction of a second when complete.
configure_and_build() {
    local preset=$1
    shift
    bash "$signet_root/tools/dev/setup.sh"
    (
        cd "$signet_root"
        cmake --preset "$preset" "$@" >"$(log_file "$preset")" ||
            { cat "$(log_file "$preset")" >&2; exit 1; }
        cmake --build --preset "$preset" -j "$jobs"
    )
}

log_file() {
    mkdir -p "$signet_root/build"
    echo "$signet_root/build/$1.configure.log"
}
