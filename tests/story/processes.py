# SPDX-License-Identifier: MIT
"""Programs that a story starts: their output as lines, their end for sure."""

import ctypes
import os
import random
import re
import signal
import socket
import subprocess
import threading
import time


class StoryError(Exception):
    """A step could not be carried out; the message says which and why."""


def free_ports(count):
    """Distinct TCP ports on the loopback interface that nobody listens on.

    From below the range that the kernel takes the near ends of connections
    from, so that none of these sits there when the listener comes up."""
    found = []
    for port in random.sample(range(20000, 32000), 1000):
        if is_bindable(port):
            found.append(port)
        if len(found) == count:
            return found
    raise StoryError("no %d free TCP ports on 127.0.0.1" % count)


def is_bindable(port):
    with socket.socket() as s:
        try:
            s.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def is_listening(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


def run(*command, timeout=30, stdin=b""):
    """Run a program to its end; its standard output as text."""
    done = attempt(*command, timeout=timeout, stdin=stdin)
    if done.returncode != 0:
        name = os.path.basename(str(command[0]))
        raise StoryError("%s exited %d: %s" % (
            " ".join([name] + [str(c) for c in command[1:3]]), done.returncode,
            (done.stderr or done.stdout).decode(errors="replace").strip()))
    return done.stdout.decode(errors="replace")


def attempt(*command, timeout=30, stdin=b""):
    """Run a program that may fail; the CompletedProcess."""
    try:
        return subprocess.run([str(c) for c in command], capture_output=True,
                              timeout=timeout, input=stdin)
    except subprocess.TimeoutExpired:
        raise StoryError("%s did not end in %g s"
                         % (os.path.basename(str(command[0])), timeout))


PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def _die_with_parent():
    """A story that is killed must not leave its programs behind."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Program:
    """A program in the background; every line it prints is kept."""

    def __init__(self, name, command, env=None, log_dir=None):
        self.name = name
        self.lines = []
        self._changed = threading.Condition()
        full = dict(os.environ)
        full.update(env or {})
        self._process = subprocess.Popen(
            [str(c) for c in command], env=full, text=True, bufsize=1,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, errors="replace",
            preexec_fn=_die_with_parent)
        self._log = open(os.path.join(log_dir, name + ".log"), "a") \
            if log_dir else None
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self._process.stdout:
            with self._changed:
                self.lines.append(line.rstrip("\n"))
                self._changed.notify_all()
            if self._log:
                self._log.write(line)
                self._log.flush()
        with self._changed:
            self._changed.notify_all()

    @property
    def pid(self):
        return self._process.pid

    def alive(self):
        return self._process.poll() is None

    def send(self, number):
        self._process.send_signal(number)

    def mark(self):
        """A place in the output, for wait_for(since=...)."""
        return len(self.lines)

    def last(self, pattern):
        """The place of the newest line that matches, for since=..."""
        places = [i for i, line in enumerate(self.lines)
                  if re.search(pattern, line)]
        return places[-1] if places else 0

    def wait_for(self, pattern, timeout=30, since=0, count=1):
        """The count-th match of a pattern in the lines after since."""
        expression = re.compile(pattern)
        end = time.monotonic() + timeout
        with self._changed:
            while True:
                matches = [m for m in map(expression.search,
                                          self.lines[since:]) if m]
                if len(matches) >= count:
                    return matches[count - 1]
                left = end - time.monotonic()
                if left <= 0 or not self.alive():
                    raise StoryError("%s never printed /%s/; its last lines:\n%s"
                                     % (self.name, pattern,
                                        "\n".join(self.lines[-12:])))
                self._changed.wait(min(left, 0.25))

    def stop(self, how=signal.SIGTERM, timeout=5):
        """End the program by its own pid, harder when it does not listen."""
        if self.alive():
            self._process.send_signal(how)
            try:
                self._process.wait(timeout)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(timeout)
        self._reader.join(timeout)
        if self._log:
            self._log.close()
            self._log = None
        return self._process.returncode


def until(condition, timeout, what, interval=0.05):
    """Poll until condition() is true; its value."""
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= end:
            raise StoryError("waited %g s for %s" % (timeout, what))
        time.sleep(interval)
