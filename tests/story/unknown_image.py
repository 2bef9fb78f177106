#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A device that runs an image which is not in the reference set: correctly
signed, and yet no certificate."""

import hashlib
import sys

import steps
from stage import play


def measurement(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def is_refused(stage, device, image):
    device.power_on()
    why = device.wait_for(r"enrolment refused: (\w+)").group(1)
    count = stage.cloud.certificates(device.id)
    stage.table.check("image not in the reference set",
                      "refused, no certificate", "%s, %d" % (why, count),
                      why == "ERR_MEASUREMENT" and count == 0)
    digest = measurement(stage.factory.path(image))
    noted = [e["detail"] for e in stage.cloud.audit(device.id)
             if e["status"] == "ERR_MEASUREMENT"]
    stage.table.check("audit log", "says which: %s..." % digest[:16],
                      noted[0] if noted else "nothing",
                      any(digest in detail for detail in noted))


def tell(stage):
    stage.make_factory()
    known = stage.ship("device-1.0.0", "1.0.0", 1, 1)
    unknown = stage.ship("device-1.1.0", "1.1.0", 2, 2)
    stage.start_cloud(known[0])
    stage.table.chapter("An image that the service does not know")
    device = stage.device("device", unknown)
    is_refused(stage, device, "device-1.1.0")
    # Added to the set, it is admitted without anything else.
    stage.cloud.admit(unknown[0])
    device.wait_for(r"online: OK", timeout=60)
    steps.messages_arrive(stage, device)


if __name__ == "__main__":
    sys.exit(play(tell, "unknown-image", __doc__))
