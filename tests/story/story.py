#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A device's life, end to end: real broker, real TLS, real crashes.

Every step prints its evidence; the table at the end compares what was expected
with what was seen, and any mismatch makes the exit status 1.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time

from processes import Program, StoryError, run, until
from table import Table
from world import Cloud, Device, Factory, Tools, SERVER_NAME


class Story:
    def __init__(self, build, folder, table):
        self.table = table
        self.folder = folder
        logs = os.path.join(folder, "logs")
        os.makedirs(logs)
        self.tools = Tools(build)
        self.factory = Factory(self.tools, os.path.join(folder, "factory"))
        self.cloud = Cloud(self.tools, self.factory,
                           os.path.join(folder, "cloud"), logs)
        self.devices = []

    def device(self, name, reading_ms=200):
        device = Device(self.tools, self.cloud, name,
                        os.path.join(self.folder, name),
                        os.path.join(self.folder, "logs"), reading_ms)
        self.devices.append(device)
        return device

    def end(self):
        for device in self.devices:
            device.power_off()
        self.cloud.stop()

    # ---- the chapters ----

    def tell(self):
        self.factory_makes_authorities()
        self.device_is_provisioned()
        self.device_enrols()
        self.messages_arrive()
        self.broker_dies()
        self.device_crashes()
        self.device_updates()
        self.forgeries_are_refused()
        self.strangers_are_refused()
        self.nothing_was_lost()

    def factory_makes_authorities(self):
        t, f = self.table, self.factory
        t.chapter("The manufacturer makes its authorities and signs a release")
        f.make_authorities()
        f.make_trust_list()
        self.shipped = {v: f.strip(path, "device-" + v)
                        for v, path in self.tools.images.items()}
        self.first = f.release("1.0.0", self.shipped["1.0.0"], 1, 1)
        for line in run(self.tools.signet, "inspect",
                        f.path("trust-list.cose")).splitlines()[:8]:
            t.say(line)
        t.check("authorities", "five certificates made",
                "%d certificates" % sum(n.endswith(".der") for n in
                                        os.listdir(f.folder)),
                sum(n.endswith(".der") for n in os.listdir(f.folder)) >= 4)

    def device_is_provisioned(self):
        t, f = self.table, self.factory
        t.chapter("A device is provisioned; its key is made on the device")
        self.one = self.device("device")
        f.provision(self.one.folder, *self.first)
        subject = run("openssl", "x509", "-inform", "DER", "-noout",
                      "-subject", "-in", f.certificate_of(self.one.folder)).strip()
        self.one.id = subject.split("device-")[1][:32]
        t.say(subject)
        verified = run("openssl", "verify", "-CAfile",
                       f.path("manufacturer.pem"),
                       f.pem_of(self.one.folder)).strip()
        t.check("device certificate", "openssl: OK under the manufacturer",
                verified.split(": ")[-1], verified.endswith(": OK"))

    def device_enrols(self):
        t, c = self.table, self.cloud
        t.chapter("Broker and service start; the device proves what it runs")
        c.configure()
        c.admit(self.first[0])
        c.start_broker()
        c.start_service()
        c.start_observer()
        self.one.power_on()
        t.say(self.one.wait_for(r"boot \d+:.*").group(0))
        self.one.wait_for(r"enrolled: OK")
        self.one.wait_for(r"online: OK")
        certificate = until(lambda: c.last_certificate(self.one.id), 5,
                            "the certificate in the registry")
        subject, days = c.describe(certificate)
        t.say(subject)
        t.check("enrolment", "certificate for CN=%s..., at most 24 h"
                % self.one.id[:8], "%s, %.1f h" % (subject.split(",")[0][:24],
                                                   days * 24),
                self.one.id in subject and 0 < days <= 1.0)

    def messages_arrive(self):
        t, c = self.table, self.cloud
        t.chapter("Readings arrive; an independent subscriber sees them")
        line = c.observer.wait_for(r"signet/dev/%s/up/message (\S+)"
                                   % self.one.id).group(1)
        text = bytes.fromhex(line)
        reading = text[text.index(b"reading"):].decode()
        t.say("observer received: " + reading)
        until(lambda: len(c.sequences(self.one.id)) >= 5, 10, "five readings")
        t.check("messages", "observer and service have them",
                "observer: '%s'; service: %d committed"
                % (reading[:18], len(c.sequences(self.one.id))),
                reading.startswith("reading"))

    def broker_dies(self):
        t, c = self.table, self.cloud
        t.chapter("The broker is killed while messages are queued")
        before = len(c.sequences(self.one.id))
        c.kill_broker()
        t.say("broker killed with %d readings committed" % before)
        self.one.wait_for(r"offline:", since=0)
        time.sleep(2)
        mark = self.one.mark()
        c.start_broker()
        self.one.wait_for(r"online: OK", since=mark)
        after = until(lambda: len(c.sequences(self.one.id)) >= before + 8 and
                      len(c.sequences(self.one.id)), 15,
                      "the queued readings")
        gaps = c.gaps(self.one.id)
        t.check("broker killed", "no reading lost, none twice",
                "%d -> %d committed, %d gaps" % (before, after, gaps),
                gaps == 0)

    def device_crashes(self):
        t, c = self.table, self.cloud
        t.chapter("The device crashes for real; its report arrives")
        mark = self.one.mark()
        self.one.crash()
        t.say(self.one.wait_for(r"boot \d+:.*", since=mark).group(0))
        self.one.wait_for(r"online: OK", since=mark)
        report = until(lambda: c.report(self.one.id, kind="fault"), 15,
                       "the crash report")
        line = run("addr2line", "-f", "-s", "-e", self.tools.images["1.0.0"],
                   "0x%x" % report["pc"]).split()
        t.say("report: signal %d at pc 0x%x of image %s, boot %d"
              % (report["code"], report["pc"], report["image_version"],
                 report["boot"]))
        t.say("which is %s at %s" % (line[0], line[1]))
        t.check("crash report", "SIGSEGV in device_read_missing_sensor",
                "signal %d in %s" % (report["code"], line[0]),
                report["code"] == 11 and
                line[0] == "device_read_missing_sensor")

    def device_updates(self):
        t, c, f = self.table, self.cloud, self.factory
        t.chapter("An update to 1.1.0, cut off half-way")
        second = f.release("1.1.0", self.shipped["1.1.0"], 2, 2)
        c.admit(second[0])
        mark = self.one.mark()
        c.add_release(*second)
        self.one.wait_for(r"update offered: OK", since=mark)
        self.one.wait_for(r"update block", since=mark, count=20)
        self.one.cut_power()
        done = int(self.one.last_match(r"update block (\d+) of"))
        t.say("power cut after %d bytes" % done)
        self.one.power_on()
        resumed = int(self.one.wait_for(r"update block (\d+) of").group(1))
        t.say("next boot goes on at %d bytes" % resumed)
        t.check("resume", "goes on where it was, not from 0",
                "cut at %d, first block then %d" % (done, resumed),
                done - 65536 <= resumed <= done + 65536 and resumed > 8192)
        self.one.wait_for(r"update ready: OK", timeout=30)
        t.say(self.one.wait_for(r"boot \d+:.*1\.1\.0.*", timeout=15).group(0))
        self.one.wait_for(r"update confirmed: OK", timeout=15)
        running = self.one.last_match(r"release (\S+)")
        t.check("update", "1.0.0 -> 1.1.0, confirmed by a new certificate",
                "1.0.0 -> %s, confirmed" % running, running == "1.1.0")

    def forgeries_are_refused(self):
        t, c, f = self.table, self.cloud, self.factory
        t.chapter("Forged and old updates are refused")
        third = f.release("1.2.0", self.shipped["1.1.0"], 3, 2)

        mark = self.one.mark()
        c.add_release(f.flip_bit(third[0], "flipped.manifest"), third[1])
        seen = self.one.wait_for(r"update offered: (ERR_\w+)", since=mark).group(1)
        t.check("flipped manifest bit", "refused before it is read", seen,
                seen == "ERR_SIGNATURE")

        mark = self.one.mark()
        c.add_release(third[0], f.flip_bit(third[1], "flipped.stream"))
        seen = self.one.wait_for(r"update block: (ERR_\w+)", since=mark).group(1)
        t.check("flipped payload bit", "block refused before it is written",
                seen, seen == "ERR_CHUNK_DIGEST")

        mark = self.one.mark()
        old = f.release("1.0.0", self.shipped["1.0.0"], 4, 1, name="downgrade")
        c.add_release(*old)
        seen = self.one.wait_for(r"update offered: (ERR_\w+)", since=mark).group(1)
        t.check("downgrade", "refused: security counter below the device's",
                seen, seen == "ERR_DOWNGRADE")
        running = self.one.last_match(r"release (\S+)")
        t.check("after all that", "still runs 1.1.0", running,
                running == "1.1.0")

    def strangers_are_refused(self):
        t, c, f = self.table, self.cloud, self.factory
        t.chapter("Strangers get nowhere")
        f.signet("ca", "new", "--name", "Foreign manufacturer", "--out",
                 f.path("foreign"))
        foreign = self.device("foreign-device", reading_ms=0)
        f.provision(foreign.folder, *self.first, ca="foreign")
        foreign.power_on()
        seen = foreign.wait_for(r"offline: (ERR_\w+)").group(1)
        foreign.power_off()
        t.check("device of a foreign CA", "the broker refuses its certificate",
                seen, seen == "ERR_TLS_REFUSED")

        victim = "enrol-" + "0" * 32
        chain = f.path("forged")
        run(self.tools.forge, self.one.folder, victim, chain)
        own = "enrol-" + self.one.id
        run(self.tools.forge, self.one.folder, own, f.path("own"))
        admitted = c.can_connect(f.path("own"))
        refused = not c.can_connect(chain)
        t.check("leaf in another's name", "own name admitted, other's refused",
                "own %s, other's %s" % ("admitted" if admitted else "REFUSED",
                                        "refused" if refused else "ADMITTED"),
                admitted and refused)

    def nothing_was_lost(self):
        t, c = self.table, self.cloud
        t.chapter("Nothing was lost")
        rows = len(c.sequences(self.one.id))
        gaps = c.gaps(self.one.id)
        double = c.doubles(self.one.id)
        t.check("every sequence number", "exactly once in the registry",
                "%d readings, %d gaps, %d twice" % (rows, gaps, double),
                rows > 0 and gaps == 0 and double == 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build/host",
                        help="build folder (default: %(default)s)")
    parser.add_argument("--keep", action="store_true",
                        help="leave the temporary folder, logs included")
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="signet-demo-")
    table = Table()
    start = time.monotonic()
    story = None
    try:
        story = Story(os.path.abspath(options.build), folder, table)
        story.tell()
    except (StoryError, OSError) as error:
        table.check("the story", "told to its end", str(error), False)
    finally:
        if story:
            story.end()
        table.print()
        print("demo.seconds %.0f s" % (time.monotonic() - start))
        if options.keep or table.failed():
            print("logs: " + os.path.join(folder, "logs"))
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return 1 if table.failed() else 0


if __name__ == "__main__":
    sys.exit(main())
