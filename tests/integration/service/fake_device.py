# SPDX-License-Identifier: MIT
"""A device made of other people's libraries: python3-cryptography, cbor2 and
protobuf. What it and the service agree on, the wire formats say."""

import datetime
import hashlib
import os
import struct

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature, encode_dss_signature)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PEM = serialization.Encoding.PEM
DER = serialization.Encoding.DER
NO_END = datetime.datetime(9999, 12, 31, 23, 59, 59)


def sha256(data):
    return hashlib.sha256(data).digest()


def new_key():
    return ec.generate_private_key(ec.SECP256R1())


def spki(key):
    public = key.public_key() if hasattr(key, "public_key") else key
    return public.public_bytes(
        DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def private_pem(key):
    return key.private_bytes(PEM, serialization.PrivateFormat.PKCS8,
                             serialization.NoEncryption())


def name(cn):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, cn)])


def csr(key, cn="device"):
    return x509.CertificateSigningRequestBuilder().subject_name(
        name(cn)).sign(key, hashes.SHA256()).public_bytes(DER)


def leaf(subject, key, issuer, issuer_key, not_before=None, not_after=NO_END,
         usage=ExtendedKeyUsageOID.CLIENT_AUTH):
    """A leaf certificate; what a device's first stage or an attacker signs."""
    start = not_before or datetime.datetime.utcnow() - datetime.timedelta(
        minutes=5)
    return x509.CertificateBuilder().subject_name(name(subject)).issuer_name(
        issuer).public_key(key.public_key()).serial_number(
        x509.random_serial_number()).not_valid_before(
        start).not_valid_after(not_after).add_extension(
        x509.KeyUsage(True, False, False, False, False, False, False, False,
                      False), critical=True).add_extension(
        x509.ExtendedKeyUsage([usage]), critical=False).sign(
        issuer_key, hashes.SHA256())


def sign1(key, aad, payload, alg=-7):
    """COSE_Sign1 (RFC 9052), alg and kid protected."""
    protected = cbor2.dumps({1: alg, 4: sha256(spki(key))[:8]}, canonical=True)
    tbs = cbor2.dumps(["Signature1", protected, aad, payload])
    r, s = decode_dss_signature(key.sign(tbs, ec.ECDSA(hashes.SHA256())))
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, signature]))


def open1(public_key, aad, encoded):
    """The payload of a COSE_Sign1 that verifies; else InvalidSignature."""
    tag = cbor2.loads(encoded)
    assert tag.tag == 18
    protected, unprotected, payload, signature = tag.value
    assert cbor2.loads(protected) == {1: -7, 4: sha256(spki(public_key))[:8]}
    assert unprotected == {}
    der = encode_dss_signature(int.from_bytes(signature[:32], "big"),
                               int.from_bytes(signature[32:], "big"))
    tbs = cbor2.dumps(["Signature1", protected, aad, payload])
    public_key.verify(der, tbs, ec.ECDSA(hashes.SHA256()))
    return payload


class FakeDevice:
    """Keys, certificates and evidence of one device."""

    def __init__(self, world, folder_name, image):
        self.world = world
        self.folder = os.path.join(world.folder, folder_name)
        os.makedirs(self.folder)
        self.image = image  # dict: digest, version, signer, counter
        self.device_key = new_key()
        digest = sha256(spki(self.device_key))
        self.id = digest[:16].hex()
        self.ueid = b"\x01" + digest
        self.boot_count = 1
        self.boot_seed = os.urandom(32)
        self.trust_counter = 1
        self.device_der = self.endorse(self.device_key)
        self.new_alias()

    def path(self, part):
        return os.path.join(self.folder, part)

    def write(self, part, data):
        with open(self.path(part), "wb") as f:
            f.write(data)
        return self.path(part)

    def endorse(self, key, ca="manufacturer"):
        request = self.write("device.csr", csr(key))
        self.world.signet("endorse", "--ca", self.world.path(ca),
                          "--csr", request, "--out", self.path("device.der"))
        with open(self.path("device.der"), "rb") as f:
            return f.read()

    def new_alias(self, subject=None, **fields):
        """A fresh alias key and its certificate by the device key."""
        self.alias_key = new_key()
        self.alias = leaf(subject or "enrol-" + self.id, self.alias_key,
                          name("device-" + self.id), self.device_key, **fields)
        self.write("alias.key", private_pem(self.alias_key))
        device = x509.load_der_x509_certificate(self.device_der)
        self.write("alias.pem", self.alias.public_bytes(PEM) +
                   device.public_bytes(PEM))

    def claims(self, challenge, **changes):
        claims = {
            10: challenge, 256: self.ueid,
            265: "tag:psacertified.org,2023:psa#tfm", 268: self.boot_seed,
            2394: 1, 2395: 0x3000, 2396: self.image["implementation"],
            2399: [{1: "application", 2: self.image["digest"],
                    4: self.image["version"], 5: self.image["signer"]}],
            -75000: {1: self.trust_counter, 2: self.image["counter"],
                     3: self.boot_count, 4: 1},
        }
        claims.update({int(k): v for k, v in changes.items()})
        return claims

    def evidence(self, nonce, request, changes=None, aad=b"signet evidence 1",
                 key=None):
        challenge = sha256(b"signet challenge 1" + nonce + sha256(request) +
                           self.id.encode())
        return sign1(key or self.alias_key, aad, cbor2.dumps(
            self.claims(challenge, **(changes or {})), canonical=True))

    def nonce_request(self, transaction):
        return self.world.identity.EnrolRequest(
            version=1, transaction=transaction).SerializeToString()

    def certificate_request(self, transaction, request, evidence, chain=None):
        return self.world.identity.EnrolRequest(
            version=1, transaction=transaction, csr=request, evidence=evidence,
            chain=chain if chain is not None else
            [self.alias.public_bytes(DER), self.device_der]
        ).SerializeToString()

    # ---- connections ----

    def connect_enrolment(self, **options):
        return self.world.connect("enrolment", self.path("alias.pem"),
                                  self.path("alias.key"), **options)

    def connect_operation(self, **options):
        return self.world.connect("operation", self.path("operational.pem"),
                                  self.path("operational.key"), **options)

    # ---- the protocol ----

    def topic(self, part):
        return "signet/enrol/enrol-%s/%s" % (self.id, part)

    def exchange(self, client, message, timeout=5):
        """Publish an EnrolRequest; the EnrolReply, checked to be for it."""
        client.publish(self.topic("req"), message)
        topic, payload = client.message(timeout)
        assert topic == self.topic("rsp")
        reply = self.world.identity.EnrolReply()
        reply.ParseFromString(open1(self.world.service_public,
                                    b"signet enrol-reply 1", payload))
        assert reply.version == 1
        assert reply.device_id == self.id
        assert reply.request_digest == sha256(message)
        assert reply.transaction == message[4:20]
        return reply

    def start(self, client, transaction=None):
        """Subscribe and ask for a nonce: (transaction, nonce reply)."""
        transaction = transaction or os.urandom(16)
        client.subscribe(self.topic("rsp"))
        return transaction, self.exchange(client,
                                          self.nonce_request(transaction))

    def enrol(self, client=None, changes=None, **options):
        """One whole enrolment; the last EnrolReply."""
        own = client or self.connect_enrolment()
        try:
            transaction, reply = self.start(own)
            if reply.status:
                return reply
            key = new_key()
            request = options.get("csr") or csr(key)
            evidence = options.get("evidence") or self.evidence(
                reply.nonce, request, changes)
            reply = self.exchange(own, self.certificate_request(
                transaction, request, evidence, options.get("chain")))
            if reply.certificate:
                self.keep(key, reply.certificate)
            return reply
        finally:
            if not client:
                own.close()

    def keep(self, key, certificate):
        self.certificate = x509.load_der_x509_certificate(certificate)
        self.write("operational.key", private_pem(key))
        self.write("operational.pem", self.certificate.public_bytes(PEM))

    def record(self, epoch, sequence, oldest, body):
        return self.world.agent.LogRecord(
            version=1, epoch=epoch, sequence=sequence, oldest=oldest, boot=1,
            body=body).SerializeToString()


def stream_offset(chunk_size, offset):
    return offset // chunk_size * (chunk_size + 32)


def uuid_bytes(value):
    return struct.pack(">QQ", *divmod(int(value.replace("-", ""), 16),
                                      1 << 64))
