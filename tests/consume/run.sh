#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# run.sh WAY SOURCE-TREE BUILD-TREE: build tests/consume against Signet, as an
# installed package or as a subdirectory.
set -euo pipefail

way=$1 source=$2 build=$3
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# The same flags as the build under test: sanitised archives need them.
cached() {
    sed -n "s/^$1:[A-Z]*=//p" "$build/CMakeCache.txt"
}

options=(
    -G Ninja
    -DWAY="$way"
    -DCMAKE_BUILD_TYPE="$(cached CMAKE_BUILD_TYPE)"
    -DCMAKE_C_FLAGS="$(cached CMAKE_C_FLAGS)"
)
if [ "$way" = package ]; then
    cmake --install "$build" --prefix "$tmp/prefix" >/dev/null
    # Nothing of third parties among the public headers.
    if grep -rnE '#include *[<"](wolfssl|pb|lwip|FreeRTOS|mbedtls|cmocka)' \
        "$tmp/prefix/include"; then
        echo "consume: a public header includes a third party's" >&2
        exit 1
    fi
    if grep -rn "$source\|$build" "$tmp/prefix/lib/cmake"; then
        echo "consume: the package names its build tree" >&2
        exit 1
    fi
    ports=$(cached SIGNET_PORTS)
    # Moved: an installed package must not depend on where it was made.
    mv "$tmp/prefix" "$tmp/moved"
    options+=(-DCMAKE_PREFIX_PATH="$tmp/moved" -DPORTS="${ports//;/,}")
else
    options+=(
        -DSIGNET_SOURCE="$source"
        -DSIGNET_CRYPTO="$(cached SIGNET_CRYPTO)"
        -DSIGNET_UBSAN="$(cached SIGNET_UBSAN)"
    )
fi
cmake -S "$source/tests/consume" -B "$tmp/b" "${options[@]}" >"$tmp/log" ||
    { cat "$tmp/log"; exit 1; }
cmake --build "$tmp/b" -j 2
for program in "$tmp"/b/link_*; do
    "$program"
    echo "consume: $way: $(basename "$program") links and runs"
done
