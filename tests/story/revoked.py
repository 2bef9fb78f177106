#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A revoked device: its session ends at once and it gets no new certificate.
The broker's plugin sees to that and, should its list be late, the service."""

import sys
import time

import steps
from processes import until
from stage import play

LIFE_S = 8


def loses_its_session(stage, device):
    mark = device.mark()
    start = time.monotonic()
    stage.cloud.admin("device", "revoke", device.id)
    device.wait_for(r"offline: ", since=mark)
    seconds = time.monotonic() - start
    stage.cloud.broker.wait_for(
        r"session guard: ended %s: it was revoked" % device.id)
    stage.table.check("session of a revoked device", "ended within 10 s",
                      "ended after %.1f s" % seconds, seconds < 10)


def try_to_enrol(stage, device, pattern):
    """Switched on without a certificate that holds: what it is told, and how
    many certificates it got."""
    device.power_off()
    until(lambda: time.time() > stage.cloud.lives(device.id)[-1][1],
          LIFE_S + 5, "the end of the last certificate")
    before = stage.cloud.certificates(device.id)
    device.power_on()
    device.wait_for(r"enrolling: OK")
    why = device.wait_for(pattern).group(1)
    return why, stage.cloud.certificates(device.id) - before


def gets_nothing_from_the_broker(stage, device):
    why, new = try_to_enrol(stage, device, r"offline: (ERR_MQTT\w+)")
    stage.table.check("revoked, at the broker", "refused, no certificate",
                      "%s, %d new" % (why, new),
                      why == "ERR_MQTT_SUBSCRIBE" and new == 0)


def gets_nothing_from_the_service(stage, device):
    """The plugin's list does not reach the broker: the service stands alone."""
    stage.cloud.service.stop()
    stage.cloud.forget_revoked()
    stage.cloud.start_service(certificate_life="%ds" % LIFE_S,
                              revocation_file=stage.path("elsewhere"))
    why, new = try_to_enrol(stage, device, r"enrolment refused: (\w+)")
    noted = [e["status"] for e in stage.cloud.audit(device.id)]
    stage.table.check("revoked, at the service", "refused, no certificate",
                      "%s, %d new" % (why, new),
                      why == "ERR_DEVICE_REVOKED" and new == 0 and
                      "ERR_DEVICE_REVOKED" in noted)


def tell(stage):
    stage.make_factory()
    release = stage.ship("device-1.0.0", "1.0.0", 1, 1)
    stage.start_cloud(release[0], certificate_life="%ds" % LIFE_S)
    stage.table.chapter("A device is revoked")
    device = stage.device("device", release)
    steps.goes_online(stage, device)
    loses_its_session(stage, device)
    gets_nothing_from_the_broker(stage, device)
    gets_nothing_from_the_service(stage, device)


if __name__ == "__main__":
    sys.exit(play(tell, "revoked", __doc__))
