#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Write docs/errors.md from the status list; with --check only compare.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

list=include/signet/status_list.h
page=docs/errors.md

render() {
    "$python" - "$list" <<'PY'
import re, sys

text = open(sys.argv[1]).read()
text = text[text.index("#define SIGNET_STATUS_LIST"):]
token = re.compile(
    r'/\*\s*(?P<section>[^*]+?)\s*\*/'
    r'|\bX\(\s*(?P<name>\w+),\s*(?P<value>-?\d+),'
    r'(?P<meaning>(?:\s*\\?\s*"[^"]*")+)\s*\)')

print("# Errors\n")
print("Every `signet_status`. Numbers are frozen: one that was released never "
      "changes its\nmeaning and is never used again. In C a name carries the "
      "prefix `SIGNET_`;\n`signet_status_name` and `signet_status_text` give "
      "these strings at run time.\n")
print("Written by tools/dev/errors.sh from include/signet/status_list.h: "
      "change it there.")
for found in token.finditer(text):
    if found["section"]:
        section = found["section"]
        print(f"\n## {section[0].upper()}{section[1:]}\n")
        print("| name | value | meaning |\n|-|-|-|")
    else:
        meaning = "".join(re.findall(r'"([^"]*)"', found["meaning"]))
        print(f"| {found['name']} | {found['value']} | {meaning} |")
PY
}

cd "$signet_root"
case ${1:-} in
"")
    render >"$page.new"
    mv "$page.new" "$page"
    ;;
--check)
    render | diff -u "$page" - ||
        die "$page is not current; run tools/dev/errors.sh"
    ;;
*) die "errors: unknown argument '$1'; only --check is known" ;;
esac
