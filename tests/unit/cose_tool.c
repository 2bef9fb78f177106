/* SPDX-License-Identifier: MIT */
/*
 * Our CBOR and COSE for cose_cross.py: a request a line on the input, an
 * answer a line on the output; bytes in hex, "-" for none.
 *
 *   key                    the public key
 *   sign AAD PAYLOAD       a COSE_Sign1 by that key
 *   open KEY AAD OBJECT    STATUS PAYLOAD, of a COSE_Sign1
 *   verify KEY AAD OBJECT  STATUS, of each signature of a COSE_Sign
 *   skip ITEM              STATUS
 */
#include "cose_key.h"
#include "hex.h"

#include <stdio.h>
#include <string.h>

#define MAX 8192u

struct argument {
    uint8_t bytes[MAX];
    size_t len;
};

static struct argument arguments[3];
static signet_key key;
static uint8_t public_key[64];

static signet_bytes view(size_t i)
{
    return signet_view(arguments[i].bytes, arguments[i].len);
}

static void print(signet_bytes bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        (void)printf("%02x", bytes.ptr[i]);
    }
    (void)printf("%s\n", bytes.len == 0 ? "-" : "");
}

static void sign(void)
{
    static uint8_t out[MAX + 100];
    size_t len = 0;
    signet_status status =
        signet_cose_sign1(&key, view(0), view(1), out, sizeof out, &len);

    if (status == SIGNET_OK) {
        print(signet_view(out, len));
    } else {
        (void)puts(signet_status_name(status));
    }
}

static void open(void)
{
    signet_bytes payload;
    signet_status status =
        signet_cose_open1(view(2), view(1), arguments[0].bytes, &payload);

    (void)printf("%s ", signet_status_name(status));
    print(payload);
}

static void verify(void)
{
    signet_cose_object object;
    signet_status status = signet_cose_parse(view(2), &object);

    for (size_t i = 0; i < object.count && status == SIGNET_OK; i++) {
        status = signet_cose_verify(&object, i, view(1), arguments[0].bytes);
    }
    (void)puts(signet_status_name(status));
}

static void skip(void)
{
    signet_cbor_reader r;

    signet_cbor_reader_init(&r, view(0));
    (void)signet_cbor_skip(&r);
    (void)puts(signet_status_name(signet_cbor_reader_finish(&r)));
}

static int answer(char *line)
{
    char *verb = strtok(line, " \n");
    char *word = NULL;

    if (verb == NULL) {
        return 1;
    }
    for (size_t i = 0; i < 3; i++) {
        word = strtok(NULL, " \n");
        arguments[i].len =
            word == NULL ? 0 : hex_decode(word, arguments[i].bytes, MAX);
    }
    if (strcmp(verb, "key") == 0) {
        print(signet_view(public_key, sizeof public_key));
    } else if (strcmp(verb, "sign") == 0) {
        sign();
    } else if (strcmp(verb, "open") == 0) {
        open();
    } else if (strcmp(verb, "verify") == 0) {
        verify();
    } else if (strcmp(verb, "skip") == 0) {
        skip();
    } else {
        return 1;
    }
    return fflush(stdout) != 0;
}

int main(void)
{
    static char line[6 * MAX];
    int failed = 0;

    key = cose_key(public_key);
    while (failed == 0 && fgets(line, sizeof line, stdin) != NULL) {
        failed = answer(line);
    }
    return failed;
}
