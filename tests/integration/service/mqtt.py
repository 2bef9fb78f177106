# SPDX-License-Identifier: MIT
"""MQTT 3.1.1 as far as a test needs it, so that the test sees every packet."""

import socket
import ssl
import struct
import time

CONNECT, CONNACK, PUBLISH, PUBACK = 1, 2, 3, 4
SUBSCRIBE, SUBACK, PINGREQ, DISCONNECT = 8, 9, 12, 14


class Closed(Exception):
    """The broker ended the connection."""


def text(value):
    raw = value.encode()
    return struct.pack(">H", len(raw)) + raw


def length(value):
    out = bytearray()
    while True:
        value, digit = divmod(value, 128)
        out.append(digit | (0x80 if value else 0))
        if not value:
            return bytes(out)


class Client:
    """One connection. Names are the broker's business: it takes them from the
    certificate."""

    def __init__(self, port, ca, chain, key, client_id="ignored", clean=True,
                 keep_alive=60, will=None):
        context = ssl.create_default_context(cafile=str(ca))
        context.check_hostname = False
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(str(chain), str(key))
        raw = socket.create_connection(("127.0.0.1", port), timeout=5)
        try:
            self.socket = context.wrap_socket(raw)
        except (ssl.SSLError, OSError):
            raw.close()
            raise
        self.buffer = b""
        self.received = []
        self.packet_id = 0
        flags = (2 if clean else 0) | (0x0C if will else 0)
        body = text("MQTT") + bytes([4, flags])
        body += struct.pack(">H", keep_alive) + text(client_id)
        if will:
            body += text(will[0]) + struct.pack(">H", len(will[1])) + will[1]
        try:
            self.send(CONNECT << 4, body)
            kind, answer = self.packet(5)
        except (ssl.SSLError, OSError) as error:
            # TLS 1.3: a client learns only now that it was refused.
            self.close()
            raise Closed(str(error)) from error
        except Closed:
            self.close()
            raise
        if kind >> 4 != CONNACK or answer[1] != 0:
            self.close()
            raise Closed("CONNACK %s" % answer.hex())

    def send(self, first, body):
        self.socket.sendall(bytes([first]) + length(len(body)) + body)

    def take(self):
        """One whole packet of the buffer, or None."""
        size, shift = 0, 0
        for i in range(1, 5):
            if len(self.buffer) <= i:
                return None
            size |= (self.buffer[i] & 0x7F) << shift
            shift += 7
            if not self.buffer[i] & 0x80:
                end = i + 1 + size
                if len(self.buffer) < end:
                    return None
                packet = self.buffer[0], self.buffer[i + 1:end]
                self.buffer = self.buffer[end:]
                return packet
        raise Closed("malformed length")

    def packet(self, timeout):
        """The next packet; TimeoutError or Closed."""
        end = time.monotonic() + timeout
        while True:
            packet = self.take()
            if packet:
                return packet
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError("no packet")
            self.socket.settimeout(left)
            try:
                data = self.socket.recv(65536)
            except (TimeoutError, socket.timeout) as error:
                raise TimeoutError("no packet") from error
            except OSError as error:
                raise Closed(str(error)) from error
            if not data:
                raise Closed("end of stream")
            self.buffer += data

    def step(self, timeout):
        """Handle one packet; a PUBLISH is acknowledged and kept."""
        kind, body = self.packet(timeout)
        if kind >> 4 == PUBLISH:
            n = struct.unpack_from(">H", body)[0]
            topic = body[2:2 + n].decode()
            rest = body[2 + n:]
            if kind & 0x06:
                self.send(PUBACK << 4, rest[:2])
                rest = rest[2:]
            self.received.append((topic, rest))
        return kind >> 4

    def wait(self, wanted, timeout=5):
        end = time.monotonic() + timeout
        while self.step(max(end - time.monotonic(), 0.001)) != wanted:
            pass

    def next_id(self):
        self.packet_id = self.packet_id % 65535 + 1
        return struct.pack(">H", self.packet_id)

    def subscribe(self, topic):
        self.send(SUBSCRIBE << 4 | 2, self.next_id() + text(topic) + b"\x01")
        self.wait(SUBACK)

    def publish(self, topic, payload, wait=True):
        self.send(PUBLISH << 4 | 2, text(topic) + self.next_id() + payload)
        if wait:
            self.wait(PUBACK)

    def message(self, timeout=5):
        """The next received message, (topic, payload)."""
        end = time.monotonic() + timeout
        while not self.received:
            self.step(max(end - time.monotonic(), 0.001))
        return self.received.pop(0)

    def silent(self, seconds):
        """True when no message arrives for so long."""
        try:
            self.message(seconds)
        except TimeoutError:
            return True
        return False

    def seconds_until_closed(self, limit):
        """How long the broker keeps the session, while we stay idle."""
        start = time.monotonic()
        try:
            while time.monotonic() - start < limit:
                try:
                    self.step(limit - (time.monotonic() - start))
                except TimeoutError:
                    break
        except Closed:
            return time.monotonic() - start
        raise AssertionError("the session still lived after %g s" % limit)

    def close(self):
        self.socket.close()
