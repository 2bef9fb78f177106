#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# check_update.sh MINIMAL_UPDATE SIGNET LAUNCHER: what the example says it does.
set -euo pipefail
example=$1 signet=$2 launcher=$3
none=00000000-0000-0000-0000-000000000000
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# release SEQUENCE VERSION [KEY]: the same program, other last bytes.
release() {
    { cat "$example"; echo "$2"; } >"$2.image"
    "$signet" sign --key "${3:-firmware}.key" --image "$2.image" --version "$2" \
        --sequence "$1" --security-counter 1 --vendor "$none" \
        --class "$none" --manifest "$2.manifest" --stream "$2.stream" >/dev/null
}

# Three boots: what is not taken ends the program, and it is started again.
run() {
    "$launcher" run device --boots 3 -- "$@" >log 2>&1 || [ $? = 5 ]
}

expect() {
    grep -qF -- "$1" log || { echo "no '$1' in:"; cat log; exit 1; }
}

for key in root firmware foreign; do
    "$signet" key new --out "$key.key" >/dev/null
done
"$signet" ca new --name Maker --out maker >/dev/null
"$signet" trust-list --root-key root.key --counter 1 --firmware firmware.key.pub \
    --broker-ca maker.der --operational-issuer maker.der \
    --service root.key.pub --out trust >/dev/null
release 1 1.0
release 2 1.1
release 3 1.2 foreign
"$signet" provision --launcher "$launcher" --device device --ca maker \
    --root-key root.key.pub --trust-list trust --manifest 1.0.manifest \
    --image 1.0.stream --ledger ledger >/dev/null

run 1.1.manifest 1.1.stream
expect "running 1.0"
expect "running 1.1"
expect "offer: the manifest is not newer than the running one"
run 1.2.manifest 1.2.stream
expect "running 1.1"
expect "offer: no trusted key has this key identifier"
run 1.1.manifest
expect "usage: "
if "$example" >log 2>&1; then exit 1; fi
expect "not under signet-launcher"
