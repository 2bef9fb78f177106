#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The example service and the broker's session guard, from outside: a real
mosquitto, real TLS, and devices that share no code with the service."""

import datetime
import os
import signal
import ssl
import struct
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "../../story")]

import cbor2  # noqa: E402
from cryptography import x509  # noqa: E402
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID  # noqa: E402

import mqtt  # noqa: E402
from fake_device import (DER, FakeDevice, csr, leaf, name, new_key, open1,  # noqa: E402
                         private_pem, sha256, sign1, stream_offset)
from service_world import World, until  # noqa: E402

BUILD = os.path.abspath(os.environ.get("SIGNET_BUILD", "build/host"))
WORLD = None

# signet_status, as the list has them.
TYPE, NON_CANONICAL, SIGNATURE, MISSING = -63, -62, -71, -67
DOWNGRADE, CERT_CHAIN, CERT_SUBJECT, CERT_VALIDITY = -96, -121, -123, -124
CERT_USAGE, NONCE, PROFILE, UEID, CHALLENGE = -125, -127, -129, -130, -131
TRUST_FLOOR, LIFE_CYCLE, MEASUREMENT, CSR = -132, -133, -134, -135
UNKNOWN_DEVICE, REVOKED, RATE, KEY_ID = -136, -137, -138, -69
CERTIFICATE, ALGORITHM = -120, -68


def setUpModule():
    global WORLD
    WORLD = World(BUILD)
    unittest.addModuleCleanup(WORLD.end)
    WORLD.make_factory()
    WORLD.configure()
    manifest, _, WORLD.image = WORLD.release("1.0.0", 1, 1)
    WORLD.admin("measurement", "add", "--manifest", manifest)
    WORLD.start_broker()
    WORLD.start_service()


class Case(unittest.TestCase):
    number = 0

    def device(self):
        Case.number += 1
        return FakeDevice(WORLD, "device-%d" % Case.number, WORLD.image)

    def opened(self, client):
        self.addCleanup(client.close)
        return client

    def life(self, life):
        """Operational certificates that last so long, in this test."""
        WORLD.restart_service(life=life)
        self.addCleanup(WORLD.restart_service, life="24h")

    def assert_audit(self, device, event, status, detail):
        self.assertIn((event, status, detail), WORLD.audit(device.id))


class Enrolment(Case):
    def test_gives_a_certificate_for_the_new_key(self):
        device = self.device()
        reply = device.enrol()
        self.assertEqual((0, ""), (reply.status, reply.text))
        certificate = device.certificate
        self.assertEqual(device.id, certificate.subject.get_attributes_for_oid(
            NameOID.COMMON_NAME)[0].value)
        names = certificate.extensions.get_extension_for_class(
            x509.SubjectAlternativeName).value
        self.assertEqual([device.id],
                         names.get_values_for_type(x509.DNSName))
        usage = certificate.extensions.get_extension_for_class(
            x509.ExtendedKeyUsage).value
        self.assertEqual([ExtendedKeyUsageOID.CLIENT_AUTH], list(usage))
        life = certificate.not_valid_after - certificate.not_valid_before
        self.assertLessEqual(life, datetime.timedelta(hours=24))
        self.assertLess(abs(reply.time - time.time()), 5)
        WORLD.run("openssl", "verify", "-purpose", "sslclient", "-CAfile",
                  WORLD.path("operational.pem"),
                  device.path("operational.pem"))
        self.assert_audit(device, "certificate", "OK", "1.0.0")

    def test_same_request_gets_the_same_certificate(self):
        device = self.device()
        client = self.opened(device.connect_enrolment())
        transaction, reply = device.start(client)
        request = csr(new_key())
        message = device.certificate_request(
            transaction, request, device.evidence(reply.nonce, request))
        first = device.exchange(client, message)
        second = device.exchange(client, message)
        self.assertTrue(first.certificate)
        self.assertEqual(first.certificate, second.certificate)
        self.assert_audit(device, "certificate again", "OK", "1.0.0")

    def test_same_request_gets_it_after_a_restart_too(self):
        device = self.device()
        client = self.opened(device.connect_enrolment())
        transaction, reply = device.start(client)
        WORLD.restart_service(signal.SIGKILL)
        request = csr(new_key())
        message = device.certificate_request(
            transaction, request, device.evidence(reply.nonce, request))
        first = device.exchange(client, message)
        WORLD.restart_service(signal.SIGKILL)
        self.assertEqual(first.certificate,
                         device.exchange(client, message).certificate)
        self.assertTrue(first.certificate)

    def test_lost_nonce_reply_is_repeated(self):
        device = self.device()
        client = self.opened(device.connect_enrolment())
        transaction, first = device.start(client)
        again = device.exchange(client, device.nonce_request(transaction))
        other = device.exchange(client, device.nonce_request(os.urandom(16)))
        self.assertEqual(32, len(first.nonce))
        self.assertEqual(first.nonce, again.nonce)
        self.assertNotEqual(first.nonce, other.nonce)

    def test_nonce_is_for_one_certificate(self):
        device = self.device()
        client = self.opened(device.connect_enrolment())
        transaction, reply = device.start(client)
        for expected in (0, NONCE):
            request = csr(new_key())
            answer = device.exchange(client, device.certificate_request(
                transaction, request, device.evidence(reply.nonce, request)))
            self.assertEqual(expected, answer.status)
        self.assert_audit(device, "certificate", "ERR_NONCE", "challenge")

    def test_nonce_is_used_up_by_evidence_that_is_refused_later(self):
        device = self.device()
        client = self.opened(device.connect_enrolment())
        transaction, reply = device.start(client)
        for changes, expected in (({2395: 0x2000}, LIFE_CYCLE), ({}, NONCE)):
            request = csr(new_key())
            answer = device.exchange(client, device.certificate_request(
                transaction, request,
                device.evidence(reply.nonce, request,
                                {str(k): v for k, v in changes.items()})))
            self.assertEqual(expected, answer.status)

    def test_wrong_challenge_leaves_the_nonce(self):
        device = self.device()
        client = self.opened(device.connect_enrolment())
        transaction, reply = device.start(client)
        request = csr(new_key())
        for nonce, expected in ((os.urandom(32), CHALLENGE), (reply.nonce, 0)):
            answer = device.exchange(client, device.certificate_request(
                transaction, request, device.evidence(nonce, request)))
            self.assertEqual(expected, answer.status)

    def test_nonce_of_five_minutes_ago(self):
        device = self.device()
        client = self.opened(device.connect_enrolment())
        transaction, reply = device.start(client)
        WORLD.query("UPDATE nonces SET issued_s = issued_s - 301"
                    " WHERE device = ?", device.id)
        request = csr(new_key())
        answer = device.exchange(client, device.certificate_request(
            transaction, request, device.evidence(reply.nonce, request)))
        self.assertEqual(NONCE, answer.status)

    def test_nonce_of_another_transaction(self):
        device = self.device()
        client = self.opened(device.connect_enrolment())
        _, reply = device.start(client)
        request = csr(new_key())
        answer = device.exchange(client, device.certificate_request(
            os.urandom(16), request, device.evidence(reply.nonce, request)))
        self.assertEqual(NONCE, answer.status)

    def test_evidence_is_for_one_csr(self):
        device = self.device()
        client = self.opened(device.connect_enrolment())
        transaction, reply = device.start(client)
        evidence = device.evidence(reply.nonce, csr(new_key()))
        answer = device.exchange(client, device.certificate_request(
            transaction, csr(new_key()), evidence))
        self.assertEqual(CHALLENGE, answer.status)

    def test_nonces_are_rationed(self):
        WORLD.restart_service(nonce_limit="3")
        self.addCleanup(WORLD.restart_service, nonce_limit="1000")
        device = self.device()
        client = self.opened(device.connect_enrolment())
        client.subscribe(device.topic("rsp"))
        seen = [device.exchange(client, device.nonce_request(
            os.urandom(16))).status for _ in range(5)]
        self.assertEqual([0, 0, 0, RATE, RATE], seen)


class EnrolmentRefusals(Case):
    def refused(self, status, step, changes=None, device=None, **options):
        device = device or self.device()
        reply = device.enrol(changes=changes, **options)
        self.assertEqual(status, reply.status, reply.text)
        self.assertEqual(b"", reply.certificate)
        self.assertTrue(reply.text)
        events = [e for e in WORLD.audit(device.id) if e[0] == "certificate"]
        self.assertEqual([step], [e[2] for e in events])
        self.assertEqual([], WORLD.query(
            "SELECT * FROM certificates WHERE device = ?", device.id))

    def test_foreign_device_certificate(self):
        # The TLS chain is good; the chain in the message is another's.
        device = self.device()
        chain = [device.alias.public_bytes(DER), device.endorse(
            device.device_key, "foreign")]
        self.refused(CERT_CHAIN, "chain", device=device, chain=chain)

    def test_chain_in_the_wrong_order(self):
        device = self.device()
        self.refused(CERT_USAGE, "chain", device=device, chain=[
            device.device_der, device.alias.public_bytes(DER)])

    def test_chain_of_another_device(self):
        device, other = self.device(), self.device()
        self.refused(CERT_SUBJECT, "chain", device=device, chain=[
            other.alias.public_bytes(DER), other.device_der])

    def test_leaf_in_anothers_name(self):
        device, victim = self.device(), self.device()
        forged = leaf("enrol-" + victim.id, new_key(),
                      name("device-" + device.id), device.device_key)
        self.refused(CERT_SUBJECT, "chain", device=device, chain=[
            forged.public_bytes(DER), device.device_der])

    def test_expired_alias_certificate(self):
        device = self.device()
        old = leaf("enrol-" + device.id, device.alias_key,
                   name("device-" + device.id), device.device_key,
                   not_after=datetime.datetime.utcnow() -
                   datetime.timedelta(seconds=5))
        self.refused(CERT_VALIDITY, "chain", device=device, chain=[
            old.public_bytes(DER), device.device_der])

    def test_alias_certificate_for_servers(self):
        device = self.device()
        server = leaf("enrol-" + device.id, device.alias_key,
                      name("device-" + device.id), device.device_key,
                      usage=ExtendedKeyUsageOID.SERVER_AUTH)
        self.refused(CERT_USAGE, "chain", device=device, chain=[
            server.public_bytes(DER), device.device_der])

    def test_chain_that_is_not_der(self):
        device = self.device()
        for chain in ([b"\x30\x00", device.device_der],
                      [device.alias.public_bytes(DER) + b"\0",
                       device.device_der],
                      [device.alias.public_bytes(DER)[:-1],
                       device.device_der]):
            reply = device.enrol(chain=chain)
            self.assertEqual(CERTIFICATE, reply.status)

    def test_evidence_by_another_key(self):
        # Its kid is honest, so it is refused before the signature.
        device = self.device()
        self.refused(KEY_ID, "evidence", device=device, evidence=sign1(
            new_key(), b"signet evidence 1", b"\xa0"))

    def test_evidence_with_another_purpose(self):
        device = self.device()
        self.refused(SIGNATURE, "evidence", device=device, evidence=sign1(
            device.alias_key, b"signet enrol-reply 1",
            cbor2.dumps(device.claims(bytes(32)), canonical=True)))

    def test_evidence_with_a_changed_claim(self):
        device = self.device()
        evidence = bytearray(device.evidence(bytes(32), b"csr"))
        evidence[100] ^= 1
        self.refused(SIGNATURE, "evidence", device=device,
                     evidence=bytes(evidence))

    def test_evidence_with_a_claim_less(self):
        device = self.device()
        claims = device.claims(bytes(32))
        del claims[268]
        self.refused(MISSING, "evidence", device=device, evidence=sign1(
            device.alias_key, b"signet evidence 1",
            cbor2.dumps(claims, canonical=True)))

    def test_evidence_that_is_no_cbor(self):
        self.refused(TYPE, "evidence", evidence=b"\x00 nothing")

    def test_other_profile(self):
        self.refused(PROFILE, "evidence", {"265": "tag:example.org:psa#tfm"})

    def test_other_algorithm(self):
        device = self.device()
        self.refused(ALGORITHM, "evidence", device=device, evidence=sign1(
            device.alias_key, b"signet evidence 1", b"\xa0", alg=-35))

    def test_anothers_ueid(self):
        self.refused(UEID, "ueid", {"256": b"\x01" + os.urandom(32)})

    def test_device_that_is_not_secured(self):
        for cycle in (0x0000, 0x2000, 0x4000, 0x5000):
            self.refused(LIFE_CYCLE, "life cycle", {"2395": cycle})

    def refused_image(self, changes, digest=None):
        """The audit log says which image, too."""
        digest = digest or WORLD.image["digest"]
        self.refused(MEASUREMENT, "measurement " + digest.hex(), changes)

    def test_tampered_image(self):
        digest = os.urandom(32)
        self.refused_image({"2399": [{
            1: "application", 2: digest, 4: "1.0.0",
            5: WORLD.image["signer"]}]}, digest)

    def test_image_by_another_signer(self):
        self.refused_image({"2399": [{
            1: "application", 2: WORLD.image["digest"], 4: "1.0.0",
            5: os.urandom(32)}]})

    def test_image_under_another_version(self):
        self.refused_image({"2399": [{
            1: "application", 2: WORLD.image["digest"], 4: "1.0.1",
            5: WORLD.image["signer"]}]})

    def test_image_of_another_class(self):
        self.refused_image({"2396": os.urandom(32)})

    def test_security_counter_below_the_minimum(self):
        self.refused(DOWNGRADE, "measurement",
                     {"-75000": {1: 1, 2: 0, 3: 1, 4: 1}})

    def test_csr_that_its_key_did_not_sign(self):
        request = bytearray(csr(new_key()))
        request[-1] ^= 1
        self.refused(CSR, "csr", csr=bytes(request))

    def test_csr_for_the_alias_key(self):
        device = self.device()
        self.refused(CSR, "csr", device=device, csr=csr(device.alias_key))

    def test_csr_for_the_device_key(self):
        device = self.device()
        self.refused(CSR, "csr", device=device, csr=csr(device.device_key))

    def test_trust_list_below_the_floor(self):
        device = self.device()
        WORLD.query("UPDATE settings SET value = 2 WHERE name = 'trust_floor'")
        self.addCleanup(WORLD.query, "UPDATE settings SET value = 0"
                        " WHERE name = 'trust_floor'")
        self.refused(TRUST_FLOOR, "trust floor", device=device)

    def test_listed_registration(self):
        WORLD.query("UPDATE settings SET value = 'listed'"
                    " WHERE name = 'registration'")
        WORLD.restart_service()
        try:
            device = self.device()
            self.assertEqual(UNKNOWN_DEVICE, device.enrol().status)
            WORLD.admin("device", "add", device.id)
            self.assertEqual(0, device.enrol().status)
        finally:
            WORLD.query("UPDATE settings SET value = 'automatic'"
                        " WHERE name = 'registration'")
            WORLD.restart_service()

    def test_retired_measurement(self):
        manifest, _, image = WORLD.release("0.9.0", 1, 1)
        WORLD.admin("measurement", "add", "--manifest", manifest)
        device = self.device()
        device.image = image
        self.assertEqual(0, device.enrol().status)
        WORLD.admin("measurement", "retire", image["digest"].hex())
        self.assertEqual(MEASUREMENT, device.enrol().status)


class EnrolmentFormat(Case):
    """Messages that say nothing get no answer, and lose nothing."""

    def unanswered(self, message, status):
        device = self.device()
        client = self.opened(device.connect_enrolment())
        client.subscribe(device.topic("rsp"))
        client.publish(device.topic("req"), message)
        until(lambda: WORLD.audit(device.id))
        self.assertEqual([("enrolment", status, "format")],
                         WORLD.audit(device.id))
        # Still serving.
        self.assertEqual(0, device.enrol(client).status)

    def test_garbage(self):
        self.unanswered(b"\xff\xff\xff", "ERR_TYPE")

    def test_other_version(self):
        self.unanswered(WORLD.identity.EnrolRequest(
            version=2, transaction=bytes(16)).SerializeToString(),
            "ERR_VERSION")

    def test_unknown_field(self):
        self.unanswered(WORLD.identity.EnrolRequest(
            version=1, transaction=os.urandom(16)).SerializeToString() +
            b"\xf8\x01\x01", "ERR_NON_CANONICAL")

    def test_fields_out_of_order(self):
        self.unanswered(b"\x12\x10" + os.urandom(16) + b"\x08\x01",
                        "ERR_NON_CANONICAL")

    def test_number_with_a_longer_encoding(self):
        self.unanswered(b"\x08\x81\x00\x12\x10" + os.urandom(16),
                        "ERR_NON_CANONICAL")

    def test_csr_without_evidence(self):
        self.unanswered(WORLD.identity.EnrolRequest(
            version=1, transaction=os.urandom(16), csr=b"x",
            chain=[b"a", b"b"]).SerializeToString(), "ERR_MISSING")

    def test_chain_of_one(self):
        self.unanswered(WORLD.identity.EnrolRequest(
            version=1, transaction=os.urandom(16), csr=b"x", evidence=b"y",
            chain=[b"a"]).SerializeToString(), "ERR_MISSING")

    def test_too_large(self):
        self.unanswered(WORLD.identity.EnrolRequest(
            version=1, transaction=os.urandom(16),
            csr=bytes(4000)).SerializeToString(), "ERR_TOO_LARGE")


# external_aad of what the service signs.
KINDS = {"ack": b"signet log-ack 1", "time": b"signet time-reply 1"}


class Online(Case):
    """A device that is enrolled, on the operational listener."""

    def setUp(self):
        self.one = self.device()
        self.assertEqual(0, self.one.enrol().status)
        self.client = self.online(self.one)

    def online(self, device):
        client = self.opened(device.connect_operation())
        client.subscribe("signet/dev/%s/down/#" % device.id)
        return client

    def send(self, part, message):
        self.client.publish("signet/dev/%s/up/%s" % (self.one.id, part),
                            message)

    def answer(self, part):
        topic, payload = self.client.message()
        self.assertEqual("signet/dev/%s/down/%s" % (self.one.id, part), topic)
        return payload

    def signed_answer(self, part, kind):
        message = kind()
        message.ParseFromString(open1(WORLD.service_public,
                                      KINDS[part], self.answer(part)))
        self.assertEqual(1, message.version)
        self.assertEqual(self.one.id, message.device_id)
        return message


class Records(Online):
    def acknowledged(self):
        ack = self.signed_answer("ack", WORLD.agent.LogAck)
        return ack.log, ack.epoch, ack.sequence

    def put(self, sequence, oldest=1, body=None, epoch=7, log="message"):
        self.send(log, self.one.record(epoch, sequence, oldest,
                                       body or b"reading %d" % sequence))

    def stored(self, log=0, epoch=7):
        return [row[0] for row in WORLD.query(
            "SELECT sequence FROM records WHERE device = ? AND log = ?"
            " AND epoch = ? ORDER BY rowid", self.one.id, log, epoch)]

    def test_acknowledges_in_order(self):
        for sequence in (1, 2, 3):
            self.put(sequence)
            self.assertEqual((0, 7, sequence), self.acknowledged())
        self.assertEqual([1, 2, 3], self.stored())

    def test_a_gap_is_not_acknowledged(self):
        self.put(1)
        self.assertEqual((0, 7, 1), self.acknowledged())
        self.put(3)
        self.assertEqual((0, 7, 1), self.acknowledged())
        self.put(2)
        self.assertEqual((0, 7, 3), self.acknowledged())

    def test_first_record_missing_is_no_acknowledgement(self):
        self.put(5, oldest=4)
        self.assertTrue(self.client.silent(0.5))
        self.put(4, oldest=4)
        self.assertEqual((0, 7, 5), self.acknowledged())

    def test_what_the_device_dropped_is_not_waited_for(self):
        self.put(1)
        self.acknowledged()
        self.put(9, oldest=9)
        self.assertEqual((0, 7, 9), self.acknowledged())

    def test_repetition_is_stored_once_and_acknowledged_again(self):
        for _ in range(3):
            self.put(1)
            self.assertEqual((0, 7, 1), self.acknowledged())
        self.assertEqual([1], self.stored())

    def test_same_sequence_with_other_bytes_is_told(self):
        self.put(1)
        self.acknowledged()
        self.put(1, body=b"something else")
        self.assertEqual((0, 7, 1), self.acknowledged())
        self.assert_audit(self.one, "record", "ERR_DUPLICATE",
                          "a sequence with other contents")
        self.assertEqual([(b"reading 1",)], WORLD.query(
            "SELECT body FROM records WHERE device = ?", self.one.id))

    def test_epochs_and_logs_are_apart(self):
        self.put(1)
        self.assertEqual((0, 7, 1), self.acknowledged())
        self.put(2, epoch=8, oldest=2)
        self.assertEqual((0, 8, 2), self.acknowledged())
        self.put(1, log="report")
        self.assertEqual((1, 7, 1), self.acknowledged())

    def test_sequence_zero(self):
        self.put(0, oldest=0)
        self.assertEqual((0, 7, 0), self.acknowledged())

    def test_not_a_record(self):
        self.send("message", b"\xff\xff")
        self.put(1, oldest=2)
        until(lambda: len(WORLD.audit(self.one.id)) >= 2)
        self.assert_audit(self.one, "record", "ERR_TYPE", "not a log record")
        self.assertEqual([], self.stored())
        self.put(1)
        self.assertEqual((0, 7, 1), self.acknowledged())

    def test_body_that_is_a_number(self):
        # Version, epoch and sequence are right, body has wire type varint.
        for body in (b"\x30\x05", b"\x35\x01\x02\x03\x04"):
            self.send("message", b"\x08\x01\x10\x07\x18\x01\x20\x01" + body)
        until(lambda: ("record", "ERR_TYPE", "not a log record") in
              WORLD.audit(self.one.id))
        self.assertTrue(self.client.silent(0.5))
        self.assertEqual([], self.stored())

    def test_nothing_is_lost_when_the_service_is_killed(self):
        self.put(1)
        self.acknowledged()
        WORLD.service.stop(signal.SIGKILL)
        for sequence in (2, 3, 4):
            self.put(sequence)  # the broker queues them
        WORLD.start_service()
        while self.acknowledged()[2] < 4:
            pass
        self.assertEqual([1, 2, 3, 4], self.stored())

    def test_reports_are_decoded(self):
        report = WORLD.report.ReportRecord(
            version=1, kind=3, severity=3, code=11, boot=4, count=1,
            image_version="1.0.0\x1b[31m", pc=0x1234, reset_reason=4)
        self.put(1, log="report", body=report.SerializeToString())
        self.acknowledged()
        rows = WORLD.admin_json("records", "list", "--device", self.one.id,
                                "--log", "reports")
        self.assertEqual(1, len(rows))
        self.assertEqual(("fault", "fatal", 11, 0x1234, "fault"), tuple(
            rows[0][k] for k in ("kind", "severity", "code", "pc",
                                 "reset_reason")))
        text = WORLD.admin("records", "list", "--device", self.one.id)
        self.assertIn("kind=fault", text)
        self.assertNotIn("\x1b", text)


class Time(Online):
    def test_is_signed_over_the_nonce(self):
        nonce = os.urandom(16)
        self.send("time", WORLD.agent.TimeRequest(
            version=1, nonce=nonce).SerializeToString())
        reply = self.signed_answer("time", WORLD.agent.TimeReply)
        self.assertEqual(nonce, reply.nonce)
        self.assertLess(abs(reply.time - time.time()), 3)

    def test_not_a_request(self):
        self.send("time", b"\x0a\xff")
        until(lambda: ("time", "ERR_TYPE", "not a time request") in
              WORLD.audit(self.one.id))


class Updates(Online):
    number = 10

    def setUp(self):
        super().setUp()
        # Earlier releases are not this test's.
        for release in WORLD.admin_json("release", "list"):
            WORLD.admin("release", "withdraw", str(release["id"]))

    def release(self, *options, counter=1, size=10000, chunk_size=1024):
        Updates.number += 1
        manifest, stream, _ = WORLD.release("2.%d" % Updates.number,
                                            Updates.number, counter, size,
                                            chunk_size)
        WORLD.admin("release", "add", "--manifest", manifest,
                    "--stream", stream, *options)
        with open(manifest, "rb") as f, open(stream, "rb") as g:
            return f.read(), g.read()

    def ask(self, **body):
        self.send("update", WORLD.agent.UpdateRequest(
            version=1, **body).SerializeToString())

    def query(self, sequence=1, security_counter=1, trust_counter=1,
              component=0):
        self.ask(query=WORLD.agent.UpdateQuery(
            sequence=sequence, security_counter=security_counter,
            trust_counter=trust_counter, component=component,
            version="1.0.0", state=3))

    def reply(self):
        message = WORLD.agent.UpdateReply()
        message.ParseFromString(self.answer("update"))
        self.assertEqual(1, message.version)
        return message

    def test_offers_what_is_newer(self):
        manifest, _ = self.release()
        self.query()
        self.assertEqual(manifest, self.reply().manifest)

    def test_offers_the_newest(self):
        self.release()
        manifest, _ = self.release()
        self.query()
        self.assertEqual(manifest, self.reply().manifest)

    def test_offers_nothing_that_would_be_refused(self):
        self.release()
        self.query(sequence=Updates.number)
        self.assertTrue(self.client.silent(0.5))
        self.query(security_counter=2)
        self.assertTrue(self.client.silent(0.5))
        self.query(component=1)
        self.assertTrue(self.client.silent(0.5))

    def test_forced_release_is_offered_to_be_refused(self):
        manifest, _ = self.release("--force")
        self.query(sequence=2**63, security_counter=9)
        self.assertEqual(manifest, self.reply().manifest)

    def test_release_for_one_device_is_not_for_another(self):
        other = self.device()
        self.assertEqual(0, other.enrol().status)
        manifest, _ = self.release("--for", other.id)
        self.query()
        self.assertTrue(self.client.silent(0.5))
        self.ask(block=WORLD.agent.BlockRequest(
            manifest_digest=sha256(manifest), offset=0, length=1056))
        until(lambda: ("block", "ERR_MANIFEST_DIGEST", "no such release") in
              WORLD.audit(self.one.id))

    def test_blocks_are_the_stream(self):
        manifest, stream = self.release(size=5000)
        digest = sha256(manifest)
        for offset in range(0, 5000, 1024):
            rest = 5000 - offset
            length = rest if rest <= 1024 else 1024 + 32
            self.ask(block=WORLD.agent.BlockRequest(
                manifest_digest=digest, offset=offset, length=length))
            reply = self.reply()
            at = stream_offset(1024, offset)
            self.assertEqual((digest, offset, stream[at:at + length]),
                             (reply.manifest_digest, reply.offset, reply.data))

    def test_blocks_that_are_none(self):
        manifest, _ = self.release(size=5000)
        for offset, length, status in (
                (1, 1056, "OFFSET"), (1023, 1056, "OFFSET"),
                (5120, 1056, "OFFSET"), (2**32 - 1024, 1056, "OFFSET"),
                (0, 1055, "LENGTH"), (0, 2**32 - 1, "LENGTH"),
                (0, 0, "LENGTH"), (4096, 1056, "LENGTH"),
                (4096, 905, "LENGTH")):
            self.ask(block=WORLD.agent.BlockRequest(
                manifest_digest=sha256(manifest), offset=offset,
                length=length))
            until(lambda: any(e[1] == "ERR_CHUNK_" + status for e in
                              WORLD.audit(self.one.id)[-1:]))
        self.assertTrue(self.client.silent(0.3))

    def test_stream_that_is_gone(self):
        manifest, _ = self.release()
        os.remove(WORLD.path("2.%d.stream" % Updates.number))
        self.ask(block=WORLD.agent.BlockRequest(
            manifest_digest=sha256(manifest), offset=0, length=1056))
        until(lambda: any(e[1] == "ERR_IO" for e in
                          WORLD.audit(self.one.id)))

    def test_new_release_is_pushed(self):
        self.query()
        self.assertTrue(self.client.silent(0.5))
        manifest, _ = self.release()
        self.assertEqual(manifest, self.reply().manifest)

    def test_new_trust_list_is_pushed_and_offered(self):
        self.query()
        self.assertTrue(self.client.silent(0.5))
        path = WORLD.trust_list(2)
        self.addCleanup(WORLD.query,
                        "DELETE FROM trust_lists WHERE counter > 1")
        WORLD.admin("trust-list", "add", "--file", path)
        with open(path, "rb") as f:
            encoded = f.read()
        self.assertEqual(encoded, self.reply().trust_list)
        self.query(trust_counter=1)
        self.assertEqual(encoded, self.reply().trust_list)
        self.query(trust_counter=2)
        self.assertTrue(self.client.silent(0.5))

    def test_outcome_is_kept(self):
        self.ask(outcome=WORLD.agent.UpdateOutcome(
            manifest_digest=bytes(32), status=DOWNGRADE))
        until(lambda: ("update outcome", "ERR_DOWNGRADE", "00" * 32) in
              WORLD.audit(self.one.id))

    def test_outcomes_of_one_device_fill_no_disk(self):
        # Each is another row; the newest are kept, and what is not an
        # outcome is not pushed out by them.
        for i in range(250):
            self.ask(outcome=WORLD.agent.UpdateOutcome(
                manifest_digest=struct.pack(">I28x", i), status=DOWNGRADE))
        until(lambda: any(e[2].startswith("000000f9") for e in
                          WORLD.audit(self.one.id)))
        events = [e[0] for e in WORLD.audit(self.one.id)]
        self.assertEqual(200, events.count("update outcome"))
        self.assertIn("certificate", events)

    def test_blocks_that_nobody_takes_fill_no_memory(self):
        """A device that asks and does not read: the broker keeps the answers
        for it."""
        manifest, _ = self.release(size=400000, chunk_size=65536)
        asking = self.opened(self.one.connect_operation(clean=False))
        asking.subscribe("signet/dev/%s/down/#" % self.one.id)
        request = WORLD.agent.UpdateRequest(
            version=1, block=WORLD.agent.BlockRequest(
                manifest_digest=sha256(manifest), offset=0, length=65568))
        for _ in range(130):
            asking.publish("signet/dev/%s/up/update" % self.one.id,
                           request.SerializeToString(), wait=False)
        asking.publish("signet/dev/%s/up/update" % self.one.id,
                       b"the last", wait=False)
        until(lambda: ("update", "ERR_TYPE", "not an update request") in
              WORLD.audit(self.one.id), timeout=30)
        # The service answers in order: then these answers are at the broker.
        other = self.device()
        self.assertEqual(0, other.enrol().status)
        witness = self.online(other)
        witness.publish("signet/dev/%s/up/time" % other.id,
                        WORLD.agent.TimeRequest(
                            version=1, nonce=bytes(16)).SerializeToString())
        witness.message(timeout=60)
        asking.close()
        back = self.opened(self.one.connect_operation(clean=False))
        count = 0
        while not back.silent(1):
            count += 1
        # 4 MB, and the 20 messages that may be in flight.
        self.assertLess(count, 100)

    def test_not_a_request(self):
        self.send("update", b"\xff")
        self.ask()
        until(lambda: ("update", "ERR_TYPE", "not an update request") in
              WORLD.audit(self.one.id))

    def test_device_show_says_what_runs(self):
        self.query(sequence=3)
        row = until(lambda: [r for r in WORLD.admin_json("device", "list")
                             if r["device"] == self.one.id and
                             r["sequence"] == 3])[0]
        self.assertEqual("1.0.0", row["version"])
        shown = WORLD.admin_json("device", "show", self.one.id)
        self.assertEqual(1, len(shown["certificates"]))


class Clones(Case):
    def sign(self, device):
        return [e for e in WORLD.audit(device.id) if e[0] == "clone sign"]

    def test_boot_count_that_goes_back_is_told(self):
        device = self.device()
        device.boot_count = 5
        self.assertEqual(0, device.enrol().status)
        device.boot_count, device.boot_seed = 6, os.urandom(32)
        self.assertEqual(0, device.enrol().status)
        self.assertEqual([], self.sign(device))
        device.boot_count, device.boot_seed = 5, os.urandom(32)
        self.assertEqual(0, device.enrol().status)
        self.assertEqual(1, len(self.sign(device)))

    def test_two_seeds_of_one_boot_are_told(self):
        device = self.device()
        self.assertEqual(0, device.enrol().status)
        device.boot_seed = os.urandom(32)
        self.assertEqual(0, device.enrol().status)
        self.assertEqual(1, len(self.sign(device)))


class Listeners(Case):
    """Who gets in where, and whose topics are whose."""

    def refused(self, listener, chain, key):
        with self.assertRaises((mqtt.Closed, ssl.SSLError, OSError)):
            self.opened(WORLD.connect(listener, chain, key))

    def test_each_certificate_opens_one_listener(self):
        device = self.device()
        self.assertEqual(0, device.enrol().status)
        alias = device.path("alias.pem"), device.path("alias.key")
        operational = (device.path("operational.pem"),
                       device.path("operational.key"))
        observer = WORLD.path("by-observer.pem"), WORLD.path("by-observer.key")
        for listener, own in (("enrolment", alias), ("operation", operational),
                              ("service", observer)):
            for pair in (alias, operational, observer):
                if pair is own:
                    self.opened(WORLD.connect(listener, *pair))
                else:
                    self.refused(listener, *pair)

    def test_foreign_manufacturer(self):
        device = self.device()
        device.device_der = device.endorse(device.device_key, "foreign")
        device.new_alias()
        self.refused("enrolment", device.path("alias.pem"),
                     device.path("alias.key"))

    def test_device_key_that_signs_in_anothers_name(self):
        device, victim = self.device(), self.device()
        self.opened(device.connect_enrolment())
        device.new_alias("enrol-" + victim.id)
        self.refused("enrolment", device.path("alias.pem"),
                     device.path("alias.key"))

    def test_name_in_another_spelling(self):
        # Name constraints do not tell them apart (RFC 5280 s7.1), the
        # revocation list, the service and the client ids of a broker do.
        device = self.device()
        for spelling in ("ENROL-" + device.id, "enrol-" + device.id.upper(),
                         " enrol-%s " % device.id):
            device.new_alias(spelling)
            try:
                client = self.opened(device.connect_enrolment())
            except mqtt.Closed:
                continue
            client.subscribe("signet/enrol/%s/rsp" % spelling)
            client.publish("signet/enrol/%s/req" % spelling,
                           device.nonce_request(os.urandom(16)))
            self.assertLess(client.seconds_until_closed(5), 5)

    def test_client_id_is_the_certificates_name(self):
        one, other = self.device(), self.device()
        for device in (one, other):
            self.assertEqual(0, device.enrol().status)
        first = self.opened(one.connect_operation(client_id=one.id))
        self.opened(other.connect_operation(client_id=one.id))
        first.publish("signet/dev/%s/up/none" % one.id, b"x")

    def test_foreign_topics_are_neither_written_nor_read(self):
        one, other = self.device(), self.device()
        for device in (one, other):
            self.assertEqual(0, device.enrol().status)
        client = self.opened(one.connect_operation())
        for topic in ("#", "signet/dev/%s/down/#" % other.id,
                      "signet/dev/+/up/#", "signet/enrol/#"):
            try:
                client.subscribe(topic)
            except TimeoutError:
                pass
        victim = self.opened(other.connect_operation())
        victim.subscribe("signet/dev/%s/down/#" % other.id)
        # A record in the other's name is dropped by the broker...
        client.publish("signet/dev/%s/up/message" % other.id,
                       one.record(1, 1, 1, b"forged"))
        victim.publish("signet/dev/%s/up/message" % other.id,
                       other.record(1, 1, 1, b"own"))
        self.assertEqual("signet/dev/%s/down/ack" % other.id,
                         victim.message()[0])
        self.assertEqual([(b"own",)], WORLD.query(
            "SELECT body FROM records WHERE device = ?", other.id))
        # ...and the other's acknowledgement reached nobody else.
        self.assertTrue(client.silent(0.5))

    def test_observer_only_reads(self):
        device = self.device()
        self.assertEqual(0, device.enrol().status)
        observer = self.opened(WORLD.connect(
            "service", WORLD.path("by-observer.pem"),
            WORLD.path("by-observer.key")))
        observer.subscribe("signet/dev/+/up/#")
        client = self.opened(device.connect_operation())
        client.subscribe("signet/dev/%s/down/#" % device.id)
        observer.publish("signet/dev/%s/down/command" % device.id, b"no")
        client.publish("signet/dev/%s/up/note" % device.id, b"yes")
        self.assertEqual(("signet/dev/%s/up/note" % device.id, b"yes"),
                         observer.message())
        self.assertTrue(client.silent(0.5))


class Sessions(Case):
    """The broker's plugin: a session ends with its certificate."""

    def online(self, device):
        self.assertEqual(0, device.enrol().status)
        client = self.opened(device.connect_operation())
        client.subscribe("signet/dev/%s/down/#" % device.id)
        return client

    def test_idle_session_ends_when_its_certificate_expires(self):
        self.life("6s")
        client = self.online(self.device())
        client.seconds_until_closed(6 + 10)

    def test_other_sessions_live_on(self):
        long_lived = self.device()
        bystander = self.online(long_lived)
        self.life("6s")
        client = self.online(self.device())
        client.seconds_until_closed(6 + 10)
        bystander.publish("signet/dev/%s/up/note" % long_lived.id, b"here")

    def test_expired_session_is_denied_before_it_is_swept(self):
        # Without the service there is no heartbeat and so no sweep.
        self.life("6s")
        device = self.device()
        client = self.online(device)
        WORLD.stop_service()
        end = device.certificate.not_valid_after - datetime.datetime.utcnow()
        self.assertGreater(end.total_seconds(), 0, "too slow to tell")
        time.sleep(end.total_seconds() + 1)
        client.publish("signet/dev/%s/up/message" % device.id,
                       device.record(1, 1, 1, b"too late"))
        WORLD.start_service()
        client.seconds_until_closed(10)
        self.assertEqual([], WORLD.query(
            "SELECT * FROM records WHERE device = ?", device.id))

    def test_renewed_certificate_keeps_the_session(self):
        self.life("6s")
        device = self.device()
        self.online(device)
        WORLD.restart_service(life="24h")
        renewed = self.online(device)  # takes the former session's place
        self.assertTrue(renewed.silent(7))
        renewed.publish("signet/dev/%s/up/note" % device.id, b"still here")

    def test_revoked_sessions_end_on_both_listeners(self):
        device = self.device()
        client = self.online(device)
        enrolling = self.opened(device.connect_enrolment())
        enrolling.subscribe(device.topic("rsp"))
        WORLD.admin("device", "revoke", device.id)
        client.seconds_until_closed(10)
        enrolling.seconds_until_closed(10)

        # The certificates are still good for TLS: it comes back, and a
        # session that only ever met the new list ends as well.
        for connect in (device.connect_operation, device.connect_enrolment):
            again = self.opened(connect())
            again.publish("signet/dev/%s/up/note" % device.id, b"again")
            again.seconds_until_closed(10)

    def test_revoked_device_gets_nothing_more(self):
        device = self.device()
        self.assertEqual(0, device.enrol().status)
        WORLD.query("UPDATE devices SET status = 'revoked' WHERE id = ?",
                    device.id)
        # The service refuses by itself, should the broker not know yet.
        with open(WORLD.path("revoked")) as f:
            known = device.id in f.read()
        if not known:
            try:
                self.assertEqual(REVOKED, device.enrol().status)
            except (mqtt.Closed, TimeoutError):
                pass  # the broker was faster
        until(lambda: device.id in open(WORLD.path("revoked")).read())
        client = self.opened(device.connect_operation())
        client.publish("signet/dev/%s/up/message" % device.id,
                       device.record(1, 1, 1, b"revoked"))
        client.seconds_until_closed(10)
        self.assertEqual([], WORLD.query(
            "SELECT * FROM records WHERE device = ?", device.id))

    def test_service_refuses_a_revoked_device_by_itself(self):
        # Even when the broker's list is lost.
        device = self.device()
        self.assertEqual(0, device.enrol().status)
        WORLD.stop_service()
        WORLD.query("UPDATE devices SET status = 'revoked' WHERE id = ?",
                    device.id)
        client = self.opened(device.connect_enrolment())
        client.subscribe(device.topic("rsp"))
        client.publish(device.topic("req"),
                       device.nonce_request(os.urandom(16)))
        WORLD.start_service()
        client.seconds_until_closed(10)


class Broker(Case):
    def test_service_comes_back_after_the_broker(self):
        device = self.device()
        self.assertEqual(0, device.enrol().status)
        mark = WORLD.service.mark()
        WORLD.broker.stop(signal.SIGKILL)
        WORLD.start_broker()
        WORLD.service.wait_for("connected", since=mark, timeout=15)
        self.assertEqual(0, device.enrol().status)

    def test_does_not_start_without_its_list(self):
        """An unguarded broker would let revoked devices in."""
        import subprocess
        path = WORLD.path("unguarded.conf")
        with open(WORLD.path("mosquitto.conf")) as f:
            text = f.read()
        for port in WORLD.ports.values():
            text = text.replace("listener %d" % port, "listener 0", 1)
        with open(path, "w") as f:
            f.write(text.replace(WORLD.path("revoked"),
                                 WORLD.path("no-such-list")))
        done = subprocess.run(["/usr/sbin/mosquitto", "-c", path],
                              capture_output=True, timeout=10,
                              stdin=subprocess.DEVNULL)
        self.assertNotEqual(0, done.returncode)


if __name__ == "__main__":
    unittest.main()
