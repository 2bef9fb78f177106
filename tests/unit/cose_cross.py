#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""cbor2 and cryptography against lib/base, in both directions.

    cose_cross.py COSE-TOOL
"""

import hashlib
import random
import subprocess
import sys

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature, encode_dss_signature)

ES256 = -7


class Tool:
    def __init__(self, path):
        self.process = subprocess.Popen(
            [path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, *words):
        line = " ".join(w if isinstance(w, str) else w.hex() or "-"
                        for w in words)
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        assert answer, f"no answer to {line[:80]}"
        return answer

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(10) == 0


def raw_public(key):
    numbers = key.public_key().public_numbers()
    return numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")


def kid(public_key):
    der = public_key.public_bytes(
        serialization.Encoding.DER,
        serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).digest()[:8]


def sign(key, message):
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def verify(public_key, message, signature):
    r = int.from_bytes(signature[:32], "big")
    s = int.from_bytes(signature[32:], "big")
    public_key.verify(encode_dss_signature(r, s), message,
                      ec.ECDSA(hashes.SHA256()))


def header(key):
    return cbor2.dumps({1: ES256, 4: kid(key.public_key())})


def sign1(key, aad, payload):
    protected = header(key)
    message = cbor2.dumps(["Signature1", protected, aad, payload])
    return cbor2.dumps(cbor2.CBORTag(
        18, [protected, {}, payload, sign(key, message)]))


def sign_many(key, aad, payload, count):
    signatures = []
    for _ in range(count):
        protected = header(key)
        message = cbor2.dumps(["Signature", b"", protected, aad, payload])
        signatures.append([protected, {}, sign(key, message)])
    return cbor2.dumps(cbor2.CBORTag(98, [b"", {}, payload, signatures]))


def they_verify_ours(tool, rng):
    raw = bytes.fromhex(tool.ask("key")[0])
    public_key = ec.EllipticCurvePublicKey.from_encoded_point(
        ec.SECP256R1(), b"\x04" + raw)
    for n in list(range(30)) + [255, 256, 4000]:
        aad = rng.randbytes(n % 25)
        payload = rng.randbytes(n)
        encoded = bytes.fromhex(tool.ask("sign", aad, payload)[0])
        tag = cbor2.loads(encoded)
        protected, unprotected, got, signature = tag.value
        assert tag.tag == 18 and unprotected == {} and got == payload
        assert cbor2.loads(protected) == {1: ES256, 4: kid(public_key)}
        assert len(signature) == 64
        message = cbor2.dumps(["Signature1", protected, aad, payload])
        verify(public_key, message, signature)
        try:
            verify(public_key, message + b"\0", signature)
            raise AssertionError("verifies anything")
        except InvalidSignature:
            pass
        # Deterministic: they would have written the same bytes.
        assert cbor2.dumps(tag) == encoded


def we_verify_theirs(tool, rng):
    for n in list(range(30)) + [255, 256, 3000]:
        key = ec.generate_private_key(ec.SECP256R1())
        public = raw_public(key)
        aad = rng.randbytes(n % 25)
        payload = rng.randbytes(n)
        encoded = sign1(key, aad, payload)
        assert tool.ask("open", public, aad, encoded) == [
            "OK", payload.hex() or "-"]
        assert tool.ask("open", public, aad + b"x", encoded)[0] == \
            "ERR_SIGNATURE"
        other = raw_public(ec.generate_private_key(ec.SECP256R1()))
        assert tool.ask("open", other, aad, encoded)[0] == "ERR_KEY_ID"
        for count in 1, 2, 3:
            many = sign_many(key, aad, payload, count)
            assert tool.ask("verify", public, aad, many) == ["OK"]
            assert tool.ask("verify", public, aad + b"x", many) == [
                "ERR_SIGNATURE"]


def scalar(rng):
    kind = rng.randrange(4)
    if kind == 0:
        return rng.randrange(-2 ** 64, 2 ** 64) >> rng.randrange(65)
    if kind == 1:
        return rng.randbytes(rng.randrange(40))
    if kind == 2:
        return "".join(rng.choice("aé水𐅑") for _ in range(rng.randrange(9)))
    return rng.choice([True, False])


def item(rng, depth):
    kind = rng.randrange(6) if depth > 0 else 0
    if kind == 1:
        return [item(rng, depth - 1) for _ in range(rng.randrange(5))]
    if kind == 2:
        keys = {cbor2.dumps(k): k for k in (
            scalar(rng) for _ in range(rng.randrange(5)))
            if not isinstance(k, bool)}
        # cbor2 keeps the order of insertion: bytewise, RFC 8949 s4.2.1.
        return {keys[k]: item(rng, depth - 1) for k in sorted(keys)}
    if kind == 3:
        return cbor2.CBORTag(rng.randrange(6000, 2 ** 40), item(rng, depth - 1))
    return scalar(rng)


def we_read_theirs(tool, rng):
    for _ in range(1500):
        encoded = cbor2.dumps(item(rng, 7))
        assert len(encoded) < 8000
        assert tool.ask("skip", encoded) == ["OK"], encoded.hex()
        assert tool.ask("skip", encoded + b"\0") == ["ERR_TRAILING"]
        cut = encoded[:rng.randrange(len(encoded))]
        assert tool.ask("skip", cut) == ["ERR_TRUNCATED"], cut.hex()


def is_plain(value):
    """Nothing that cbor2 turned into a type of its own."""
    if isinstance(value, list):
        return all(map(is_plain, value))
    if isinstance(value, dict):
        return all(map(is_plain, value.keys())) and \
            all(map(is_plain, value.values()))
    if isinstance(value, cbor2.CBORTag):
        return is_plain(value.value)
    return isinstance(value, (bool, int, bytes, str))


def what_we_take_is_canonical(tool, rng):
    """Whatever we accept of damaged encodings, cbor2 reads, and writes back
    the same: there is one encoding only."""
    compared = 0
    for _ in range(20000):
        guess = bytearray(cbor2.dumps(item(rng, 3)))
        guess[rng.randrange(len(guess))] ^= 1 << rng.randrange(8)
        guess = bytes(guess)
        if tool.ask("skip", guess) != ["OK"]:
            continue
        try:
            value = cbor2.loads(guess)
        except (cbor2.CBORDecodeError, ValueError, TypeError, OverflowError):
            continue  # a tag or text whose contents cbor2 looks into
        # Tags 2 and 3 become plain integers.
        if is_plain(value) and b"\xc2" not in guess and b"\xc3" not in guess:
            compared += 1
            assert cbor2.dumps(value) == guess, guess.hex()
    assert compared > 1000


def main():
    rng = random.Random(8949)
    tool = Tool(sys.argv[1])
    they_verify_ours(tool, rng)
    we_verify_theirs(tool, rng)
    we_read_theirs(tool, rng)
    what_we_take_is_canonical(tool, rng)
    tool.close()
    print("cbor2 and cryptography agree with lib/base")


if __name__ == "__main__":
    main()
