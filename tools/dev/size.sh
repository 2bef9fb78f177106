#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Flash and RAM figures, one a line: `name value unit`.
#
#   size.sh           print them
#   size.sh --record  print them and write docs/sizes.md
#   size.sh --check   fail when one grew by over 1 % against docs/sizes.md
#
# Method: the cross build (Cortex-M4, -Os, a section a function, NDEBUG), then
# for each library a link of tests/size/use_<library>.c, which references its
# whole public interface, with --gc-sections. Code and constants that the link
# keeps are counted archive by archive from the linker's map.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

preset=cortex-m4
build=$signet_root/build/$preset
out=$build/size
page=$signet_root/docs/sizes.md
cc=arm-none-eabi-gcc
nm=arm-none-eabi-nm
libraries="base store identity update report cloud agent"

skip() { echo "size: $*" >&2; }

archive() {
    case $1 in
    nanopb | wolfssl) find "$build" -name "libsignet_dep_$1.a" -print -quit ;;
    wolfssl_port) find "$build" -name libsignet_port_wolfssl.a -print -quit ;;
    *) find "$build/lib" -name "libsignet_$1.a" -print -quit ;;
    esac
}

# ---- one program a library ----

compile_use() {
    "$cc" -mcpu=cortex-m4 -mthumb -mfloat-abi=soft -std=c11 -Os -DNDEBUG \
        -Wall -Wextra -Werror -I"$signet_root/include" \
        -I"$signet_root/ports/wolfssl/include" \
        -c "$signet_root/tests/size/use_$1.c" -o "$out/use_$1.o"
}

# link_use NAME ARCHIVE...: the map goes to $out/NAME.map. What ports provide
# stays undefined: it is not what is measured.
link_use() {
    local name=$1
    shift
    "$cc" -mcpu=cortex-m4 -mthumb -mfloat-abi=soft --specs=nano.specs \
        -nostartfiles -Wl,--gc-sections -Wl,--entry=signet_use \
        -Wl,--unresolved-symbols=ignore-all -Wl,-Map="$out/$name.map" \
        "$out/use_$name.o" -Wl,--start-group "$@" -Wl,--end-group \
        -o "$out/$name.elf"
}

# A function that a public header declares and the archive defines, but the
# program does not reference, would go uncounted.
require_whole_interface() {
    local name=$1 lib=$2 missing
    missing=$(comm -12 \
        <("$nm" -g --defined-only "$lib" | awk '$2 == "T" { print $3 }' | sort -u) \
        <(grep -rhoE '\bsignet_[a-z0-9_]+\(' "$signet_root/include" |
            tr -d '(' | sort -u) |
        comm -23 - <("$nm" -u "$out/use_$name.o" | awk '{ print $2 }' | sort -u))
    [ -z "$missing" ] ||
        die "tests/size/use_$name.c does not reference: $(echo $missing)"
}

# ---- reading the map ----

# kept MAP KIND ARCHIVE...: bytes of the archives' sections that the link kept;
# KIND is flash (code and constants) or ram (variables). A long section name
# stands on a line of its own.
kept() {
    local map=$1 kind=$2
    shift 2
    awk -v kind="$kind" -v archives="$*" '
        BEGIN {
            n = split(archives, names, " ")
            for (i = 1; i <= n; i++) wanted[names[i]] = 1
            flash["text"] = flash["rodata"] = 1
            ram["bss"] = ram["data"] = ram["COMMON"] = 1
        }
        function hex(text,   i, value) {
            for (i = 3; i <= length(text); i++)
                value = value * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
            return value
        }
        /^Linker script and memory map/ { kept = 1 }
        !kept { next }
        /^ [.A-Z]/ { section = $1 }
        /0x[0-9a-f]+ +0x[0-9a-f]+ .*\.a\(/ {
            at = match($0, /0x[0-9a-f]+ +0x[0-9a-f]+ /)
            split(substr($0, at), field, " ")
            file = substr($0, at); sub(/\.a\(.*/, "", file); sub(/.*\//, "", file)
            split(section, part, "."); word = part[1] == "" ? part[2] : part[1]
            if (file in wanted && (kind == "flash" ? word in flash : word in ram))
                sum += hex(field[2])
        }
        END { print sum + 0 }' "$out/$map.map"
}

symbol_size() {
    "$nm" -S "$out/use_$1.o" | awk -v name="signet_ram_$2" '
        $4 == name { print "0x" $2 }'
}

figure() { printf '%s %d %s\n' "$1" "$2" "${3:-bytes}"; }

# context LIBRARY [PART]: bytes of what the caller owns for it.
context() {
    local part=${2:-$1}
    figure "lib.$1${2:+.$2}.ram" "$(symbol_size "$1" "$part")"
}

# ---- the figures ----

available() {
    local lib
    for lib in "$@"; do
        [ -n "$(archive "$lib")" ] || return 1
    done
}

# Prepare the link of one library; false when it cannot be measured yet.
prepare() {
    local name=$1 lib paths=()
    if ! available "$name"; then
        skip "lib.$name: nothing is built yet, skipped"
        return 1
    fi
    compile_use "$name"
    require_whole_interface "$name" "$(archive "$name")"
    for lib in $libraries nanopb; do
        available "$lib" && paths+=("$(archive "$lib")")
    done
    link_use "$name" "${paths[@]}"
    undefined "$name"
}

# What is left undefined must come from ports or the C library's system calls.
undefined() {
    local name=$1 holes
    holes=$(comm -12 \
        <("$nm" -u "$out/use_$name.o" | awk '{ print $2 }' | sort -u) \
        <("$nm" -u "$out/$name.elf" | awk '{ print $2 }' | sort -u))
    [ -z "$holes" ] || {
        skip "lib.$name: not there yet, skipped: $(echo $holes)"
        return 1
    }
}

library_figures() {
    local lib
    for lib in base store identity update cloud agent; do
        prepare "$lib" || continue
        figure "lib.$lib.flash" "$(kept "$lib" flash "libsignet_$lib")"
        case $lib in
        store) context store log; context store items ;;
        identity)
            context identity
            context identity enrol
            identity_device_figure
            ;;
        update) context update; context update memory ;;
        cloud) context cloud ;;
        agent) context agent ;;
        esac
    done
    # With what it stands on, as error reporting is compared as a whole.
    if available store && prepare report; then
        figure lib.report.flash \
            "$(kept report flash libsignet_report libsignet_store libsignet_base)"
        figure lib.report.ram $(($(symbol_size report report) +
            $(kept report ram libsignet_report libsignet_store libsignet_base)))
        context report slot
    fi
}

# The part of identity that a firmware links.
identity_device_figure() {
    compile_use identity_device
    # shellcheck disable=SC2046
    link_use identity_device $(for lib in base store identity nanopb; do
        archive "$lib"
    done)
    figure lib.identity.device.flash \
        "$(kept identity_device flash libsignet_identity)"
}

dependency_figures() {
    # shellcheck disable=SC2086
    if available $libraries && [ -f "$out/agent.map" ]; then
        # shellcheck disable=SC2046,SC2086
        figure agent.whole.flash \
            "$(kept agent flash $(printf 'libsignet_%s ' $libraries))"
        figure dep.nanopb.flash "$(kept agent flash libsignet_dep_nanopb)"
    else
        skip "agent.whole, dep.nanopb: a library is missing yet, skipped"
    fi
    if available wolfssl_port wolfssl base; then
        compile_use wolfssl
        link_use wolfssl "$(archive wolfssl_port)" "$(archive wolfssl)" \
            "$(archive base)"
        figure port.wolfssl.flash "$(kept wolfssl flash libsignet_port_wolfssl)"
        figure dep.wolfssl.flash "$(kept wolfssl flash libsignet_dep_wolfssl)"
    else
        skip "dep.wolfssl: nothing is built yet, skipped"
    fi
}

measure() {
    configure_and_build "$preset" >"$build.size.log" 2>&1 ||
        { cat "$build.size.log" >&2; die "size: the cross build failed"; }
    rm -rf "$out"
    mkdir -p "$out"
    library_figures
    dependency_figures
}

# ---- docs/sizes.md ----

goal() {
    case $1 in
    lib.report.flash) echo 8768 ;;
    lib.report.ram) echo 444 ;;
    lib.identity.flash) echo 6000 ;;
    *) echo - ;;
    esac
}

render() {
    cat <<TEXT
# Sizes

Cortex-M4, $("$cc" --version | sed -n '1s/^\([^ ]*\).* \([0-9][0-9.]*\) .*/\1 \2/p'), \`-Os -ffunction-sections -fdata-sections\`, NDEBUG.
For each library a program that references its whole public interface is
linked with \`--gc-sections\`; flash is the code and constants that it keeps of
the library's own objects. \`lib.report.flash\` includes what it keeps of store
and base; RAM figures are the caller-owned contexts, as there are no others.
\`agent.whole\` is all seven libraries as the agent links them.

Written by \`./dev size --record\`. CI fails when a figure grows by over 1 %
while this file stays as it is.

| figure | value | unit | goal |
|-|-|-|-|
TEXT
    while read -r name value unit; do
        echo "| $name | $value | $unit | $(goal "$name") |"
    done
}

check() {
    if [ ! -f "$page" ]; then
        skip "nothing was recorded yet, so nothing can have grown"
        return
    fi
    awk '
        FNR == NR {
            gsub(/ /, "")
            n = split($0, cell, "|")
            if (n > 4 && cell[3] ~ /^[0-9]+$/) recorded[cell[2]] = cell[3]
            next
        }
        {
            seen[$1] = 1
            if (!($1 in recorded))
                print "size: " $1 " is not in docs/sizes.md" > "/dev/stderr"
            else if ($2 > recorded[$1] * 1.01) {
                print "size: " $1 " grew from " recorded[$1] " to " $2 > "/dev/stderr"
                bad = 1
            }
        }
        END {
            for (name in recorded)
                if (!(name in seen)) {
                    print "size: " name " is no longer measured" > "/dev/stderr"
                    bad = 1
                }
            exit bad
        }' FS='|' "$page" FS=' ' "$1" ||
        die "size: run ./dev size --record and say in the commit why"
}

case ${1:-} in
"" | --record | --check) ;;
*) die "size: unknown argument '$1'; there are --record and --check" ;;
esac
mkdir -p "$build"
figures=$(mktemp)
trap 'rm -f "$figures"' EXIT
measure >"$figures"
cat "$figures"
case ${1:-} in
--record)
    render <"$figures" >"$page.new"
    mv "$page.new" "$page"
    ;;
--check) check "$figures" ;;
esac
