#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Devices and story programs that are given nonsense: a clear line, an exit
status that is not 0, and nothing written."""

import os
import sys

from processes import attempt
from stage import ROOT, play

BAD = (
    ("SIGNET_ENROLMENT", (None, "", "127.0.0.1", ":8883", "h:0", "h:65536",
                          "h:-1", "h: 1", "h:1x")),
    ("SIGNET_OPERATION", (None, "", "127.0.0.1", "h:0x10")),
    ("SIGNET_SERVER_NAME", (None, "")),
    ("SIGNET_READING_MS", ("", "x", "-1", "1.5", "99999999999999999999")),
)


def complaints(done):
    lines = (done.stderr + done.stdout).decode(errors="replace").splitlines()
    return [line for line in lines if "boot " not in line and
            "release" not in line]


def judge(stage, step, done, word):
    lines = complaints(done)
    ok = done.returncode > 0 and len(lines) == 1 and word in lines[0]
    stage.table.check(step, "one line: %s; not 0" % word,
                      "%d: %s" % (done.returncode, " | ".join(lines)[:200]),
                      ok)


def environment_is_checked(stage, device):
    for name, values in BAD:
        for value in values:
            changed = {**device.environment, name: value}
            done = attempt("env", *("%s=%s" % i for i in changed.items()
                                    if i[1] is not None),
                           stage.tools.launcher, "run", device.folder,
                           "--boots", 1)
            judge(stage, "%s=%r" % (name, value), done, name)


def places_are_checked(stage):
    nowhere, empty = stage.path("nowhere"), stage.path("empty")
    os.mkdir(empty)
    for folder in (nowhere, empty, stage.path("factory", "root.pem")):
        for command in ((stage.tools.launcher, "run", folder),
                        (stage.tools.forge, folder, "name",
                         stage.path("leaf"))):
            step = "%s of '%s'" % (os.path.basename(command[0]),
                                   os.path.basename(folder))
            judge(stage, step, attempt(*command), os.path.basename(folder))
    left = os.path.exists(stage.path("leaf.pem")) or os.listdir(empty)
    stage.table.check("written", "nothing", str(left or "nothing"), not left)


def tell(stage):
    stage.make_factory()
    release = stage.ship("device-1.0.0", "1.0.0", 1, 1)
    device = stage.device("device", release)
    stage.table.chapter("Nonsense")
    for name in ("device-1.0.0", "superloop", "device-own-mqtt"):
        judge(stage, name + " by itself", attempt(stage.tools.images[name]),
              "start me by signet-launcher")
    environment_is_checked(stage, device)
    places_are_checked(stage)
    story = os.path.join(ROOT, "tests/story/story.py")
    judge(stage, "a build folder that is none",
          attempt("/usr/bin/python3", "-B", story, "--build", "/nonexistent"),
          "/nonexistent")


if __name__ == "__main__":
    sys.exit(play(tell, "bad-input", __doc__))
