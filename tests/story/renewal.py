#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Certificates that last seconds: they are renewed in time, without losing a
reading; a session that outlives its certificate is ended by the broker."""

import sys

import readings
import steps
from processes import until
from stage import play

LIFE_S = 8


def sleeper_outlives_its_certificate(stage, device):
    """Asleep since it came online, its session is open and idle."""
    guard = r"session guard: ended %s: its certificate has expired" % device.id
    stage.cloud.broker.wait_for(guard, timeout=LIFE_S + 20)
    mark = device.mark()
    device.thaw()
    device.wait_for(r"enrolled: OK", since=mark)
    device.wait_for(r"online: OK", since=mark)
    count = stage.cloud.certificates(device.id)
    stage.table.check("session of an expired certificate",
                      "ended by the broker; the device enrols again",
                      "ended; %d certificates" % count, count == 2)
    readings.check(stage.table, device, "the sleeper's readings")


def is_renewed(stage, device):
    """Each before the former ended, so that it never was without one."""
    lives = until(lambda: len(stage.cloud.lives(device.id)) >= 3 and
                  stage.cloud.lives(device.id), 4 * LIFE_S, "two renewals")
    late = [new for old, new in zip(lives, lives[1:]) if new[0] >= old[1]]
    stage.table.check("renewals", "two or more, none late",
                      "%d, %d late" % (len(lives) - 1, len(late)), not late)
    device.wait_for(r"online: OK", count=3)
    readings.check(stage.table, device, "readings across renewals")


def tell(stage):
    stage.make_factory()
    release = stage.ship("device-1.0.0", "1.0.0", 1, 1)
    stage.start_cloud(release[0], certificate_life="%ds" % LIFE_S)
    stage.table.chapter("Certificates for %d s" % LIFE_S)
    sleeper = stage.device("sleeper", release)
    steps.goes_online(stage, sleeper)
    sleeper.freeze()
    device = stage.device("device", release)
    steps.goes_online(stage, device)
    sleeper_outlives_its_certificate(stage, sleeper)
    is_renewed(stage, device)


if __name__ == "__main__":
    sys.exit(play(tell, "renewal", __doc__))
