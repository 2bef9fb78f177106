#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What updates cost beside their cryptography, from callgrind's call graph of
# tests/bench/cost_update.c; called by bench.sh after the build.
#
#   update.overhead_256k  instructions outside the crypto and flash ports over
#                         those inside the crypto port
#   update.chain_N        hashing beyond one pass over the image, chunks of N
#   update.readback       hashing the written slot, in passes
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cd "$signet_root"
program=build/host/tests/bench/cost_update
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# measure ARGUMENT: a profile, $folder/ARGUMENT, "instructions function" a line,
# inclusive, and the total as PROGRAM.
measure() {
    valgrind --tool=callgrind --callgrind-out-file="$folder/$1.out" \
        --toggle-collect=cost_measured "$program" "$1" >"$folder/log" 2>&1 ||
        { cat "$folder/log" >&2; die "bench: $program $1 failed"; }
    callgrind_annotate --inclusive=yes --threshold=100 "$folder/$1.out" |
        awk '{ n = $1; gsub(",", "", n) }
             n !~ /^[0-9]+$/ { next }
             /PROGRAM TOTALS/ { print n, "PROGRAM"; next }
             match($0, /:[A-Za-z0-9_]+/) {
                 print n, substr($0, RSTART + 1, RLENGTH - 1)
             }' >"$folder/$1"
}

# inside ARGUMENT FUNCTION...: their instructions together.
inside() {
    local profile=$folder/$1
    shift
    awk -v names="$*" '
        BEGIN { n = split(names, list, " "); for (i in list) want[list[i]] = 1 }
        # A function may stand there twice, under two names of its file.
        $2 in want && $1 > most[$2] { most[$2] = $1 }
        END {
            for (name in want) {
                if (!(name in most)) exit 1
                sum += most[name]
            }
            print sum
        }' "$profile" || die "bench: no $* in the profile of $program"
}

percent() { awk -v a="$2" -v b="$3" -v n="$1" \
    'BEGIN { printf "%s %.2f percent\n", n, 100 * a / b }'; }

for argument in pass 512 4096; do
    measure "$argument"
done
pass=$(inside pass PROGRAM)
total=$(inside 4096 PROGRAM)
crypto=$(inside 4096 signet_sha256_init signet_sha256_update \
    signet_sha256_final signet_p256_verify)
# The program's memory that plays flash is not ours either.
flash=$(inside 4096 flash_read flash_program flash_erase)
percent update.overhead_256k $((total - crypto - flash)) "$crypto"
for chunk in 512 4096; do
    blocks=$(inside "$chunk" signet_update_digest)
    percent "update.chain_$chunk" $((blocks - pass)) "$pass"
done
percent update.readback "$(inside 4096 signet_update_slot_digest)" "$pass"
