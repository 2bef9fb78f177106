#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The device's power fails at ten random moments, the broker is killed at
three and the service at two, while readings flow: each is in the registry
once."""

import random
import signal
import sys
import time

import readings
import steps
from stage import play

LONGEST_S = 1.0  # between two blows


def cut_power(_, device):
    device.cut_power()
    device.power_on()


def kill_broker(stage, _):
    stage.cloud.kill_broker()
    stage.cloud.start_broker()


def kill_service(stage, _):
    stage.cloud.service.stop(signal.SIGKILL)
    stage.cloud.start_service()


def schedule(options):
    """Blows in random order, each after a random time."""
    rng = random.Random(options.seed)
    blows = [cut_power] * options.cuts + [kill_broker] * options.broker + \
        [kill_service] * options.service
    rng.shuffle(blows)
    return [(rng.uniform(0, LONGEST_S), blow) for blow in blows]


def tell(stage):
    options = stage.options
    stage.make_factory()
    release = stage.ship("device-1.0.0", "1.0.0", 1, 1)
    stage.start_cloud(release[0])
    stage.table.chapter("%d power cuts, broker killed %d times, service %d;"
                        " --seed %d" % (options.cuts, options.broker,
                                        options.service, options.seed))
    device = stage.device("device", release, reading_ms=20)
    steps.goes_online(stage, device)
    for wait_s, strike in schedule(options):
        time.sleep(wait_s)
        strike(stage, device)
    boots = int(device.wait_for(r"boot (\d+): ").group(1))
    stage.table.check("boots", "one more than power cuts", str(boots),
                      boots == options.cuts + 1)
    device.wait_for(r"online: OK", timeout=60)
    readings.check(stage.table, device, "every reading of every boot")


if __name__ == "__main__":
    sys.exit(play(tell, "soak", __doc__, extra=(
        ("--seed", int, random.randrange(1 << 30), "of the random moments"),
        ("--cuts", int, 10, "power cuts (default: %(default)s)"),
        ("--broker", int, 3, "ends of the broker (default: %(default)s)"),
        ("--service", int, 2, "ends of the service (default: %(default)s)"))))
