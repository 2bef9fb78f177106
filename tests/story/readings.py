# SPDX-License-Identifier: MIT
"""The numbered readings of a device: which are there, missing or twice.

A device numbers its readings from 1 at each boot and counts one only once it
is in flash, so a number below the highest of its boot that is not there was
lost.
"""

import re
from collections import Counter

READING = re.compile(r"reading (\d+) of boot (\d+)")


def parse(text):
    """(boot, number) of a message, or None."""
    found = READING.search(text)
    return (int(found.group(2)), int(found.group(1))) if found else None


def missing(readings):
    """(boot, number) that should be there and are not."""
    highest = {}
    for boot, number in readings:
        highest[boot] = max(number, highest.get(boot, 0))
    there = set(readings)
    return [(boot, n) for boot, top in sorted(highest.items())
            for n in range(1, top + 1) if (boot, n) not in there]


def twice(readings):
    return [r for r, count in Counter(readings).items() if count > 1]
