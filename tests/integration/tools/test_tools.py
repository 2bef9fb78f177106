#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The host programs from outside: what they write, other people's programs
understand; what they cannot do, they say in one line, and leave no trace."""

import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import \
    encode_dss_signature
from cryptography.x509.oid import NameOID

BUILD = os.path.abspath(os.environ.get("SIGNET_BUILD", "build/host"))
SIGNET = BUILD + "/tools/signet/signet"
SERVICE = BUILD + "/examples/service/signet-service"
LAUNCHER = BUILD + "/ports/posix/launcher/signet-launcher"
GUARD = BUILD + "/examples/service/session_guard.so"
VENDOR = "6f1d0b6e-32f7-4c0e-9b5a-5b1f3f0c7a11"
CLASS = "c2a9e4d0-7d3b-4f52-8a66-0e9d51b7f204"
MATERIAL = None  # made once, copied for each test

OK, REFUSED, USAGE = 0, 1, 2


def execute(program, *arguments, folder, stdin=b""):
    return subprocess.run([program, *[str(a) for a in arguments]],
                          cwd=folder, capture_output=True, input=stdin,
                          timeout=60)


def succeed(program, *arguments, folder):
    done = execute(program, *arguments, folder=folder)
    assert done.returncode == OK, done.stderr.decode()
    return done.stdout.decode()


SIGN = ["sign", "--key", "firmware", "--image", "image", "--version", "1.0.0",
        "--sequence", "1", "--security-counter", "1", "--vendor", VENDOR,
        "--class", CLASS, "--chunk-size", "1024", "--manifest", "manifest",
        "--stream", "stream"]
TRUST_LIST = ["trust-list", "--root-key", "root", "--counter", "1",
              "--firmware", "firmware.pub", "--broker-ca", "broker.der",
              "--operational-issuer", "operational.pem", "--service",
              "service.pub", "--out", "trust-list"]


def setUpModule():
    global MATERIAL
    MATERIAL = tempfile.mkdtemp(prefix="signet-tools-test-")
    unittest.addModuleCleanup(shutil.rmtree, MATERIAL)

    def signet(*arguments):
        return succeed(SIGNET, *arguments, folder=MATERIAL)

    for ca in ("manufacturer", "broker", "operational", "clients"):
        signet("ca", "new", "--name", ca, "--out", ca)
    for key in ("root", "firmware", "service"):
        signet("key", "new", "--out", key)
    signet("cert", "server", "--ca", "broker", "--name", "broker.example",
           "--ip", "127.0.0.1", "--out", "server")
    signet("cert", "client", "--ca", "clients", "--name", "observer", "--out",
           "observer")
    signet(*TRUST_LIST)
    with open(MATERIAL + "/image", "wb") as f:
        f.write(os.urandom(5000))
    signet(*SIGN)
    device = ec.generate_private_key(ec.SECP256R1())
    request = x509.CertificateSigningRequestBuilder().subject_name(
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])).sign(
        device, hashes.SHA256())
    with open(MATERIAL + "/device.csr", "wb") as f:
        f.write(request.public_bytes(serialization.Encoding.DER))
    succeed(SERVICE, "init", "--db", "db", "--root-key", "root.pub",
            "--trust-list", "trust-list", "--manufacturer-ca",
            "manufacturer.der", folder=MATERIAL)


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="signet-tools-test-")
        self.addCleanup(shutil.rmtree, self.folder)
        shutil.copytree(MATERIAL, self.folder, dirs_exist_ok=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        with open(self.path(name), "rb") as f:
            return f.read()

    def write(self, name, data):
        with open(self.path(name), "wb") as f:
            f.write(data)
        return name

    def snapshot(self):
        """Every file with its content (its size, when it is huge); SQLite's
        side files come and go."""
        found = {}
        for base, folders, files in os.walk(self.folder):
            for name in folders:
                found[os.path.join(base, name)] = None
            for name in files:
                path = os.path.join(base, name)
                if not path.endswith(("-wal", "-shm")) and \
                        stat.S_ISREG(os.lstat(path).st_mode):
                    found[path] = size = os.path.getsize(path)
                    if size < 1 << 20:
                        with open(path, "rb") as f:
                            found[path] = f.read()
        return found

    def run_program(self, program, arguments, **options):
        return execute(program, *arguments, folder=self.folder, **options)

    def ok(self, *arguments, program=SIGNET):
        done = self.run_program(program, arguments)
        self.assertEqual((OK, b""), (done.returncode, done.stderr))
        return done.stdout.decode()

    def fails(self, code, pattern, arguments, program=SIGNET, stdin=b""):
        """One line that says why, the right exit code, nothing changed."""
        before = self.snapshot()
        done = self.run_program(program, arguments, stdin=stdin)
        error = done.stderr.decode()
        self.assertEqual(code, done.returncode, (arguments, error))
        self.assertRegex(error, pattern)
        self.assertEqual(1, error.count("\n"), error)
        self.assertTrue(error.startswith(os.path.basename(program)), error)
        self.assertEqual(b"", done.stdout)
        self.assertEqual(before, self.snapshot(), arguments)


def changed(arguments, **options):
    """A command line with other values, or without an option (None)."""
    out = list(arguments)
    for name, value in options.items():
        at = out.index("--" + name.replace("_", "-"))
        out[at:at + 2] = [] if value is None else [out[at], value]
    return out


ENDORSE = ["endorse", "--ca", "manufacturer", "--csr", "device.csr", "--out",
           "device.der"]
SERVER = ["cert", "server", "--ca", "broker", "--name", "b.example", "--out",
          "new"]
CLIENT = ["cert", "client", "--ca", "clients", "--name", "c", "--out", "new"]
CA_NEW = ["ca", "new", "--name", "CA", "--out", "new"]
KEY_NEW = ["key", "new", "--out", "new"]
PROVISION = ["provision", "--launcher", "launcher", "--device", "dev", "--ca",
             "manufacturer", "--root-key", "root.pub", "--trust-list",
             "trust-list", "--manifest", "manifest", "--image", "stream",
             "--ledger", "ledger"]
VERBS = (CA_NEW, KEY_NEW, SERVER, CLIENT, ENDORSE, TRUST_LIST, SIGN, PROVISION,
         ["inspect", "manifest"], ["report", "decode", "report"])

# Options that name an input file, and a file of another kind for each.
INPUTS = [
    (ENDORSE, "csr", "manifest"), (ENDORSE, "csr", "root"),
    (TRUST_LIST, "root-key", "root.pub"), (TRUST_LIST, "root-key", "image"),
    (TRUST_LIST, "firmware", "image"), (TRUST_LIST, "service", "manifest"),
    (TRUST_LIST, "broker-ca", "root.pub"),
    (TRUST_LIST, "broker-ca", "server.der"),
    (TRUST_LIST, "operational-issuer", "device.csr"),
    (SIGN, "key", "firmware.pub"), (SIGN, "key", "broker.pem"),
    (PROVISION, "root-key", "image"), (PROVISION, "trust-list", "manifest"),
    (PROVISION, "trust-list", "image"), (PROVISION, "manifest", "trust-list"),
    (PROVISION, "manifest", "stream"), (PROVISION, "image", "image"),
]


class CommandLine(Case):
    def test_help(self):
        for arguments in ([], ["ca"], ["cert"], ["key"], ["report"]):
            self.assertIn("ca new" if not arguments else arguments[0],
                          self.ok(*arguments, "--help"))
        for verb in VERBS:
            words = verb[:2] if verb[0] in ("ca", "key", "cert", "report") \
                else verb[:1]
            text = self.ok(*words, "--help")
            self.assertIn("usage: signet " + " ".join(words), text)

    def test_wrong_verbs(self):
        self.fails(USAGE, "verb is missing", [])
        self.fails(USAGE, "unknown verb 'frobnicate'", ["frobnicate"])
        self.fails(USAGE, "needs a second word", ["ca"])
        self.fails(USAGE, "needs a second word", ["cert", "--ca", "broker"])
        self.fails(USAGE, "needs a second word", ["ca", "old"])

    def test_missing_options(self):
        for verb in VERBS[:8]:
            for word in verb:
                if word.startswith("--") and word != "--chunk-size":
                    self.fails(USAGE, word + " is missing",
                               changed(verb, **{word[2:]: None}))

    def test_missing_values_and_repetition(self):
        for verb in VERBS[:8]:
            self.fails(USAGE, "needs a value", verb[:-1])
            self.fails(USAGE, "twice", verb + verb[-2:])
            self.fails(USAGE, "must not be empty", verb[:-1] + [""])
            self.fails(USAGE, "unknown option '--nonsense'",
                       verb + ["--nonsense", "1"])
            self.fails(USAGE, "unexpected argument 'stray'",
                       verb + ["stray"])

    def test_flag_with_a_value(self):
        self.fails(USAGE, "takes no value", ["inspect", "manifest",
                                             "--json=yes"])

    def test_equals_sign(self):
        self.ok("inspect", "--json", "manifest")
        self.ok(*CA_NEW[:2], "--name=With = sign", "--out=new")
        subject = subprocess.run(
            ["openssl", "x509", "-in", self.path("new.pem"), "-noout",
             "-subject"], capture_output=True, text=True).stdout
        self.assertIn("With = sign", subject)

    def test_numbers(self):
        for bad in ("-1", "+1", " 1", "1x", "0x1", "1.0", "4294967296",
                    "99999999999999999999"):
            self.fails(USAGE, "whole number",
                       changed(SIGN, security_counter=bad))
        for bad in ("-1", "18446744073709551616"):
            self.fails(USAGE, "whole number", changed(SIGN, sequence=bad))

    def test_uuids(self):
        for bad in ("6f1d0b6e", VENDOR[:-1], VENDOR + "0",
                    VENDOR.replace("-", ""), VENDOR.replace("6", "g")):
            self.fails(USAGE, "UUID", changed(SIGN, vendor=bad))

    def test_times(self):
        for bad in ("0", "1w", "-1d", "d", "99999999d", "1h30m"):
            self.fails(USAGE, "duration", CA_NEW + ["--lifetime", bad])
        for bad in ("yesterday", "2026-02-30T00:00:00Z"[:-1], "2026-01-01"):
            self.fails(USAGE, "time", SIGN + ["--not-after", bad])

    def test_too_many_values(self):
        self.fails(USAGE, "at most 16", TRUST_LIST + ["--time"] + ["x"] * 17)

    def test_values_out_of_range(self):
        self.fails(REFUSED, "slot", SIGN + ["--slot", "2"])
        for bad in ("0", "255", "1000", "131072"):
            self.fails(REFUSED, "CHUNK_SIZE", changed(SIGN, chunk_size=bad))
        self.fails(REFUSED, "32 characters",
                   changed(SIGN, version="v" * 33))
        self.fails(REFUSED, "printable", changed(SIGN, version="1\n2"))
        for bad in ("0", "18446744073709551615"):
            self.fails(REFUSED, "--sequence: is 1",
                       changed(SIGN, sequence=bad))
        self.fails(REFUSED, "--security-counter: is 0",
                   changed(SIGN, security_counter="4294967295"))
        self.fails(REFUSED, "at most 3", SIGN[:3] +
                   ["root", "service", "broker.key"] + SIGN[3:])
        self.fails(REFUSED, "64 characters", changed(CA_NEW, name="n" * 65))
        self.fails(REFUSED, "printable", changed(CA_NEW, name="a\tb"))
        self.fails(REFUSED, "IPv4", SERVER + ["--ip", "127.0.0.256"])
        self.fails(REFUSED, "purpose", KEY_NEW + ["--purpose", "world"])
        for bad in ("0", "4294967295"):
            self.fails(REFUSED, "--counter: is 1",
                       changed(TRUST_LIST, counter=bad))

    def test_full_standard_output(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([SIGNET, "inspect", "manifest"],
                                  cwd=self.folder, stdout=full,
                                  stderr=subprocess.PIPE, text=True)
        self.assertEqual(REFUSED, done.returncode)
        self.assertIn("standard output", done.stderr)


class Inputs(Case):
    def each(self, path, pattern, data=None):
        for verb, option, _ in INPUTS:
            self.fails(REFUSED, pattern, changed(verb, **{option: path}))
        for verb in (["inspect"], ["report", "decode"]):
            self.fails(REFUSED, pattern, verb + [path])

    def test_missing(self):
        self.each("no-such-file", "no-such-file: No such file")

    def test_directory(self):
        os.mkdir(self.path("folder"))
        self.each("folder", "not a regular file")

    def test_fifo_does_not_hang(self):
        os.mkfifo(self.path("pipe"))
        self.each("pipe", "not a regular file")

    def test_empty(self):
        self.write("empty", b"")
        for verb, option, _ in INPUTS:
            if option != "image":
                self.fails(REFUSED, "empty",
                           changed(verb, **{option: "empty"}))
        self.fails(REFUSED, "empty", changed(SIGN, image="empty"))
        self.fails(REFUSED, "empty", ["inspect", "empty"])

    @unittest.skipIf(os.geteuid() == 0, "root reads everything")
    def test_unreadable(self):
        self.write("secret", b"x")
        os.chmod(self.path("secret"), 0)
        self.each("secret", "Permission denied")

    def test_wrong_kind(self):
        for verb, option, other in INPUTS:
            self.fails(REFUSED, re.escape(other) + ": ",
                       changed(verb, **{option: other}))

    def test_endless(self):
        self.each("/dev/zero", "not a regular file")

    def test_too_large(self):
        with open(self.path("huge"), "wb") as f:
            f.truncate(600 << 20)
        for verb, option, _ in INPUTS:
            self.fails(REFUSED, "huge: (larger|is not the payload)",
                       changed(verb, **{option: "huge"}))
        self.fails(REFUSED, "larger", changed(SIGN, image="huge"))

    def test_truncated_everywhere(self):
        """Every proper prefix of every kind of object is refused, by a line."""
        cases = [(ENDORSE, "csr", "device.csr"),
                 (TRUST_LIST, "broker-ca", "broker.der"),
                 (PROVISION, "trust-list", "trust-list"),
                 (PROVISION, "manifest", "manifest"),
                 (["inspect", "--x"], None, "manifest"),
                 (["inspect", "--x"], None, "trust-list"),
                 (["inspect", "--x"], None, "broker.der")]
        for verb, option, name in cases:
            whole = self.read(name)
            for length in sorted({1, 2, 3, len(whole) // 2, len(whole) - 1,
                                  *range(4, len(whole), 29)}):
                self.write("cut", whole[:length])
                self.fails(REFUSED, "cut: ", changed(verb, **{option: "cut"})
                           if option else ["inspect", "cut"])

    def test_truncated_pem(self):
        for verb, option, name in ((SIGN, "key", "firmware"),
                                   (TRUST_LIST, "firmware", "firmware.pub"),
                                   (TRUST_LIST, "broker-ca", "broker.pem")):
            whole = self.read(name).rstrip()
            for length in range(1, whole.index(b"-----END"), 7):
                self.write("cut", whole[:length])
                self.fails(REFUSED, "cut: ", changed(verb, **{option: "cut"}))

    def test_damaged(self):
        """No flipped byte makes a program crash or an object pass."""
        for verb, option, name in ((PROVISION, "trust-list", "trust-list"),
                                   (PROVISION, "manifest", "manifest"),
                                   (ENDORSE, "csr", "device.csr")):
            whole = self.read(name)
            for at in range(0, len(whole), 5):
                bad = bytearray(whole)
                bad[at] ^= 0x41
                self.write("bad", bytes(bad))
                self.fails(REFUSED, "bad: ", changed(verb, **{option: "bad"}))

    def test_damaged_objects_are_shown_or_refused(self):
        for name in ("manifest", "trust-list", "broker.der"):
            whole = self.read(name)
            for at in range(0, len(whole), 3):
                bad = bytearray(whole)
                bad[at] ^= 0xFF
                self.write("bad", bytes(bad))
                done = self.run_program(SIGNET, ["inspect", "bad", "--json"])
                self.assertIn(done.returncode, (OK, REFUSED))
                if done.returncode == OK:
                    json.loads(done.stdout)
                else:
                    self.assertEqual(b"", done.stdout)

    def test_garbage_on_standard_input(self):
        for data in (b"", b"\0", b"\xff" * 100, b"-----BEGIN CERTIFICATE"):
            self.fails(REFUSED, "-: ", ["inspect", "-"], stdin=data)

    def test_other_keys(self):
        big = rsa.generate_private_key(65537, 2048)
        other = ec.generate_private_key(ec.SECP384R1())
        right = ec.generate_private_key(ec.SECP256R1())
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8)
        for key, password in ((big, None), (other, None), (right, b"secret")):
            self.write("other", key.private_bytes(
                *form, serialization.BestAvailableEncryption(password)
                if password else serialization.NoEncryption()))
            self.fails(REFUSED, "no unencrypted P-256 private key",
                       changed(SIGN, key="other"))

    def test_ca_whose_parts_do_not_fit(self):
        self.write("mixed.key", self.read("root"))
        self.write("mixed.der", self.read("broker.der"))
        self.fails(REFUSED, "mixed.der: the private key beside it",
                   changed(SERVER, ca="mixed"))
        self.fails(REFUSED, "mixed.der", changed(ENDORSE, ca="mixed"))
        os.remove(self.path("mixed.der"))
        self.fails(REFUSED, "mixed.der: No such file",
                   changed(SERVER, ca="mixed"))

    def test_leaf_is_no_ca(self):
        self.fails(REFUSED, "server.der: is not the certificate of a CA",
                   changed(SERVER, ca="server"))

    def test_ca_with_a_longer_name(self):
        key = ec.generate_private_key(ec.SECP256R1())
        self.write("long.key", key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption()))
        subprocess.run(["openssl", "req", "-x509", "-new", "-key", "long.key",
                        "-subj", "/O=Org/CN=CA", "-outform", "DER", "-out",
                        "long.der", "-addext", "keyUsage=critical,keyCertSign"],
                       cwd=self.folder, check=True, capture_output=True)
        self.fails(REFUSED, "long.der: ", changed(SERVER, ca="long"))


class Outputs(Case):
    OUT = [(CA_NEW, "out"), (KEY_NEW, "out"), (SERVER, "out"),
           (CLIENT, "out"), (ENDORSE, "out"), (TRUST_LIST, "out"),
           (SIGN, "manifest"), (SIGN, "stream")]

    def test_missing_folder(self):
        for verb, option in self.OUT:
            self.fails(REFUSED, "No such file",
                       changed(verb, **{option: "none/out"}))

    def test_folder_in_the_way(self):
        for name in ("out", "out.der"):
            os.mkdir(self.path(name))
        for verb, option in self.OUT:
            self.fails(REFUSED, "exists|not a regular file",
                       changed(verb, **{option: "out"}))

    def test_name_too_long(self):
        for verb, option in self.OUT:
            self.fails(REFUSED, "[Nn]ame too long",
                       changed(verb, **{option: "n" * 5000}))

    def test_keys_are_never_replaced(self):
        for verb in (CA_NEW, SERVER, CLIENT):
            self.fails(REFUSED, "broker.key: exists already",
                       changed(verb, out="broker"))
        self.fails(REFUSED, "root: exists", changed(KEY_NEW, out="root"))
        os.remove(self.path("broker.key"))
        self.fails(REFUSED, "broker.pem: exists",
                   changed(CA_NEW, out="broker"))
        self.write("half.der", b"x")
        self.fails(REFUSED, "half.der: exists", changed(CA_NEW, out="half"))

    def test_private_keys_are_private(self):
        self.ok(*CA_NEW)
        self.ok(*changed(KEY_NEW, out="key"))
        for name in ("new.key", "key"):
            mode = stat.S_IMODE(os.stat(self.path(name)).st_mode)
            self.assertEqual(0o600, mode)

    @unittest.skipIf(os.geteuid() == 0, "root writes everywhere")
    def test_folder_without_write_permission(self):
        os.mkdir(self.path("fixed"), 0o500)
        for verb, option in self.OUT:
            self.fails(REFUSED, "Permission denied",
                       changed(verb, **{option: "fixed/out"}))

    def test_disk_is_full(self):
        """One of two files cannot be written: neither is replaced."""
        limited = ["bash", "-c", "ulimit -f 4; trap '' XFSZ; exec \"$@\"", "-",
                   SIGNET]
        before = self.snapshot()
        self.write("large", os.urandom(200000))
        done = execute(limited[0], *limited[1:], *changed(SIGN, image="large"),
                       folder=self.folder)
        os.remove(self.path("large"))
        self.assertEqual(REFUSED, done.returncode)
        self.assertIn(b"File too large", done.stderr)
        self.assertEqual(before, self.snapshot())


def verify_cose(key, context, aad, protected_body, protected, payload,
                signature):
    parts = [context, protected_body] + ([protected] if protected is not None
                                         else []) + [aad, payload]
    der = encode_dss_signature(int.from_bytes(signature[:32], "big"),
                               int.from_bytes(signature[32:], "big"))
    key.verify(der, cbor2.dumps(parts), ec.ECDSA(hashes.SHA256()))


class Results(Case):
    """Checked by OpenSSL, python3-cryptography and cbor2."""

    def public(self, name):
        return serialization.load_pem_public_key(self.read(name))

    def kid(self, name):
        return hashlib.sha256(self.public(name).public_bytes(
            serialization.Encoding.DER,
            serialization.PublicFormat.SubjectPublicKeyInfo)).digest()[:8]

    def openssl(self, *arguments):
        return subprocess.run(["openssl", *arguments], cwd=self.folder,
                              check=True, capture_output=True,
                              text=True).stdout

    def test_certificates(self):
        for purpose, ca, cert in (("sslserver", "broker.pem", "server.pem"),
                                  ("sslclient", "clients.pem",
                                   "observer.pem")):
            self.assertIn("OK", self.openssl(
                "verify", "-x509_strict", "-purpose", purpose, "-CAfile", ca,
                cert))
        self.assertIn("does match", self.openssl(
            "x509", "-in", "server.pem", "-noout", "-checkip", "127.0.0.1"))
        self.assertIn("does match", self.openssl(
            "x509", "-in", "server.pem", "-noout", "-checkhost",
            "broker.example"))
        self.assertEqual(self.read("server.der"), x509.load_pem_x509_certificate(
            self.read("server.pem")).public_bytes(serialization.Encoding.DER))

    def test_lifetime(self):
        self.ok(*CLIENT, "--lifetime", "90s")
        c = x509.load_der_x509_certificate(self.read("new.der"))
        self.assertEqual(90, (c.not_valid_after -
                              c.not_valid_before).total_seconds())

    def test_key(self):
        text = self.ok(*KEY_NEW, "--purpose", "firmware")
        public = self.public("new.pub")
        numbers = public.public_numbers()
        self.assertIn("%064x%064x" % (numbers.x, numbers.y), text)
        self.assertIn(self.kid("new.pub").hex(), text)
        private = serialization.load_pem_private_key(self.read("new"), None)
        self.assertEqual(numbers, private.public_key().public_numbers())

    def test_device_certificate(self):
        for form in ("device.csr", "pem.csr"):
            self.openssl("req", "-inform", "DER", "-in", "device.csr", "-out",
                         "pem.csr")
            self.ok(*changed(ENDORSE, csr=form))
            c = x509.load_der_x509_certificate(self.read("device.der"))
            spki = c.public_key().public_bytes(
                serialization.Encoding.DER,
                serialization.PublicFormat.SubjectPublicKeyInfo)
            device = hashlib.sha256(spki).digest()[:16].hex()
            self.assertEqual("CN=device-" + device,
                             c.subject.rfc4514_string())
            basic = c.extensions.get_extension_for_class(x509.BasicConstraints)
            self.assertTrue(basic.critical)
            self.assertEqual((True, 0), (basic.value.ca,
                                         basic.value.path_length))
            names = c.extensions.get_extension_for_class(x509.NameConstraints)
            self.assertTrue(names.critical)
            self.assertIsNone(names.value.excluded_subtrees)
            self.assertEqual(["CN=enrol-" + device], [
                n.value.rfc4514_string() for n in
                names.value.permitted_subtrees])
            self.assertEqual(9999, c.not_valid_after.year)
            self.assertIn("OK", self.openssl("verify", "-CAfile",
                                             "manufacturer.pem",
                                             "device.der"))

    def test_trust_list(self):
        self.ok(*TRUST_LIST, "--time", "service.pub", "--development")
        tag = cbor2.loads(self.read("trust-list"))
        self.assertEqual(18, tag.tag)
        protected, unprotected, payload, signature = tag.value
        self.assertEqual({1: -7, 4: self.kid("root.pub")},
                         cbor2.loads(protected))
        self.assertEqual({}, unprotected)
        verify_cose(self.public("root.pub"), "Signature1",
                    b"signet trust-list 1", protected, None, payload,
                    signature)
        content = cbor2.loads(payload)
        self.assertEqual((1, 1), (content[1], content[2]))
        entries = {e[1]: e for e in content[3]}
        self.assertEqual({1, 2, 4, 8 | 16}, set(entries))
        self.assertEqual(self.read("broker.der"), entries[2][3])
        self.assertEqual({1}, {e[4] for e in content[3]})
        self.assertEqual(payload, cbor2.dumps(content, canonical=True))

    def test_manifest_and_stream(self):
        keys = ["firmware", "root"]
        self.ok(*SIGN[:3], "root", *SIGN[3:], "--component", "3", "--slot",
                "1", "--not-after", "2030-01-01T00:00:00Z")
        tag = cbor2.loads(self.read("manifest"))
        self.assertEqual(98, tag.tag)
        body, unprotected, payload, signatures = tag.value
        self.assertEqual((b"", {}, 2), (body, unprotected, len(signatures)))
        for name, (protected, empty, signature) in zip(keys, signatures):
            self.assertEqual({1: -7, 4: self.kid(name + ".pub")},
                             cbor2.loads(protected))
            self.assertEqual({}, empty)
            verify_cose(self.public(name + ".pub"), "Signature",
                        b"signet manifest 1", body, protected, payload,
                        signature)
        content = cbor2.loads(payload)
        image, stream = self.read("image"), self.read("stream")
        self.assertEqual({
            1: 1, 2: bytes.fromhex(VENDOR.replace("-", "")),
            3: bytes.fromhex(CLASS.replace("-", "")), 4: 1, 5: 1, 6: "1.0.0",
            7: 3, 8: 1, 9: len(image), 10: hashlib.sha256(image).digest(),
            11: 1024, 12: hashlib.sha256(stream[:1056]).digest(),
            13: 1893456000}, content)
        self.check_stream(image, stream, content[12])

    def check_stream(self, image, stream, expected):
        out = b""
        while stream:
            block, stream = stream[:1056], stream[1056:]
            self.assertEqual(expected, hashlib.sha256(block).digest())
            expected = block[1024:] if stream else None
            out += block[:1024]
        self.assertEqual(image, out)

    def test_inspect_says_what_is_in_it(self):
        shown = json.loads(self.ok("inspect", "manifest", "--json"))
        self.assertEqual(("manifest", "1.0.0", 1, VENDOR, CLASS, 5000),
                         tuple(shown[k] for k in ("object", "version",
                                                  "sequence", "vendor",
                                                  "class", "size")))
        shown = json.loads(self.ok("inspect", "trust-list", "--json"))
        self.assertEqual(["firmware", "broker-ca", "operational-issuer",
                          "service"], [e["purposes"] for e in
                                       shown["entries"]])
        for name in ("broker.der", "broker.pem"):
            shown = json.loads(self.ok("inspect", name, "--json"))
            self.assertEqual(("broker", True), (shown["subject"],
                                                shown["ca"]))
        shown = json.loads(self.ok("inspect", "device.csr", "--json"))
        self.assertEqual("certificate request", shown["object"])
        with open(self.path("manifest"), "rb") as f:
            done = self.run_program(SIGNET, ["inspect", "-"], stdin=f.read())
        self.assertIn(b"version: 1.0.0", done.stdout)


class Reports(Case):
    def encode(self, **fields):
        out = self.path("messages")
        os.makedirs(out, exist_ok=True)
        root = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                            "../../..")
        subprocess.run(["protoc", "-I", root + "/proto", "--python_out", out,
                        "report.proto"], check=True)
        code = ("import sys, report_pb2; sys.stdout.buffer.write("
                "report_pb2.ReportRecord(**%r).SerializeToString())" % fields)
        return subprocess.run([sys.executable, "-c", code], cwd=out,
                              check=True, capture_output=True).stdout

    def test_decode(self):
        self.write("report", self.encode(
            version=1, kind=8, severity=2, code=-96, boot=3, first_ms=10,
            last_ms=20, count=2, wall_s=1767225600, image_version="1.0.0",
            pc=0x8000, registers=[1, 2], payload=b"\x01\x02",
            reset_reason=3))
        shown = json.loads(self.ok("report", "decode", "report", "--json"))
        self.assertEqual({
            "kind": "refusal", "severity": "error", "code": -96,
            "code_name": "ERR_DOWNGRADE", "boot": 3, "first_ms": 10,
            "last_ms": 20, "count": 2, "wall": "2026-01-01T00:00:00Z",
            "image_version": "1.0.0", "pc": 0x8000,
            "reset_reason": "watchdog", "payload": "0102",
            "registers": [1, 2]}, shown)
        text = self.ok("report", "decode", "report")
        self.assertIn("code_name: ERR_DOWNGRADE", text)
        self.assertIn("pc: 0x8000", text)

    def test_hostile_text_cannot_steer_a_terminal(self):
        self.write("report", self.encode(version=1,
                                         image_version="\x1b[2J\x07\"\\"))
        self.assertNotIn("\x1b", self.ok("report", "decode", "report"))
        shown = json.loads(self.ok("report", "decode", "report", "--json"))
        self.assertEqual("\x1b[2J\x07\"\\", shown["image_version"])

    def test_refusals(self):
        good = self.encode(version=1, image_version="1.0.0", stack=b"x" * 50)
        self.write("bad", self.encode(version=2))
        self.fails(REFUSED, "bad: .*ERR_VERSION", ["report", "decode", "bad"])
        for data in (good[:-1], good[:8], b"\xff\xff", good + b"\x0a"):
            self.write("bad", data)
            self.fails(REFUSED, "bad: .*ERR_TYPE",
                       ["report", "decode", "bad"])
        self.write("bad", self.encode(version=1, image_version="v" * 40))
        self.fails(REFUSED, "ERR_TYPE", ["report", "decode", "bad"])


class Provisioning(Case):
    """With launchers that go wrong in every way, then with the real one."""

    def launcher(self, body):
        self.write("launcher", b"#!/bin/sh\n" + body.encode())
        os.chmod(self.path("launcher"), 0o755)

    def fails_with(self, pattern, body):
        self.launcher(body)
        # The launcher's own complaint comes before ours.
        done = self.run_program(SIGNET, changed(
            PROVISION, launcher=self.path("launcher")))
        self.assertEqual(REFUSED, done.returncode, done.stderr)
        self.assertRegex(done.stderr.decode(), pattern)
        self.assertFalse(os.path.exists(self.path("ledger")))

    def test_launcher_that_is_none(self):
        self.fails(REFUSED, "launcher: No such file", PROVISION)
        self.write("launcher", b"x")
        os.chmod(self.path("launcher"), 0o644)
        if os.geteuid() != 0:
            self.fails(REFUSED, "Permission denied", PROVISION)

    def test_init_fails(self):
        self.fails_with("init: exited with 7", "exit 7")

    def test_device_key_fails(self):
        self.fails_with("device-key: exited with 3",
                        '[ "$1" = init ] || exit 3')

    def test_device_key_is_killed(self):
        self.fails_with("did not end by itself",
                        '[ "$1" = init ] || kill -9 $$')

    def test_device_key_prints_garbage(self):
        self.fails_with("no certificate request", "echo garbage")
        self.fails_with("no certificate request", "true")

    def test_device_key_prints_too_much(self):
        self.fails_with("more than 65536",
                        '[ "$1" = init ] || head -c 100000 /dev/zero')

    def test_load_fails(self):
        subprocess.run(["openssl", "req", "-inform", "DER", "-in",
                        "device.csr", "-out", "pem.csr"], cwd=self.folder,
                       check=True)
        self.fails_with("load: exited with 9", "case $1 in device-key) cat '%s'"
                        ";; load) exit 9;; esac" % self.path("pem.csr"))
        left = [n for n in os.listdir(tempfile.gettempdir())
                if n.startswith("signet-provision-")]
        self.assertEqual([], left)

    def provision(self, **options):
        return self.ok(*changed(PROVISION, launcher=LAUNCHER, **options))

    @unittest.skipUnless(os.path.exists(LAUNCHER), "no launcher in this build")
    def test_a_device(self):
        first = self.provision()
        device = first.split()[1]
        with open(self.path("ledger")) as f:
            line = json.loads(f.read())
        self.assertEqual(device, line["device"])
        certificate = x509.load_der_x509_certificate(
            bytes.fromhex(line["certificate"]))
        self.assertEqual("CN=device-" + device,
                         certificate.subject.rfc4514_string())
        self.write("c.der", bytes.fromhex(line["certificate"]))
        subprocess.run(["openssl", "verify", "-CAfile", "manufacturer.pem",
                        "c.der"], cwd=self.folder, check=True,
                       capture_output=True)

        # Again: nothing changes, and it says so.
        before = self.snapshot()
        self.assertIn("as before", self.provision())
        self.assertEqual(before, self.snapshot())

        # By another manufacturer: refused.
        self.fails(REFUSED, "another manufacturer",
                   changed(PROVISION, launcher=LAUNCHER, ca="clients"))
        # Another device is another line.
        self.provision(device="dev2")
        with open(self.path("ledger")) as f:
            self.assertEqual(2, len(f.readlines()))

    @unittest.skipUnless(os.path.exists(LAUNCHER), "no launcher in this build")
    def test_damaged_ledger(self):
        self.provision()
        whole = self.read("ledger")
        at = whole.index(b'"certificate": "') + 20
        self.write("ledger", whole[:at])
        self.fails(REFUSED, "ledger: the line of device",
                   changed(PROVISION, launcher=LAUNCHER))


class Service(Case):
    """The service's admin verbs and configuration generator."""

    BROKER = ["broker-config", "--dir", ".", "--enrolment-port", "20001",
              "--operation-port", "20002", "--service-port", "20003",
              "--manufacturer-ca", "manufacturer.pem", "--operational-ca",
              "operational.pem", "--service-ca", "clients.pem",
              "--server-cert", "server.pem", "--server-key", "server.key",
              "--plugin", GUARD]
    RUN = ["run", "--db", "db", "--broker", "127.0.0.1:1", "--broker-ca",
           "broker.pem", "--client-cert", "observer.pem", "--client-key",
           "observer.key", "--service-key", "service", "--issuer",
           "operational"]
    INIT = ["init", "--db", "new.db", "--root-key", "root.pub",
            "--trust-list", "trust-list", "--manufacturer-ca",
            "manufacturer.der"]
    RELEASE = ["release", "add", "--db", "db", "--manifest", "manifest",
               "--stream", "stream"]
    MEASUREMENT = ["measurement", "add", "--db", "db", "--manifest",
                   "manifest"]
    DEVICE = "0123456789abcdef" * 2

    def refuses(self, pattern, arguments, code=REFUSED):
        self.fails(code, pattern, arguments, program=SERVICE)

    def admin(self, *arguments):
        return self.ok(*arguments, program=SERVICE)

    def test_help(self):
        verbs = [line[2:20].strip() for line in
                 self.admin("--help").splitlines() if line[:2] == "  "]
        self.assertEqual(17, len(verbs))
        for verb in verbs:
            self.assertIn("usage: signet-service " + verb,
                          self.admin(*verb.split(), "--help"))

    def test_database_that_is_none(self):
        self.write("text", b"not a database, but long enough to be one" * 50)
        os.mkdir(self.path("folder"))
        for verb in (["device", "list"], ["records", "list"],
                     ["audit", "list"], ["release", "list"],
                     ["measurement", "list"],
                     ["device", "show", self.DEVICE],
                     ["device", "revoke", self.DEVICE],
                     ["release", "withdraw", "1"], ["trust-list", "floor",
                                                    "1"],
                     ["trust-list", "add", "--file", "trust-list"],
                     changed(self.RELEASE, db=None),
                     changed(self.MEASUREMENT, db=None),
                     changed(self.RUN, db=None)):
            self.refuses("none: No such file", verb + ["--db", "none"])
            self.refuses("text: ", verb + ["--db", "text"])
            self.refuses("folder: is not a regular", verb +
                         ["--db", "folder"])
            self.refuses("--db is missing", verb, USAGE)

    def test_database_of_another_program(self):
        subprocess.run(["sqlite3", "other", "CREATE TABLE t(x)"],
                       cwd=self.folder, check=True)
        self.refuses("other: is not a database of this service",
                     ["device", "list", "--db", "other"])

    def test_init(self):
        self.refuses("db: exists already", changed(self.INIT, db="db"))
        self.refuses("No such file", changed(self.INIT, db="none/db"))
        self.refuses("trust-list: .*SIGNATURE|KEY_ID",
                     changed(self.INIT, root_key="service.pub"))
        self.refuses("manifest: ", changed(self.INIT, trust_list="manifest"))
        self.refuses("server.der: is not the certificate of a CA",
                     changed(self.INIT, manufacturer_ca="server.der"))
        self.refuses("automatic or listed",
                     self.INIT + ["--registration", "never"])
        self.admin(*self.INIT)
        self.assertEqual(0o600, stat.S_IMODE(
            os.stat(self.path("new.db")).st_mode))

    def test_measurements(self):
        self.refuses("one of --manifest and --image", self.MEASUREMENT[:4])
        self.refuses("one of --manifest and --image",
                     self.MEASUREMENT + ["--image", "image"])
        self.refuses("--image needs", self.MEASUREMENT[:4] +
                     ["--image", "image"])
        self.refuses("trust-list: ", changed(self.MEASUREMENT,
                                             manifest="trust-list"))
        self.admin(*self.MEASUREMENT)
        by_manifest = json.loads(self.admin("measurement", "list", "--db",
                                            "db", "--json"))
        digest = hashlib.sha256(self.read("image")).hexdigest()
        self.assertEqual([("1.0.0", digest, 1)], [
            (m["version"], m["digest"], m["minimum"]) for m in by_manifest])
        # The same from the image itself.
        self.admin(*self.MEASUREMENT[:4], "--image", "image", "--version",
                   "1.0.0", "--signer", "firmware.pub", "--vendor", VENDOR,
                   "--class", CLASS, "--minimum", "1")
        by_image = json.loads(self.admin("measurement", "list", "--db", "db",
                                         "--json"))
        for row in by_manifest + by_image:
            row.pop("added")
        self.assertEqual(by_manifest, by_image)
        self.refuses("64 hex digits", ["measurement", "retire", "--db", "db",
                                       "12"])
        self.admin("measurement", "retire", "--db", "db", digest)
        self.refuses("no such measurement", ["measurement", "retire", "--db",
                                             "db", digest])

    def test_releases(self):
        self.refuses("not the payload stream",
                     changed(self.RELEASE, stream="image"))
        for at in (0, 1030, 2000, -1):
            bad = bytearray(self.read("stream"))
            bad[at] ^= 1
            self.write("bad", bytes(bad))
            self.refuses("not the payload stream",
                         changed(self.RELEASE, stream="bad"))
        self.write("bad", self.read("stream") + b"\0")
        self.refuses("not the payload stream",
                     changed(self.RELEASE, stream="bad"))
        self.write("bad", self.read("stream")[:-1])
        self.refuses("not the payload stream",
                     changed(self.RELEASE, stream="bad"))
        self.refuses("none: No such file", changed(self.RELEASE,
                                                   stream="none"))
        self.refuses("none: No such file", changed(self.RELEASE,
                                                   manifest="none"))
        self.refuses("no such device", self.RELEASE + ["--for", self.DEVICE])
        self.refuses("device id", self.RELEASE + ["--for", "x"], USAGE)
        self.ok(*changed(SIGN, key="service", manifest="foreign"))
        self.refuses("foreign: ", changed(self.RELEASE, manifest="foreign"))
        self.admin(*self.RELEASE)
        self.admin(*changed(self.RELEASE, manifest="foreign"), "--force")
        rows = json.loads(self.admin("release", "list", "--db", "db",
                                     "--json"))
        self.assertEqual([False, True], [r["forced"] for r in rows])
        self.assertEqual(os.path.realpath(self.path("stream")),
                         rows[0]["stream"])
        self.admin("release", "withdraw", "--db", "db", "1")
        self.refuses("no such release", ["release", "withdraw", "--db", "db",
                                         "1"])

    def test_trust_lists(self):
        add = ["trust-list", "add", "--db", "db", "--file", "trust-list"]
        self.refuses("not above 1", add)
        self.refuses("manifest: ", changed(add, file="manifest"))
        self.refuses("no list has a counter of 2",
                     ["trust-list", "floor", "--db", "db", "2"])
        self.ok(*changed(TRUST_LIST, counter="2"))
        self.admin(*add)
        self.admin("trust-list", "floor", "--db", "db", "2")

    def test_devices(self):
        for verb in ("show", "revoke"):
            self.refuses("no such device", ["device", verb, "--db", "db",
                                            self.DEVICE])
            self.refuses("device id", ["device", verb, "--db", "db", "me"],
                         USAGE)
        self.admin("device", "add", "--db", "db", self.DEVICE)
        self.admin("device", "add", "--db", "db", self.DEVICE)
        rows = json.loads(self.admin("device", "list", "--db", "db",
                                     "--json"))
        self.assertEqual([(self.DEVICE, "active")], [
            (r["device"], r["status"]) for r in rows])
        self.admin("device", "revoke", "--db", "db", self.DEVICE)
        self.assertIn("status: revoked", self.admin("device", "show", "--db",
                                                    "db", self.DEVICE))
        self.refuses("messages or reports", ["records", "list", "--db", "db",
                                             "--log", "diary"])

    def test_run(self):
        for option, bad, pattern in (
                ("broker", "127.0.0.1", "HOST:PORT"),
                ("broker", "127.0.0.1:0", "HOST:PORT"),
                ("broker", ":1883", "HOST:PORT"),
                ("broker-ca", "none", "none: No such file"),
                ("broker-ca", "root.pub", "root.pub: "),
                ("client-cert", "root.pub", "root.pub: "),
                ("client-key", "root.pub", "root.pub: "),
                ("client-key", "server.key", "not a PEM certificate and its"),
                ("service-key", "service.pub", "service.pub: "),
                ("issuer", "server", "server.der: is not the certificate"),
                ("issuer", "none", "none.key: No such file")):
            # The list of revoked devices is written before the connection.
            self.write("revoked", b"# devices whose sessions the broker ends\n")
            self.refuses(pattern, changed(self.RUN, **{option: bad}))
        self.refuses("at most 24h", self.RUN + ["--certificate-life", "25h"])
        self.refuses("No such file", self.RUN + ["--revocation-file",
                                                 "none/revoked"])

    def test_broker_config(self):
        self.refuses("are the same", changed(self.BROKER,
                                             service_port="20001"))
        self.refuses("port", changed(self.BROKER, service_port="65536"),
                     USAGE)
        self.refuses("none: No such file", changed(self.BROKER, dir="none"))
        self.refuses("broker.der: is not PEM",
                     changed(self.BROKER, service_ca="broker.der"))
        self.refuses("server.pem: is not the certificate of a root",
                     changed(self.BROKER, service_ca="server.pem"))
        self.refuses("none: No such", changed(self.BROKER, plugin="none"))
        self.refuses("server.pem: no unencrypted",
                     changed(self.BROKER, server_key="server.pem"))
        self.admin(*self.BROKER)
        self.assertEqual({"enrolment.acl", "operation.acl", "service.acl",
                          "mosquitto.conf", "revoked"},
                         set(os.listdir(self.folder)) -
                         set(os.listdir(MATERIAL)))
        # A list that is there is kept.
        self.write("revoked", self.DEVICE.encode() + b"\n")
        self.admin(*self.BROKER)
        self.assertEqual(self.DEVICE.encode() + b"\n", self.read("revoked"))


if __name__ == "__main__":
    unittest.main()
