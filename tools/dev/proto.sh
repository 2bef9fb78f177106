#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Regenerate lib/<x>/<x>.pb.{c,h} from proto/<x>.proto (and <x>.options).
# The results are committed, so that users need no generator; --check says
# whether they are current, and changes nothing.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

check=no
case ${1:-} in
"") ;;
--check) check=yes ;;
*) die "proto: unknown argument '$1'; only --check is known" ;;
esac

cd "$signet_root"
shopt -s nullglob
protos=(proto/*.proto)
if [ ${#protos[@]} -eq 0 ]; then
    echo "proto: no proto/*.proto yet"
    exit 0
fi
[ -f /usr/bin/nanopb_generator.py ] || die "nanopb is missing; run ./dev setup"

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
# -T: no time stamp, so that the same input gives the same bytes.
"$python" /usr/bin/nanopb_generator.py -q -T -I proto -D "$out" "${protos[@]}"

stale=0
for p in "${protos[@]}"; do
    x=$(basename "$p" .proto)
    [ -d "lib/$x" ] || die "$p has no lib/$x to go to"
    for f in "$x.pb.c" "$x.pb.h"; do
        made=$out/$f
        [ -f "$made" ] || made=$out/proto/$f
        # The first line names the generator; SPDX stands before it.
        { echo '/* SPDX-License-Identifier: MIT */' && cat "$made"; } >"$out/spdx"
        if [ "$check" = no ]; then
            cmp -s "$out/spdx" "lib/$x/$f" || cp "$out/spdx" "lib/$x/$f"
        elif ! diff -u "lib/$x/$f" "$out/spdx"; then
            echo "proto: lib/$x/$f is stale; run tools/dev/proto.sh" >&2
            stale=1
        fi
    done
done
exit "$stale"
