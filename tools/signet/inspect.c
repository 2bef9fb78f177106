/* SPDX-License-Identifier: MIT */
#include "inspect.h"

#include "files.h"
#include "material.h"
#include "verbs.h"

#include <stdlib.h>

/* Objects are at most 2 KiB, their PEM form half as large again. */
#define INSPECT_LIMIT 65536u

typedef signet_status (*inspector)(show *s, signet_bytes object);

/* DER begins with a SEQUENCE, COSE with the tag 18 or 98. */
static inspector kind_of(signet_bytes object)
{
    signet_csr csr;
    switch (object.ptr[0]) {
    case 0x30u:
        return signet_csr_read(object, &csr) == SIGNET_OK ? inspect_csr
                                                          : inspect_certificate;
    case 0xD2u:
    case 0xD8u:
        return inspect_cose;
    default:
        return NULL;
    }
}

static bool inspect(const cli_args *args, signet_bytes object, failure *f)
{
    const char *path = cli_text(args, "FILE");
    inspector look = kind_of(object);
    show s = show_start(cli_flag(args, "json") ? SHOW_JSON : SHOW_LINES);
    if (look == NULL) {
        return fail(f, "%s: no certificate, CSR, manifest or trust list", path);
    }
    /* Into memory first: an object that breaks half-way prints nothing. */
    char *text = NULL;
    size_t len = 0;
    s.out = open_memstream(&text, &len);
    if (s.out == NULL) {
        return fail(f, "out of memory");
    }
    show_begin(&s, NULL);
    signet_status status = look(&s, object);
    show_end(&s);
    show_finish(&s);
    fclose(s.out);
    if (status == SIGNET_OK) {
        fwrite(text, 1, len, stdout);
    }
    free(text);
    return status == SIGNET_OK || fail_status(f, path, status);
}

static bool is_pem(signet_bytes file, signing_buffer *der)
{
    return signing_pem_read(file, "CERTIFICATE", der) == SIGNET_OK ||
           signing_pem_read(file, "CERTIFICATE REQUEST", der) == SIGNET_OK;
}

static bool run(const cli_args *args, failure *f)
{
    file_data file;
    signing_buffer der = {0};
    if (!file_read(cli_text(args, "FILE"), INSPECT_LIMIT, &file, f)) {
        return false;
    }
    bool ok = inspect(args,
                      is_pem(file_view(&file), &der) ? signing_view(&der)
                                                     : file_view(&file),
                      f);
    signing_buffer_free(&der);
    file_free(&file);
    return ok;
}

static const cli_option options[] = {
    {.name = "FILE",
     .help = "manifest, trust list, certificate or CSR; - for standard input",
     .required = true,
     .positional = true},
    {.name = "json", .help = "for programs", .kind = CLI_FLAG},
    {0},
};

const cli_verb verb_inspect = {
    "inspect", "show what a signed object says",
    "Signatures are shown, not verified (but a CSR's own).", options, run};
