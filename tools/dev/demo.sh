#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A device's life, end to end, as a story (tests/story/story.py). Arguments go
# to it: --keep leaves the temporary folder with every program's log.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

case ${1:-} in
-h | --help) exec "$python" "$signet_root/tests/story/story.py" --help ;;
esac
configure_and_build host
exec "$python" "$signet_root/tests/story/story.py" \
    --build "$signet_root/build/host" "$@"
