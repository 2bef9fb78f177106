#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# template.sh CC SOURCE-TREE: the files of ports/template fit the port headers,
# and none of them compiles before every function has been written.
set -euo pipefail

cc=$1 source=$2
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
flags=(-std=c11 -fsyntax-only "-I$source/include")

for file in "$source"/ports/template/*.c; do
    name=$(basename "$file")
    if "$cc" "${flags[@]}" "$file" 2>"$tmp/errors"; then
        echo "template: $name compiles although nothing is written" >&2
        exit 1
    fi
    functions=$(grep -c '^}$' "$file")
    told=$(grep -c ': error: #error ' "$tmp/errors" || true)
    if [ "$told" -ne "$functions" ]; then
        echo "template: $name: $told of $functions bodies are errors" >&2
        cat "$tmp/errors" >&2
        exit 1
    fi
    # With the bodies blanked the declarations must fit: a changed port header
    # shows here.
    sed 's/^#error.*//' "$file" >"$tmp/$name"
    "$cc" "${flags[@]}" -Werror -Wall -Wmissing-prototypes -Wno-return-type \
        -Wno-unused-function "$tmp/$name" ||
        { echo "template: $name does not fit its header" >&2; exit 1; }
done
# No port header is forgotten.
for header in "$source"/include/signet/port/*.h; do
    grep -lq "signet/port/$(basename "$header")\"" "$source"/ports/template/*.c ||
        { echo "template: nothing for $(basename "$header")" >&2; exit 1; }
done
echo "template: $(ls "$source"/ports/template/*.c | wc -l) files fit their headers"
