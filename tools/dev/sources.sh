#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Fetch the third-party sources from Debian's source archive, through the
# mirror that this machine's apt already uses, and unpack them into a cache
# outside the tree:
#
#   $SIGNET_CACHE/store/<name>_<debian revision>/   what was unpacked
#   $SIGNET_CACHE/src/<name>                        symlink to the newest
#   .signet-source in each                          package and revision
#
# SIGNET_SOURCES_REFRESH=1 looks for newer Debian revisions.
# The .dsc signatures cannot be checked everywhere (they are the uploaders'
# keys); the chain InRelease -> Sources -> SHA-256 is what is verified.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# name  source package  suite ("-": the running release)  folder to keep
# wolfSSL, lwIP: Debian 13 has the versions that carry the fixes we need.
# FreeRTOS is in no package of its own; MicroPython carries a copy.
# nanopb, cmocka: as in the running release, whose generator must match.
table='
wolfssl  wolfssl     trixie .
lwip     lwip        trixie .
freertos micropython trixie ports/cc3200/FreeRTOS
nanopb   nanopb      -      .
cmocka   cmocka      -      .
'

src=$signet_cache/src
store=$signet_cache/store

have_all() {
    local name rest
    [ -z "${SIGNET_SOURCES_REFRESH:-}" ] || return 1
    while read -r name rest; do
        [ -n "$name" ] || continue
        [ -s "$src/$name/.signet-source" ] || return 1
    done <<<"$table"
}

# A private apt state that only knows the source archives, so that the
# machine's own lists are not touched. The machine's other apt options stay:
# they may hold a proxy.
prepare_apt() {
    local keyring=/usr/share/keyrings/debian-archive-keyring.gpg uri suite
    [ -f "$keyring" ] || die "no $keyring"
    uri=$(apt-get indextargets --format '$(CODENAME) $(REPO_URI)' |
        awk -v c="$codename" '$1 == c { print $2; exit }')
    [ -n "$uri" ] || die "apt knows no archive for $codename"
    mkdir -p "$work"/{p,pref,lists/partial,cache/archives/partial}
    : >"$work/status"
    for suite in $(printf '%s\n' "$codename" trixie | sort -u); do
        printf 'Types: deb-src\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n\n' \
            "$uri" "$suite" "$keyring"
    done >"$work/p/signet.sources"
    apt_options=(
        -q
        -o Dir::Etc::sourcelist=/dev/null
        -o "Dir::Etc::sourceparts=$work/p"
        -o Dir::Etc::preferences=/dev/null
        -o "Dir::Etc::preferencesparts=$work/pref"
        -o "Dir::State=$work"
        -o "Dir::State::lists=$work/lists"
        -o "Dir::State::status=$work/status"
        -o "Dir::Cache=$work/cache"
        -o "Dir::Cache::archives=$work/cache/archives"
        -o Acquire::Retries=3
        -o APT::Sandbox::User=root
        -o Acquire::Languages=none
        -o APT::Get::List-Cleanup=0
        # Without this the update may fetch content lists of many megabytes.
        -o Acquire::IndexTargets::deb-src::Contents-dsc::DefaultEnabled=false
    )
    retry apt-get "${apt_options[@]}" update
}

# fetch NAME PACKAGE SUITE FOLDER
fetch() {
    local name=$1 package=$2 suite=$3 folder=$4 tmp revision tree target
    [ "$suite" != - ] || suite=$codename
    tmp=$work/get-$name
    mkdir -p "$tmp"
    (cd "$tmp" && retry apt-get "${apt_options[@]}" source "$package/$suite")
    revision=$(awk '$1 == "Version:" { print $2; exit }' "$tmp"/*.dsc)
    tree=$(find "$tmp" -mindepth 1 -maxdepth 1 -type d | head -n 1)
    [ -n "$revision" ] && [ -d "$tree/$folder" ] ||
        die "source package $package has no folder $folder"
    target=$store/${name}_${revision//:/-}
    printf 'package %s\nsuite %s\nversion %s\n' \
        "$package" "$suite" "$revision" >"$tree/$folder/.signet-source"
    if [ ! -s "$target/.signet-source" ]; then
        rm -rf "$target"
        mv -T "$(readlink -f "$tree/$folder")" "$target"
    fi
    rm -rf "$tmp"
    ln -sfn "../store/$(basename "$target")" "$src/$name.new"
    mv -T "$src/$name.new" "$src/$name"
    echo "setup: $name is $package $revision"
}

fetch_all() {
    local name package suite folder
    while read -r name package suite folder; do
        [ -n "$name" ] || continue
        [ -z "${SIGNET_SOURCES_REFRESH:-}" ] &&
            [ -s "$src/$name/.signet-source" ] && continue
        fetch "$name" "$package" "$suite" "$folder"
    done <<<"$table"
}

have_all && exit 0
mkdir -p "$src" "$store"
exec 9>"$signet_cache/.lock"
flock 9
have_all && exit 0 # another run was faster
codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
# On the same file system as the store: the last step is a rename.
work=$(mktemp -d "$signet_cache/.work.XXXXXX")
trap 'rm -rf "$work"' EXIT
prepare_apt
fetch_all
