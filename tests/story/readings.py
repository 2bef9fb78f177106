# SPDX-License-Identifier: MIT
"""The numbered readings of a device: which are there, missing or twice.

A device numbers its readings from 1 at each boot, counts one only once it is
in flash, and then says so. Its log numbers the records that hold them, too.
"""

import re
from collections import Counter, namedtuple

from processes import StoryError, until

READING = re.compile(r"reading (\d+) of boot (\d+)")
KEPT = re.compile(r"device: kept " + READING.pattern)


def _read(expression, texts):
    found = map(expression.search, texts)
    return [(int(m.group(2)), int(m.group(1))) for m in found if m]


def parse(texts):
    """(boot, number) of each message."""
    return _read(READING, texts)


def kept(lines):
    """(boot, number) of each reading that a device said to be in flash."""
    return _read(KEPT, lines)


def missing(readings, expected=()):
    """(boot, number) that should be there and are not: those expected, and
    all below the highest of a boot."""
    highest = {}
    for boot, number in list(readings) + list(expected):
        highest[boot] = max(number, highest.get(boot, 0))
    there = set(readings)
    return [(boot, n) for boot, top in sorted(highest.items())
            for n in range(1, top + 1) if (boot, n) not in there]


def twice(readings):
    return [r for r, count in Counter(readings).items() if count > 1]


def gaps(messages):
    """(epoch, sequence) that a log skipped within a boot. Between boots it
    may: see signet/store.h."""
    found = []
    for one, next_one in zip(messages, messages[1:]):
        same_boot = _boots(one) == _boots(next_one)
        if one[0] == next_one[0] and same_boot:
            found += [(one[0], n) for n in range(one[1] + 1, next_one[1])]
    return found


def _boots(message):
    return [boot for boot, _ in parse([message[3]])]


Account = namedtuple("Account", "count lost twice")


def settle(device, timeout=30):
    """Wait until the registry has every reading that the device has kept by
    now: (boot, number) of each. What it does not get is for account() to
    tell."""
    wanted = kept(device.printed())
    try:
        until(lambda: not missing(parse(m[3] for m in device.messages()),
                                  wanted),
              timeout, "the registry to have every reading")
    except StoryError:
        pass
    return wanted


def account(device, wanted):
    """Readings wanted, and every record of the log, against what the registry
    has."""
    messages = device.messages()
    there = parse(m[3] for m in messages)
    lost = missing(there, wanted) + gaps(messages)
    return Account(len(there), lost, twice(there))


def check(table, device, step):
    """A row: every reading of a device exactly once."""
    count, lost, again = account(device, settle(device))
    return table.check(step, "exactly once in the registry",
                       "%d readings, %d lost, %d twice"
                       % (count, len(lost), len(again)),
                       count and not lost and not again)
