# SPDX-License-Identifier: MIT
"""A manufacturer, a broker and a service in a temporary folder."""

import importlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

from cryptography.hazmat.primitives import serialization

import fake_device
import mqtt
from processes import Program, free_ports

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))
VENDOR = "6f1d0b6e-32f7-4c0e-9b5a-5b1f3f0c7a11"
CLASS = "c2a9e4d0-7d3b-4f52-8a66-0e9d51b7f204"
SERVER_NAME = "broker.signet.example"


def until(condition, timeout=5, interval=0.05):
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError("it did not come about in %g s" % timeout)
        time.sleep(interval)


class World:
    def __init__(self, build):
        self.build = build
        self.folder = tempfile.mkdtemp(prefix="signet-service-test-")
        self.programs = []
        self.broker = self.service = None
        self.ports = dict(zip(("enrolment", "operation", "service"),
                              free_ports(3)))
        self.db = self.path("service.db")
        self.life = "24h"
        self.nonce_limit = "1000"
        self.load_messages()

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def load_messages(self):
        """The .proto files as Python modules."""
        out = self.path("messages")
        os.makedirs(out)
        subprocess.run(["protoc", "-I", ROOT + "/proto", "--python_out", out,
                        "identity.proto", "agent.proto", "report.proto"],
                       check=True, capture_output=True)
        sys.path.insert(0, out)
        self.identity = importlib.import_module("identity_pb2")
        self.agent = importlib.import_module("agent_pb2")
        self.report = importlib.import_module("report_pb2")
        sys.path.remove(out)

    # ---- tools ----

    def signet(self, *arguments):
        return self.run(self.build + "/tools/signet/signet", *arguments)

    def admin(self, *arguments):
        return self.run(self.build + "/examples/service/signet-service",
                        *arguments, "--db", self.db)

    def admin_json(self, *arguments):
        return json.loads(self.admin(*arguments, "--json"))

    def run(self, *command):
        done = subprocess.run([str(c) for c in command], capture_output=True,
                              text=True, timeout=60,
                              stdin=subprocess.DEVNULL)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def query(self, sql, *arguments):
        connection = sqlite3.connect(self.db, timeout=5)
        try:
            with connection:
                return connection.execute(sql, arguments).fetchall()
        finally:
            connection.close()

    def audit(self, device):
        """Events of a device: (event, status name, detail)."""
        return [(row["event"], row["status"], row["detail"]) for row in
                self.admin_json("audit", "list", "--device", device)]

    # ---- the factory ----

    def make_factory(self):
        for ca in ("manufacturer", "broker", "operational", "clients",
                   "foreign"):
            self.signet("ca", "new", "--name", ca, "--out", self.path(ca))
        for key in ("root", "firmware", "service"):
            self.signet("key", "new", "--out", self.path(key + ".key.pem"))
        self.signet("cert", "server", "--ca", self.path("broker"), "--name",
                    SERVER_NAME, "--out", self.path("server"))
        for client in ("service", "observer"):
            self.signet("cert", "client", "--ca", self.path("clients"),
                        "--name", client, "--out", self.path("by-" + client))
        self.trust_list(1)
        with open(self.path("service.key.pem.pub"), "rb") as f:
            self.service_public = serialization.load_pem_public_key(f.read())

    def trust_list(self, counter):
        out = self.path("trust-%d.cose" % counter)
        self.signet("trust-list", "--root-key", self.path("root.key.pem"),
                    "--counter", counter,
                    "--firmware", self.path("firmware.key.pem.pub"),
                    "--service", self.path("service.key.pem.pub"),
                    "--broker-ca", self.path("broker.pem"),
                    "--operational-issuer", self.path("operational.pem"),
                    "--out", out)
        return out

    def release(self, version, sequence, counter, size=10000,
                chunk_size=1024):
        """Sign random bytes: (manifest, stream, image as evidence has it)."""
        image = self.path(version + ".image")
        content = os.urandom(size)
        with open(image, "wb") as f:
            f.write(content)
        manifest = self.path(version + ".manifest")
        stream = self.path(version + ".stream")
        self.signet("sign", "--key", self.path("firmware.key.pem"), "--image",
                    image, "--version", version, "--sequence", sequence,
                    "--security-counter", counter, "--vendor", VENDOR,
                    "--class", CLASS, "--chunk-size", chunk_size,
                    "--manifest", manifest, "--stream", stream)
        with open(self.path("firmware.key.pem.pub"), "rb") as f:
            signer = serialization.load_pem_public_key(f.read())
        return manifest, stream, {
            "digest": fake_device.sha256(content), "version": version,
            "signer": fake_device.sha256(fake_device.spki(signer)),
            "counter": counter,
            "implementation": fake_device.sha256(
                fake_device.uuid_bytes(VENDOR) +
                fake_device.uuid_bytes(CLASS))}

    # ---- broker and service ----

    def configure(self):
        self.run(self.build + "/examples/service/signet-service",
                 "broker-config", "--dir", self.folder,
                 "--enrolment-port", self.ports["enrolment"],
                 "--operation-port", self.ports["operation"],
                 "--service-port", self.ports["service"],
                 "--manufacturer-ca", self.path("manufacturer.pem"),
                 "--operational-ca", self.path("operational.pem"),
                 "--service-ca", self.path("clients.pem"),
                 "--server-cert", self.path("server.pem"),
                 "--server-key", self.path("server.key"),
                 "--plugin", self.build + "/examples/service/session_guard.so")
        self.admin("init", "--root-key", self.path("root.key.pem.pub"),
                   "--trust-list", self.path("trust-1.cose"),
                   "--manufacturer-ca", self.path("manufacturer.pem"))

    def start_broker(self):
        environment = {}
        # The plugin is built with the sanitizer and the broker is not: the
        # runtime must be there first, and the broker's own leaks are not ours.
        if os.environ.get("SIGNET_ASAN_RUNTIME"):
            environment = {"LD_PRELOAD": os.environ["SIGNET_ASAN_RUNTIME"],
                           "ASAN_OPTIONS": "detect_leaks=0"}
        self.broker = Program("broker", ["/usr/sbin/mosquitto", "-c",
                                         self.path("mosquitto.conf")],
                              env=environment, log_dir=self.folder)
        self.broker.wait_for(r"mosquitto version .* running", timeout=10)

    def start_service(self):
        self.service = Program("service", [
            self.build + "/examples/service/signet-service", "run",
            "--db", self.db,
            "--broker", "127.0.0.1:%d" % self.ports["service"],
            "--server-name", SERVER_NAME,
            "--broker-ca", self.path("broker.pem"),
            "--client-cert", self.path("by-service.pem"),
            "--client-key", self.path("by-service.key"),
            "--service-key", self.path("service.key.pem"),
            "--issuer", self.path("operational"),
            "--certificate-life", self.life,
            "--nonce-limit", self.nonce_limit], log_dir=self.folder)
        self.service.wait_for("connected", timeout=10)

    def restart_service(self, how=None, **changes):
        for key, value in changes.items():
            setattr(self, key, value)
        if how:
            self.service.stop(how)
        else:
            self.stop_service()
        self.start_service()

    def stop_service(self):
        """In order; leaks and the like are an exit status under ASan."""
        assert self.service.stop() == 0, self.service.lines[-20:]

    def connect(self, listener, chain, key, **options):
        return mqtt.Client(self.ports[listener], self.path("broker.pem"),
                           chain, key, **options)

    def end(self):
        codes = [program.stop() for program in (self.service, self.broker)
                 if program]
        shutil.rmtree(self.folder, ignore_errors=True)
        assert not any(codes), codes
