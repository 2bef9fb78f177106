# SPDX-License-Identifier: MIT
"""What a story is played on: a factory, a cloud and devices, all in one
temporary folder, and the end of every program that was started."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time

from processes import StoryError
from table import Table
from world import Cloud, Device, Factory, Tools

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))


class Stage:
    def __init__(self, build, folder, table):
        self.table = table
        self.folder = folder
        self.logs = os.path.join(folder, "logs")
        os.makedirs(self.logs)
        self.tools = Tools(build)
        self.factory = Factory(self.tools, os.path.join(folder, "factory"))
        self.cloud = Cloud(self.tools, self.factory,
                           os.path.join(folder, "cloud"), self.logs)
        self.devices = []

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    # ---- the factory ----

    def make_factory(self):
        self.factory.make_authorities()
        self.factory.make_trust_list()

    def ship(self, image, version, sequence, counter, name=None):
        """Strip an image and sign it: (manifest, stream)."""
        name = name or image
        shipped = self.factory.strip(self.tools.images[image], name)
        return self.factory.release(version, shipped, sequence, counter,
                                    name=name)

    def device(self, name, release, reading_ms=200, ca="manufacturer"):
        """Make and provision a device; it is not switched on yet."""
        device = Device(self.tools, self.cloud, name, self.path(name),
                        self.logs, reading_ms)
        self.factory.provision(device.folder, *release, ca=ca)
        device.id = self.factory.ledger()[-1]["device"]
        self.devices.append(device)
        return device

    # ---- the cloud ----

    def start_cloud(self, *manifests, **options):
        """Broker and service; devices that run one of these releases may have
        a certificate."""
        self.cloud.configure()
        for manifest in manifests:
            self.cloud.admit(manifest)
        self.cloud.start_broker()
        self.cloud.start_service(**options)

    def end(self):
        for device in self.devices:
            device.power_off()
        self.cloud.stop()


# ---- a story's main ----

def read_arguments(description, extra):
    parser = argparse.ArgumentParser(
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=os.path.join(ROOT, "build/host"),
                        help="build folder (default: %(default)s)")
    parser.add_argument("--keep", action="store_true",
                        help="keep the temporary folder: logs, keys, database")
    for name, kind, default, text in extra:
        parser.add_argument(name, type=kind, default=default, help=text)
    return parser.parse_args()


def on_terminate(number, _):
    sys.exit(128 + number)  # by way of every finally


def perform(tell, stage):
    """Tell the story; what keeps it from its end is a row as well."""
    try:
        tell(stage)
    except (StoryError, OSError) as error:
        stage.table.check("the story", "told to its end", str(error), False)
    finally:
        stage.end()
    stage.table.print()
    return bool(stage.table.failed())


def play(tell, name, description, extra=()):
    """Run tell(stage) and print its table; the exit status."""
    options = read_arguments(description, extra)
    signal.signal(signal.SIGTERM, on_terminate)
    start = time.monotonic()
    folder = tempfile.mkdtemp(prefix="signet-%s-" % name)
    keep = options.keep
    try:
        stage = Stage(os.path.abspath(options.build), folder, Table())
        stage.options = options
        failed = perform(tell, stage)
        keep = keep or failed
    except StoryError as error:
        print("%s: %s" % (name, error), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\n%s: interrupted" % name, file=sys.stderr)
        return 130
    finally:
        if keep:
            print("kept: %s (logs/ has what each program printed)" % folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print("%s.seconds %.0f s" % (name, time.monotonic() - start))
    return int(failed)
