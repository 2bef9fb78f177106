#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Everything that Signet needs on a Debian machine: packages, then the
# third-party sources. Asks nothing, leaves no service running, does nothing
# when everything is there.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

here=$signet_root/tools/dev
policy=/usr/sbin/policy-rc.d
policy_mark="signet setup: no service starts while packages are installed"
policy_is_ours=no

missing_packages() {
    local wanted
    wanted=$(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$here/packages.txt")
    # A name that dpkg-query does not know is missing as well, hence || true.
    # shellcheck disable=SC2086
    { dpkg-query -W -f '${Package} ${db:Status-Status}\n' $wanted \
        2>/dev/null || true; } |
        awk -v wanted="$wanted" '
            $2 == "installed" { have[$1] = 1 }
            END {
                n = split(wanted, w)
                for (i = 1; i <= n; i++)
                    if (!(w[i] in have)) print w[i]
            }'
}

# Debian starts a daemon as it is installed (mosquitto). We want the program,
# not the service.
hold_services() {
    if [ -e "$policy" ] && ! grep -q "$policy_mark" "$policy"; then
        return # the machine's own policy stays as it is
    fi
    policy_is_ours=yes
    printf '#!/bin/sh\n# %s\nexit 101\n' "$policy_mark" |
        as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
}

release_services() {
    [ "$policy_is_ours" = yes ] || return 0
    as_root rm -f "$policy"
    policy_is_ours=no
}

keep_service_off() {
    if command -v systemctl >/dev/null; then
        as_root systemctl disable "$1" >/dev/null 2>&1 || true
        if [ -d /run/systemd/system ]; then
            as_root systemctl stop "$1" >/dev/null 2>&1 || true
        fi
    elif command -v update-rc.d >/dev/null; then
        as_root update-rc.d "$1" disable >/dev/null 2>&1 || true
    fi
}

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y \
        -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 \
        -o Dpkg::Use-Pty=0 "$@"
}

install_packages() {
    local missing
    missing=$(missing_packages)
    [ -n "$missing" ] || return 0
    command -v apt-get >/dev/null || die "setup knows Debian only; install by hand:" $missing
    echo "setup: installing" $missing
    trap release_services EXIT
    hold_services
    retry apt update
    # shellcheck disable=SC2086
    retry apt install --no-install-recommends $missing
    # Only if this run brought it: somebody's own broker is not ours to stop.
    case " $(echo $missing) " in
    *" mosquitto "*) keep_service_off mosquitto ;;
    esac
    release_services
    trap - EXIT
    missing=$(missing_packages)
    [ -z "$missing" ] || die "still missing after installation:" $missing
}

install_packages
bash "$here/sources.sh"
