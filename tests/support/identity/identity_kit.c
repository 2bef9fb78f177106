/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include "identity_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

static void must(bool ok, const char *what)
{
    if (!ok) {
        perror(what);
        abort();
    }
}

static signet_status fill(void *ctx, uint8_t *out, size_t len)
{
    (void)ctx;
    return getrandom(out, len, 0) == (ssize_t)len ? SIGNET_OK
                                                  : SIGNET_ERR_ENTROPY;
}

signet_entropy kit_entropy(void)
{
    signet_entropy entropy = {fill, NULL};

    return entropy;
}

static signet_status fill_nothing(void *ctx, uint8_t *out, size_t len)
{
    (void)ctx;
    (void)out;
    (void)len;
    return SIGNET_ERR_ENTROPY;
}

signet_entropy kit_no_entropy(void)
{
    signet_entropy entropy = {fill_nothing, NULL};

    return entropy;
}

static signet_status key_sign(void *ctx, uint32_t slot,
                              const uint8_t digest[32], uint8_t signature[64])
{
    struct kit_key *key = ctx;
    signet_entropy rng = kit_entropy();

    (void)slot;
    if (key->fail != SIGNET_OK) {
        return key->fail;
    }
    key->signatures++;
    return signet_p256_sign(key->private_key, digest, &rng, signature);
}

static signet_status key_public(void *ctx, uint32_t slot, uint8_t out[64])
{
    const struct kit_key *key = ctx;

    (void)slot;
    memcpy(out, key->public_key, 64);
    return SIGNET_OK;
}

static signet_status key_refuse(void *ctx, uint32_t slot)
{
    (void)ctx;
    (void)slot;
    return SIGNET_ERR_KEY;
}

static const signet_key_ops key_ops = {key_refuse, key_sign, key_public,
                                       key_refuse};

void kit_key_make(struct kit_key *key)
{
    memset(key, 0, sizeof(*key));
    do {
        must(fill(NULL, key->private_key, 32) == SIGNET_OK, "getrandom");
    } while (signet_p256_public(key->private_key, key->public_key) !=
             SIGNET_OK);
    key->handle.ops = &key_ops;
    key->handle.ctx = key;
}

signet_x509_template kit_template(const struct kit_key *subject,
                                  const struct kit_key *issuer)
{
    signet_x509_template t = {0};

    t.subject_key = subject->public_key;
    t.issuer_key = issuer->public_key;
    t.not_before_s = KIT_NOW - 60;
    t.not_after_s = KIT_NOW + 3600;
    t.path_len = -1;
    must(fill(NULL, t.serial, sizeof(t.serial)) == SIGNET_OK, "getrandom");
    return t;
}

size_t kit_root(const struct kit_key *key, const char *cn, uint8_t *out,
                size_t cap)
{
    signet_x509_template t = kit_template(key, key);
    size_t len = 0;

    t.issuer_cn = cn;
    t.subject_cn = cn;
    t.ca = true;
    t.not_after_s = SIGNET_X509_NO_END;
    t.key_usage = SIGNET_KEY_USAGE_CERT_SIGN | SIGNET_KEY_USAGE_CRL_SIGN;
    must(signet_x509_write(&t, &key->handle, out, cap, &len) == SIGNET_OK,
         "root");
    return len;
}

size_t kit_device_certificate(const uint8_t device_key[64], const char *id,
                              const struct kit_key *root, const char *root_cn,
                              uint8_t *out, size_t cap)
{
    signet_x509_template t = kit_template(root, root);
    char subject[64];
    char permitted[64];
    size_t len = 0;

    (void)snprintf(subject, sizeof(subject), "device-%s", id);
    (void)snprintf(permitted, sizeof(permitted), "enrol-%s", id);
    t.subject_key = device_key;
    t.issuer_cn = root_cn;
    t.subject_cn = subject;
    t.permitted_cn = permitted;
    t.ca = true;
    t.path_len = 0;
    t.not_after_s = SIGNET_X509_NO_END;
    t.key_usage = SIGNET_KEY_USAGE_CERT_SIGN;
    must(signet_x509_write(&t, &root->handle, out, cap, &len) == SIGNET_OK,
         "device certificate");
    return len;
}

void kit_write_file(const char *path, const uint8_t *data, size_t len)
{
    FILE *file = fopen(path, "wb");

    must(file != NULL && fwrite(data, 1, len, file) == len, path);
    must(fclose(file) == 0, path);
}

static void collect(int fd, char *output, size_t cap)
{
    size_t len = 0;
    ssize_t got = 0;
    char rest[256];

    while (len + 1 < cap && (got = read(fd, output + len, cap - 1 - len)) > 0) {
        len += (size_t)got;
    }
    output[len] = '\0';
    while (read(fd, rest, sizeof(rest)) > 0) {
    }
}

/* execvp promises not to write to argv, but its type cannot say so. */
static void become(const char *const argv[], int fd)
{
    char *copy[32];
    size_t count = 0;

    for (; argv[count] != NULL && count < 31; count++) {
        copy[count] = strdup(argv[count]);
    }
    copy[count] = NULL;
    (void)dup2(fd, STDOUT_FILENO);
    (void)dup2(fd, STDERR_FILENO);
    (void)execvp(copy[0], copy);
    perror(copy[0]);
    _exit(127);
}

int kit_run(const char *const argv[], char *output, size_t cap)
{
    int ends[2];
    int status = 0;
    pid_t child;

    must(pipe(ends) == 0, "pipe");
    child = fork();
    must(child >= 0, "fork");
    if (child == 0) {
        (void)close(ends[0]);
        become(argv, ends[1]);
    }
    (void)close(ends[1]);
    collect(ends[0], output, cap);
    (void)close(ends[0]);
    must(waitpid(child, &status, 0) == child, "waitpid");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
