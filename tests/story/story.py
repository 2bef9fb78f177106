#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A device's life, end to end: real broker, real TLS, real crashes.

Every step prints its evidence; the table at the end compares what was expected
with what was seen, and any mismatch makes the exit status 1.
"""

import os
import re
import signal
import sys
import time

import readings
from processes import run, until
from stage import play

BOOT = r"boot \d+: .*"


class Story:
    def __init__(self, stage):
        self.stage = stage
        self.table = stage.table
        self.tools = stage.tools
        self.factory = stage.factory
        self.cloud = stage.cloud

    # ---- the chapters ----

    def tell(self):
        self.table.say("A simulated device, a real MQTT broker (mosquitto), a"
                       " real service: free ports\n   of 127.0.0.1, files in "
                       + self.stage.folder)
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
        self.stage.make_factory()
        self.first = self.stage.ship("device-1.0.0", "1.0.0", 1, 1)
        purposes = re.findall(r"purposes: (.*)", f.signet(
            "inspect", f.path("trust-list.cose")))
        t.say("trust list, signed by the root key: " + ", ".join(purposes))
        t.say("release 1.0.0: image of %d bytes, signed by the firmware key"
              % os.path.getsize(f.path("device-1.0.0")))
        t.check("trust list", "firmware, broker, issuer and service",
                "%d entries" % len(purposes), len(purposes) == 4)

    def device_is_provisioned(self):
        t, f = self.table, self.factory
        t.chapter("A device is provisioned; its key is made on the device")
        self.one = self.stage.device("device", self.first)
        path = f.save_certificate(
            bytes.fromhex(f.ledger()[-1]["certificate"]), "device-certificate")
        text = run("openssl", "x509", "-in", path, "-noout", "-subject", "-ext",
                   "basicConstraints,nameConstraints")
        for line in text.splitlines():
            if "CN" in line or "pathlen" in line:
                t.say(line.strip())
        verdict = run("openssl", "verify", "-CAfile",
                      f.path("manufacturer.pem"), path).split()[-1]
        t.check("device certificate", "openssl verifies it: OK", verdict,
                verdict == "OK")

    def device_enrols(self):
        t, c = self.table, self.cloud
        t.chapter("Broker and service start; the device proves what it runs")
        self.stage.start_cloud(self.first[0])
        c.start_observer()
        self.one.power_on()
        t.say(self.one.wait_for(BOOT).group(0))
        self.one.wait_for(r"enrolled: OK")
        self.one.wait_for(r"online: OK")
        text, hours = until(lambda: c.last_certificate(self.one.id), 5,
                            "the certificate in the registry")
        t.say("certificate: " + text)
        t.check("enrolment", "certificate in the device's name, <= 24 h",
                "CN = %s..., %.0f h" % (self.one.id[:8], hours),
                "CN = " + self.one.id in text and 0 < hours <= 24)

    def messages_arrive(self):
        t, c = self.table, self.cloud
        t.chapter("Readings arrive; an independent subscriber sees them")
        received = bytes.fromhex(c.observer.wait_for(
            r"signet/dev/%s/up/message (\S+)" % self.one.id).group(1))
        text = received[received.index(b"reading"):].decode()
        t.say("observer received '%s'" % text)
        count = until(lambda: self.committed() >= 5 and self.committed(), 10,
                      "five readings in the registry")
        t.check("messages", "observer and registry have them",
                "'%s', %d committed" % (text, count),
                text.startswith("reading"))

    def broker_dies(self):
        t, c = self.table, self.cloud
        t.chapter("The broker is killed while messages are queued")
        before = self.committed()
        mark = self.one.mark()
        self.broker_down = time.time()
        c.kill_broker()
        why = self.one.wait_for(r"offline: (\S+):", since=mark).group(1)
        time.sleep(2)
        t.say("device offline (%s), readings go on into its flash" % why)
        c.start_broker()
        c.start_observer()
        self.one.wait_for(r"online: OK", since=mark)
        self.broker_up = time.time()
        after = until(lambda: self.committed() >= before + 10 and
                      self.committed(), 20, "the queued readings")
        lost = readings.account(self.one, readings.settle(self.one)).lost
        t.check("broker killed", "no reading lost",
                "%d -> %d committed, %d lost" % (before, after, len(lost)),
                not lost)

    def device_crashes(self):
        t, c = self.table, self.cloud
        t.chapter("The device crashes for real; its report arrives")
        mark = self.one.mark()
        self.one.crash()
        t.say(self.one.wait_for(BOOT, since=mark).group(0))
        self.one.wait_for(r"online: OK", since=mark)
        report = until(lambda: c.report(self.one.id, "fault"), 15,
                       "the crash report")
        where = run("addr2line", "-f", "-s", "-e",
                    self.tools.images["device-1.0.0"],
                    "0x%x" % report["pc"]).split()
        t.say("report: fault %d in image %s, boot %d, pc 0x%x"
              % (report["code"], report["image_version"], report["boot"],
                 report["pc"]))
        t.say("which is %s at %s" % (where[0], where[1]))
        t.check("crash report", "SIGSEGV in device_read_missing_sensor",
                "signal %d in %s" % (report["code"], where[0]),
                report["code"] == signal.SIGSEGV and
                where[0] == "device_read_missing_sensor")

    def device_updates(self):
        t, c, f = self.table, self.cloud, self.factory
        t.chapter("An update to 1.1.0; the power fails in the middle of it")
        second = self.stage.ship("device-1.1.0", "1.1.0", 2, 2)
        c.admit(second[0])
        mark = self.one.mark()
        c.add_release(*second)
        self.one.wait_for(r"update offered: OK", since=mark)
        self.one.wait_for(r"update block \d+", since=mark, count=60)
        self.one.cut_power()
        done = int(self.one.last_match(r"update block (\d+) of"))
        self.one.power_on()
        resumed = int(self.one.wait_for(r"update block (\d+) of").group(1))
        t.say("cut after %d bytes; the next block it took ends at %d"
              % (done, resumed))
        t.check("power cut", "download goes on, not from the start",
                "%d, then %d" % (done, resumed),
                done // 2 < resumed <= done + 2 * 65536)
        self.one.wait_for(r"update ready: OK", timeout=30)
        t.say(self.one.wait_for(BOOT + r"1\.1\.0.*", timeout=15).group(0))
        self.one.wait_for(r"update confirmed: OK", timeout=15)
        running = self.one.last_match(r"release (\S+)")
        t.check("update", "1.0.0 -> 1.1.0, confirmed",
                "1.0.0 -> %s, confirmed by a certificate for it" % running,
                running == "1.1.0")

    def forgeries_are_refused(self):
        t, c, f = self.table, self.cloud, self.factory
        t.chapter("Forged and old updates are refused")
        third = f.release("1.2.0", f.path("device-1.1.0"), 3, 2)
        flipped = f.flip_bit(third[0], "flipped.manifest")
        seen = self.offer(flipped, third[1], r"update offered: (\w+)")
        t.check("flipped bit in a manifest", "refused: signature", seen,
                seen == "ERR_SIGNATURE")

        old = f.release("1.0.0", f.path("device-1.0.0"), 4, 1,
                        name="downgrade")
        seen = self.offer(*old, r"update offered: (\w+)")
        t.check("downgrade", "refused: security counter", seen,
                seen == "ERR_DOWNGRADE")

        damaged = f.flip_bit(third[1], "flipped.stream")
        seen = self.offer(third[0], damaged, r"update block: (\w+)")
        t.check("flipped bit in the payload", "block refused, not written",
                seen, seen == "ERR_CHUNK_DIGEST")
        running = self.one.last_match(r"release (\S+)")
        t.check("after all that", "still runs 1.1.0", running,
                running == "1.1.0")

    def strangers_are_refused(self):
        t, c, f = self.table, self.cloud, self.factory
        t.chapter("Strangers get nowhere")
        f.signet("ca", "new", "--name", "Foreign manufacturer", "--out",
                 f.path("foreign"))
        foreign = self.stage.device("foreign-device", self.first,
                                    reading_ms=0, ca="foreign")
        foreign.power_on()
        seen = foreign.wait_for(r"offline: (\w+)").group(1)
        foreign.power_off()
        t.check("device of a foreign CA", "refused by the broker", seen,
                seen == "ERR_TLS_REFUSED")

        own = self.forge("enrol-" + self.one.id, "own-leaf")
        other = self.forge("enrol-" + "0" * 32, "forged-leaf")
        t.check("device key signs a leaf", "own name admitted, other's refused",
                "own %s, other's %s" % (own, other),
                (own, other) == ("admitted", "refused"))

    def nothing_was_lost(self):
        t, c = self.table, self.cloud
        t.chapter("Nothing was lost")
        readings.check(t, self.one, "every reading of every boot")
        self.one.power_off()
        seen = set(readings.parse(c.observed()))
        unseen = [text for _, _, at, text in self.one.messages()
                  if not seen.issuperset(readings.parse([text])) and
                  not self.broker_down - 1 <= at <= self.broker_up + 1]
        t.check("observer, while connected", "saw every reading",
                "%d seen, %d not" % (len(seen), len(unseen)), not unseen)

    # ---- helpers ----

    def committed(self):
        return len(self.one.messages())

    def offer(self, manifest, stream, pattern):
        """Offer a release that no honest service would; what the device says."""
        mark = self.one.mark()
        self.cloud.add_release(manifest, stream, force=True)
        return self.one.wait_for(pattern, since=mark).group(1)

    def forge(self, name, stem):
        """A leaf in a name, signed by the stolen key of the device: does the
        enrolment listener admit it?"""
        path = self.factory.path(stem)
        run(self.tools.forge, self.one.folder, name, path)
        return "admitted" if self.cloud.can_connect(path) else "refused"


if __name__ == "__main__":
    sys.exit(play(lambda stage: Story(stage).tell(), "demo", __doc__))
