#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Trial images that never confirm: one that cannot even start, and one that
does not reach the service. Both are reverted, and not tried again."""

import re
import shutil
import sys
import time

import readings
import steps
from processes import free_ports, until
from stage import play

TRIES = 3  # boots of a trial, as device.c and the launcher have it


def trials(lines):
    return [x for x in lines if re.search(r"boot \d+: .* trial", x)]


def install(stage, device, release):
    """Let it take the release; a mark of the output before."""
    stage.cloud.admit(release[0])
    mark = device.mark()
    stage.cloud.add_release(*release)
    device.wait_for(r"update ready: OK", since=mark, timeout=60)
    return mark


def is_back(stage, device, step, tried):
    """The former version runs, and has said so to the service since."""
    boot = device.launcher.last(r"boot \d+: slot A 1\.0\.0 confirmed")
    since_s = time.time()
    device.wait_for(r"online: OK", since=boot)
    shown = until(lambda: stage.cloud.query(
        "SELECT version FROM devices WHERE id=? AND queried_s>=?",
        device.id, int(since_s)), 30, "the device's query")[0][0]
    stage.table.check(step, "%d boots, then 1.0.0 again" % TRIES,
                      "%d boots, the service sees %s" % (tried, shown),
                      tried == TRIES and shown == "1.0.0")


def is_not_tried_again(stage, device, step):
    """The service goes on offering it."""
    seen = device.wait_for(r"update offered: (\w+)", since=
                           device.launcher.last(r"boot \d+: ")).group(1)
    stage.table.check(step, "offered again, refused", seen,
                      seen == "ERR_REVERTED")


def cannot_start(stage, device):
    """An image that is a program, but not of this device: it ends at once."""
    shutil.copy("/bin/false", stage.factory.path("broken"))
    broken = stage.factory.release("2.0.0", stage.factory.path("broken"), 2, 1)
    mark = install(stage, device, broken)
    device.wait_for(r"boot \d+: slot A 1\.0\.0 confirmed", since=mark)
    is_back(stage, device, "image that ends at once",
            len(trials(device.launcher.lines[mark:])))
    is_not_tried_again(stage, device, "image that was reverted")


def cannot_enrol(stage, device):
    """A good image at the wrong time: its service is not to be reached, and
    its power fails, too."""
    good = stage.ship("device-1.1.0", "3.0.0", 3, 1)
    mark = install(stage, device, good)
    device.wait_for(r"boot \d+: .* trial", since=mark)
    device.cut_power()
    nowhere = "127.0.0.1:%d" % free_ports(1)[0]
    for _ in range(TRIES - 1):
        device.power_on(SIGNET_ENROLMENT=nowhere)
        device.wait_for(r"offline: ERR_CONNECT")
        device.cut_power()
    device.power_on()
    device.wait_for(r"boot \d+: slot A 1\.0\.0 confirmed")
    tried = [x for x in trials(device.printed()) if "3.0.0" in x]
    is_back(stage, device, "image that cannot enrol", len(tried))


def tell(stage):
    stage.make_factory()
    first = stage.ship("device-1.0.0", "1.0.0", 1, 1)
    stage.start_cloud(first[0])
    stage.table.chapter("Images that do not prove themselves")
    device = stage.device("device", first)
    steps.goes_online(stage, device)
    cannot_start(stage, device)
    cannot_enrol(stage, device)
    readings.check(stage.table, device, "readings of 1.0.0")


if __name__ == "__main__":
    sys.exit(play(tell, "trial", __doc__))
