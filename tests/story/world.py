# SPDX-License-Identifier: MIT
"""Everything around a device: a factory, a broker, a service, an observer.

All of it lives in one temporary folder and on free loopback ports; every key
is made afresh.
"""

import json
import os
import re
import signal
import sqlite3

from processes import (Program, StoryError, attempt, free_ports,
                       is_listening, run, until)

SERVER_NAME = "broker.signet.example"
VENDOR = "6f1d0b6e-32f7-4c0e-9b5a-5b1f3f0c7a11"
DEVICE_CLASS = "c2a9e4d0-7d3b-4f52-8a66-0e9d51b7f204"


class Tools:
    """Where the programs are that the build made."""

    def __init__(self, build):
        self.signet = os.path.join(build, "tools/signet/signet")
        self.launcher = os.path.join(build, "ports/posix/launcher/signet-launcher")
        self.service = os.path.join(build, "examples/service/signet-service")
        self.guard = os.path.join(build, "examples/service/session_guard.so")
        self.forge = os.path.join(build, "tests/story/forge-leaf")
        self.images = {os.path.basename(path): os.path.join(build, path)
                       for path in ("examples/device/device-1.0.0",
                                    "examples/device/device-1.1.0",
                                    "examples/superloop/superloop",
                                    "examples/bring_your_own_mqtt/"
                                    "device-own-mqtt")}
        for path in (self.signet, self.launcher, self.service, self.guard,
                     self.forge, *self.images.values()):
            if not os.path.exists(path):
                raise StoryError("%s is missing: run ./dev build" % path)


class Factory:
    """The manufacturer: authorities, keys, trust list, releases."""

    def __init__(self, tools, folder):
        self.tools = tools
        self.folder = folder
        os.makedirs(folder, exist_ok=True)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def signet(self, *arguments):
        return run(self.tools.signet, *arguments)

    def make_authorities(self):
        for name in ("manufacturer", "broker", "operational", "service-clients"):
            self.signet("ca", "new", "--name", "Example " + name,
                        "--out", self.path(name))
        for name in ("root", "firmware", "service"):
            self.signet("key", "new", "--out", self.path(name + ".pem"))
        self.signet("cert", "server", "--ca", self.path("broker"),
                    "--name", SERVER_NAME, "--ip", "127.0.0.1",
                    "--out", self.path("server"))
        for name in ("service", "observer"):
            self.signet("cert", "client", "--ca", self.path("service-clients"),
                        "--name", name, "--out", self.path("client-" + name))

    def make_trust_list(self, counter=1):
        self.signet("trust-list", "--root-key", self.path("root.pem"),
                    "--counter", counter,
                    "--firmware", self.path("firmware.pem"),
                    "--service", self.path("service.pem"),
                    "--broker-ca", self.path("broker.der"),
                    "--operational-issuer", self.path("operational.der"),
                    "--out", self.path("trust-list.cose"))
        return self.path("trust-list.cose")

    def release(self, version, image, sequence, counter, name=None):
        """Sign an image; the paths of manifest and stream."""
        name = name or version
        manifest = self.path("release-%s.manifest" % name)
        stream = self.path("release-%s.stream" % name)
        self.signet("sign", "--key", self.path("firmware.pem"),
                    "--image", image, "--version", version,
                    "--sequence", sequence, "--security-counter", counter,
                    "--vendor", VENDOR, "--class", DEVICE_CLASS,
                    "--chunk-size", 4096, "--manifest", manifest,
                    "--stream", stream)
        return manifest, stream

    def strip(self, image, name):
        """What is shipped carries no symbols; the ELF stays here for reports."""
        out = self.path(name)
        run("strip", "-o", out, image)
        return out

    def flip_bit(self, path, name):
        """A copy of a file with one bit changed in its middle."""
        with open(path, "rb") as f:
            data = bytearray(f.read())
        data[len(data) // 2] ^= 1
        out = self.path(name)
        with open(out, "wb") as f:
            f.write(data)
        return out

    def save_certificate(self, der, name):
        """Write a certificate as PEM; its path."""
        out = self.path(name + ".pem")
        run("openssl", "x509", "-inform", "DER", "-out", out, stdin=der)
        return out

    def ledger(self):
        """What the manufacturer wrote down, the newest device last."""
        with open(self.path("ledger.jsonl")) as f:
            return [json.loads(line) for line in f]

    def provision(self, folder, manifest, stream, ca="manufacturer"):
        self.signet("provision", "--launcher", self.tools.launcher,
                    "--device", folder, "--ca", self.path(ca),
                    "--root-key", self.path("root.pem.pub"),
                    "--trust-list", self.path("trust-list.cose"),
                    "--manifest", manifest, "--image", stream,
                    "--ledger", self.path("ledger.jsonl"))


def sanitizer_environment():
    """For a program that is not built with ASan and loads a plugin that is:
    the runtime must be there first, and the program's leaks are not ours."""
    runtime = os.environ.get("SIGNET_ASAN_RUNTIME")
    return {"LD_PRELOAD": runtime, "ASAN_OPTIONS": "detect_leaks=0"} \
        if runtime else {}


class Cloud:
    """Broker, service and an observer that knows nothing of either."""

    def __init__(self, tools, factory, folder, logs):
        self.tools = tools
        self.factory = factory
        self.folder = folder
        self.logs = logs
        os.makedirs(folder, exist_ok=True)
        self.enrolment, self.operation, self.internal = free_ports(3)
        self.db = os.path.join(folder, "service.db")
        self.broker = self.service = self.observer = None
        self._observed = []  # by observers that the broker's end ended

    # ---- programs ----

    def configure(self):
        f = self.factory
        run(self.tools.service, "broker-config", "--dir", self.folder,
            "--enrolment-port", self.enrolment,
            "--operation-port", self.operation,
            "--service-port", self.internal,
            "--manufacturer-ca", f.path("manufacturer.pem"),
            "--operational-ca", f.path("operational.pem"),
            "--service-ca", f.path("service-clients.pem"),
            "--server-cert", f.path("server.pem"),
            "--server-key", f.path("server.key"),
            "--plugin", self.tools.guard)
        run(self.tools.service, "init", "--db", self.db,
            "--root-key", f.path("root.pem.pub"),
            "--trust-list", f.path("trust-list.cose"),
            "--manufacturer-ca", f.path("manufacturer.pem"))

    def start_broker(self):
        self.broker = Program(
            "broker", ["/usr/sbin/mosquitto", "-c",
                       os.path.join(self.folder, "mosquitto.conf")],
            env=sanitizer_environment(), log_dir=self.logs)
        for port in (self.enrolment, self.operation, self.internal):
            until(lambda: is_listening(port), 10, "the broker to listen")

    def kill_broker(self):
        self.broker.stop(signal.SIGKILL)

    def start_service(self, certificate_life="24h", revocation_file=None):
        f = self.factory
        self.service = Program("service", [
            self.tools.service, "run", "--db", self.db,
            "--broker", "127.0.0.1:%d" % self.internal,
            "--server-name", SERVER_NAME,
            "--broker-ca", f.path("broker.pem"),
            "--client-cert", f.path("client-service.pem"),
            "--client-key", f.path("client-service.key"),
            "--service-key", f.path("service.pem"),
            "--issuer", f.path("operational"),
            "--revocation-file", revocation_file or
            os.path.join(self.folder, "revoked"),
            "--certificate-life", certificate_life,
        ], log_dir=self.logs)
        self.service.wait_for(r"connected", timeout=10)

    def start_observer(self):
        f = self.factory
        if self.observer:
            self.observer.stop()
            self._observed += self.observer.lines
        self.observer = Program("observer", [
            "stdbuf", "-oL", "mosquitto_sub", "-h", "127.0.0.1", "-p", self.internal,
            "--cafile", f.path("broker.pem"),
            "--cert", f.path("client-observer.pem"),
            "--key", f.path("client-observer.key"),
            "-i", "observer", "-q", "1", "-c",
            "-t", "signet/dev/+/up/message", "-F", "%t %x", "-d",
        ], log_dir=self.logs)
        self.observer.wait_for(r"^Subscribed")

    def observed(self):
        """The text of every message that an observer received."""
        lines = self._observed + self.observer.lines
        return [bytes.fromhex(line.split()[1]).decode(errors="replace")
                for line in lines if "/up/message " in line]

    def stop(self):
        for program in (self.observer, self.service, self.broker):
            if program:
                program.stop()

    def can_connect(self, stem):
        """Does the enrolment listener admit this key and chain?"""
        tried = attempt("mosquitto_pub", "-h", "127.0.0.1", "-p", self.enrolment,
                    "--cafile", self.factory.path("broker.pem"),
                    "--cert", stem + ".pem", "--key", stem + ".key",
                    "-t", "signet/enrol/probe", "-m", "probe", "-q", "1",
                    timeout=10)
        return tried.returncode == 0

    # ---- the service's operator ----

    def admin(self, *arguments):
        return run(self.tools.service, *arguments, "--db", self.db)

    def admit(self, manifest):
        """Let devices that run this release have a certificate."""
        self.admin("measurement", "add", "--manifest", manifest)

    def add_release(self, manifest, stream, force=False):
        self.admin("release", "add", "--manifest", manifest,
                   "--stream", stream, *(["--force"] if force else []))

    def forget_revoked(self):
        """Empty the list that the broker's plugin reads."""
        path = os.path.join(self.folder, "revoked")
        with open(path + ".new", "w") as f:
            f.write("# nobody\n")
        os.replace(path + ".new", path)

    # ---- what the registry holds ----

    def query(self, sql, *arguments):
        connection = sqlite3.connect("file:%s?mode=ro" % self.db, uri=True,
                                     timeout=5)
        try:
            return connection.execute(sql, arguments).fetchall()
        finally:
            connection.close()

    def last_certificate(self, device_id):
        """The newest certificate of a device, as (subject, hours)."""
        rows = self.query("SELECT certificate, not_before_s, not_after_s FROM"
                          " certificates WHERE device=?"
                          " ORDER BY rowid DESC LIMIT 1", device_id)
        if not rows:
            return None
        der, not_before, not_after = rows[0]
        path = os.path.join(self.folder, "certificate.der")
        with open(path, "wb") as f:
            f.write(der)
        text = run("openssl", "x509", "-inform", "DER", "-in", path, "-noout",
                   "-subject", "-enddate")
        return " ".join(text.split("\n")).strip(), \
            (not_after - not_before) / 3600.0

    def lives(self, device_id):
        """Begin and end of each certificate of a device, in order."""
        return self.query("SELECT not_before_s, not_after_s FROM certificates"
                          " WHERE device=? ORDER BY not_after_s", device_id)

    def certificates(self, device_id):
        return self.query("SELECT count(*) FROM certificates WHERE device=?",
                          device_id)[0][0]

    def audit(self, device_id):
        """What the service noted of a device, the newest event last."""
        return json.loads(self.admin("audit", "list", "--device", device_id,
                                     "--json"))

    def messages(self, device_id):
        """Committed messages: (epoch, sequence, time of arrival, text)."""
        return [(epoch, sequence, at, body.decode()) for
                epoch, sequence, at, body in self.query(
                    "SELECT epoch, sequence, received_s, body FROM records"
                    " WHERE device=? AND log=0 ORDER BY epoch, sequence",
                    device_id)]

    def report(self, device_id, kind):
        """The newest report of a kind, or None."""
        found = [r for r in self.reports(device_id) if r["kind"] == kind]
        return found[-1] if found else None

    def reports(self, device_id):
        return json.loads(self.admin("records", "list", "--device", device_id,
                                     "--log", "reports", "--json"))


class Device:
    """A device in a folder: switched on by its launcher."""

    def __init__(self, tools, cloud, name, folder, logs, reading_ms=200):
        self.tools = tools
        self.cloud = cloud
        self.name = name
        self.folder = folder
        self.logs = logs
        self.id = None
        self.launcher = None
        self.environment = {
            "SIGNET_ENROLMENT": "127.0.0.1:%d" % cloud.enrolment,
            "SIGNET_OPERATION": "127.0.0.1:%d" % cloud.operation,
            "SIGNET_SERVER_NAME": SERVER_NAME,
            "SIGNET_READING_MS": str(reading_ms),
        }
        self._past = []  # output of former power cycles

    def power_on(self, **changes):
        """Changes: of the environment, for this time."""
        if self.launcher:
            self._past += self.launcher.lines
        self.launcher = Program(
            self.name, [self.tools.launcher, "run", self.folder],
            env={**self.environment, **changes}, log_dir=self.logs)

    def child(self):
        """The process that plays the chip's CPU."""
        def find():
            path = "/proc/%d/task/%d/children" % (self.launcher.pid,
                                                  self.launcher.pid)
            with open(path) as f:
                pids = f.read().split()
            return int(pids[0]) if pids else None
        return until(find, 10, self.name + " to be running")

    def crash(self):
        os.kill(self.child(), signal.SIGUSR1)

    def freeze(self):
        """Time stands still for device and launcher; the world goes on."""
        self.launcher.send(signal.SIGSTOP)
        os.kill(self.child(), signal.SIGSTOP)

    def thaw(self):
        os.kill(self.child(), signal.SIGCONT)
        self.launcher.send(signal.SIGCONT)

    def cut_power(self):
        """As when the plug is pulled: nobody is told, RAM is gone."""
        self.launcher.stop(signal.SIGKILL)

    def power_off(self):
        if self.launcher:
            self.launcher.stop()

    # ---- what it prints, what the registry has of it ----

    def wait_for(self, pattern, **options):
        return self.launcher.wait_for(pattern, **options)

    def mark(self):
        return self.launcher.mark()

    def printed(self):
        """All that the device ever printed."""
        return self._past + (self.launcher.lines if self.launcher else [])

    def messages(self):
        """What the service has committed: (epoch, sequence, time, text)."""
        return self.cloud.messages(self.id)

    def last_match(self, pattern):
        """The newest match in all that the device ever printed."""
        for line in reversed(self.printed()):
            found = re.search(pattern, line)
            if found:
                return found.group(1)
        raise StoryError("%s never printed /%s/" % (self.name, pattern))
