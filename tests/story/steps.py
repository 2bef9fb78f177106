# SPDX-License-Identifier: MIT
"""What several stories have in common: each step is a row of the table."""

import time

import readings
from processes import until

BOOT = r"boot \d+: .*"


def goes_online(stage, device, **environment):
    """Switched on, it attests, gets a certificate and connects with it."""
    device.power_on(**environment)
    device.wait_for(r"enrolled: OK")
    device.wait_for(r"online: OK")
    count = stage.cloud.certificates(device.id)
    stage.table.check("%s enrols" % device.name, "a certificate, online",
                      "%d certificate, online" % count, count == 1)


def messages_arrive(stage, device, count=3):
    found = until(lambda: len(device.messages()) >= count and
                  device.messages(), 30, "%d messages" % count)
    stage.table.check("messages", "%d in the registry" % count,
                      "%d, the last '%s'" % (len(found), found[-1][3]), True)
    return found


def broker_dies(stage, device, count=5):
    """Killed and started again, while the device goes on measuring."""
    mark = device.mark()
    stage.cloud.kill_broker()
    device.wait_for(r"offline: ", since=mark)
    # What was kept before the broker came back can only come from flash.
    device.wait_for(r"kept reading", since=mark, count=count)
    stage.cloud.start_broker()
    start = time.monotonic()
    device.wait_for(r"online: OK", since=mark, timeout=60)
    seconds = time.monotonic() - start
    stage.table.check("broker back", "device online within 15 s",
                      "after %.1f s" % seconds, seconds < 15)
    readings.check(stage.table, device, "broker killed, every reading")


def takes_update(stage, device, release, version):
    stage.cloud.admit(release[0])
    mark = device.mark()
    stage.cloud.add_release(*release)
    device.wait_for(r"update ready: OK", since=mark, timeout=60)
    trial = device.wait_for(BOOT + r" trial.*", since=mark).group(0)
    device.wait_for(r"update confirmed: OK", since=mark)
    stage.table.say(trial)
    running = device.last_match(r"device: release (\S+)")
    stage.table.check("update", "%s, confirmed" % version,
                      "%s, confirmed" % running, running == version)
