#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A device whose main is a loop of tasks, without threads: it enrols and
sends the mean of what it samples."""

import re
import sys

import readings
import steps
from stage import play


def tell(stage):
    stage.make_factory()
    release = stage.ship("superloop", "1.0.0", 1, 1)
    stage.start_cloud(release[0])
    device = stage.device("superloop", release, reading_ms=0)
    stage.table.chapter("A loop of tasks")
    steps.goes_online(stage, device)
    messages = steps.messages_arrive(stage, device)
    texts = [m[3] for m in messages]
    strange = [x for x in texts if not re.fullmatch(r"mean level \d+", x)]
    lost = readings.gaps(messages)
    stage.table.check("mean levels", "nothing else, none lost",
                      "%d strange, %d lost" % (len(strange), len(lost)),
                      not strange and not lost)


if __name__ == "__main__":
    sys.exit(play(tell, "superloop", __doc__))
