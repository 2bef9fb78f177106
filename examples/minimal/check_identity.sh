#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# check_identity.sh MINIMAL_IDENTITY SIGNET: what the example says it does.
set -euo pipefail
example=$1 signet=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

"$example" csr >device.csr
openssl req -inform DER -in device.csr -verify -noout
"$signet" ca new --out maker --name Maker
"$signet" endorse --ca maker --csr device.csr --out device.der
"$example" <device.der >evidence
[ -s evidence ]
if "$example" <maker.der >/dev/null; then
    echo "started with a certificate for another key" >&2
    exit 1
fi
if "$example" </dev/null >/dev/null; then
    echo "started without a certificate" >&2
    exit 1
fi
