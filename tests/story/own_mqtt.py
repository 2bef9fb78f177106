#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A device with an MQTT client and TLS of its own (libmosquitto, OpenSSL):
it enrols, loses nothing when the broker dies, and takes an update."""

import sys

import readings
import steps
from stage import play


def says_why_it_is_offline(stage, release):
    """One status each: who is not trusted, and by whom. At the latest after a
    few attempts: see end() of mosquitto_messenger.c."""
    t, f = stage.table, stage.factory
    f.signet("ca", "new", "--name", "Foreign", "--out", f.path("foreign"))
    foreign = stage.device("foreign", release, ca="foreign")
    foreign.power_on()
    seen = foreign.wait_for(r"offline: (ERR_TLS\w+)").group(1)
    foreign.power_off()
    t.check("foreign manufacturer", "refused by the broker", seen,
            seen == "ERR_TLS_REFUSED")
    fooled = stage.device("fooled", release)
    fooled.power_on(SIGNET_SERVER_NAME="broker.elsewhere.example")
    seen = fooled.wait_for(r"offline: (\w+)").group(1)
    fooled.power_off()
    t.check("broker of another name", "refused by the device", seen,
            seen == "ERR_TLS_NAME")


def tell(stage):
    stage.make_factory()
    first = stage.ship("device-own-mqtt", "1.0.0", 1, 1)
    stage.start_cloud(first[0])
    device = stage.device("device", first)
    stage.table.chapter("libmosquitto under the agent")
    steps.goes_online(stage, device)
    stage.table.check("its client", "libmosquitto",
                      device.last_match(r"release 1.0.0 on (\S+)"), True)
    steps.messages_arrive(stage, device)
    says_why_it_is_offline(stage, first)
    steps.broker_dies(stage, device)
    second = stage.ship("device-1.1.0", "1.1.0", 2, 2)
    steps.takes_update(stage, device, second, "1.1.0")
    readings.check(stage.table, device, "every reading of both images")


if __name__ == "__main__":
    sys.exit(play(tell, "own-mqtt", __doc__))
