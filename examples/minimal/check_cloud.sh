#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# check_cloud.sh MINIMAL_CLOUD: a message there and back over a mosquitto with
# TLS, and the two ways in which a wrong broker is refused.
set -euo pipefail
example=$1
folder=$(mktemp -d)
broker=
trap '[ -z "$broker" ] || kill "$broker" 2>/dev/null; rm -rf "$folder"' EXIT
cd "$folder"

# certificate NAME HOST: a root and a server certificate for HOST.
certificate() {
    openssl ecparam -name prime256v1 -genkey -noout -out "$1.ca.key"
    openssl req -x509 -new -key "$1.ca.key" -subj "/CN=$1" -days 2 \
        -addext keyUsage=critical,keyCertSign -out "$1.ca.pem"
    openssl x509 -in "$1.ca.pem" -outform DER -out "$1.der"
    openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
    printf 'subjectAltName=DNS:%s\nextendedKeyUsage=serverAuth\n' "$2" >"$1.ext"
    openssl req -new -key "$1.key" -subj "/CN=$2" |
        openssl x509 -req -CA "$1.ca.pem" -CAkey "$1.ca.key" -CAcreateserial \
            -days 2 -extfile "$1.ext" -out "$1.pem" 2>/dev/null
}

# start NAME: a broker with that certificate on a free port.
start() {
    [ -z "$broker" ] || { kill "$broker"; wait "$broker" || true; }
    port=$(python3 -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    printf 'listener %s 127.0.0.1\nallow_anonymous true\nuser %s\n' \
        "$port" "$(id -un)" >"$1.conf"
    printf 'certfile %s/%s.pem\nkeyfile %s/%s.key\n' \
        "$folder" "$1" "$folder" "$1" >>"$1.conf"
    PATH=$PATH:/usr/sbin mosquitto -c "$1.conf" >"$1.log" 2>&1 &
    broker=$!
    for _ in $(seq 100); do
        if (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            return
        fi
        sleep 0.05
    done
    cat "$1.log" >&2
    exit 1
}

# refused ANCHOR REASON
refused() {
    if "$example" localhost "$port" a/b <"$1" >out 2>&1; then
        echo "accepted: $2" >&2
        exit 1
    fi
    cat out
    grep -q "$2" out
}

certificate good localhost
certificate other localhost
certificate misnamed elsewhere

start good
timeout 20 "$example" localhost "$port" a/b <good.der | tee out
grep -q "5 bytes came back" out
refused other.der "is not trusted"
refused /dev/null .
start misnamed
refused misnamed.der "bears another name"
if "$example" 2>/dev/null; then
    exit 1
fi
