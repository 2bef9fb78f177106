/* SPDX-License-Identifier: MIT */
#include "ledger.h"

#include "cli.h"
#include "show.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* About half a million devices. */
#define LEDGER_LIMIT (1024u * 1024u * 1024u)

static bool take_certificate(const char *line, const char *end,
                             endorsement *out)
{
    static const char key[] = "\"certificate\": \"";
    const char *at = strstr(line, key);
    if (at == NULL || at >= end) {
        return false;
    }
    at += sizeof key - 1u;
    char hex[2u * SIGNET_X509_MAX_SIZE + 1u];
    size_t len = strspn(at, "0123456789abcdef");
    if (len >= sizeof hex || len % 2u != 0 || at + len >= end) {
        return false;
    }
    memcpy(hex, at, len);
    hex[len] = '\0';
    out->len = len / 2u;
    return cli_hex(hex, out->der, out->len);
}

static bool find_line(const char *path, const file_data *text, endorsement *out,
                      bool *found, failure *f)
{
    char key[64];
    snprintf(key, sizeof key, "\"device\": \"%s\"", out->id);
    const char *line = strstr((const char *)text->ptr, key);
    if (line == NULL) {
        return true;
    }
    const char *end = strchr(line, '\n');
    if (end == NULL || !take_certificate(line, end, out)) {
        return fail(f, "%s: the line of device %s is damaged", path, out->id);
    }
    *found = true;
    return true;
}

bool ledger_find(const char *path, endorsement *out, bool *found, failure *f)
{
    file_data text;
    *found = false;
    if (access(path, F_OK) != 0 && errno == ENOENT) {
        return true;
    }
    if (!file_read(path, LEDGER_LIMIT, &text, f)) {
        return false;
    }
    bool ok = find_line(path, &text, out, found, f);
    file_free(&text);
    return ok;
}

bool ledger_add(const char *path, const endorsement *device,
                const char *directory, failure *f)
{
    char *line = NULL;
    size_t len = 0;
    show s = {open_memstream(&line, &len), SHOW_JSON, 0, false};
    if (s.out == NULL) {
        return fail(f, "out of memory");
    }
    show_begin(&s, NULL);
    show_text(&s, "device", device->id);
    show_time(&s, "time", (uint64_t)time(NULL));
    show_text(&s, "directory", directory);
    show_hex(&s, "certificate", signet_view(device->der, device->len));
    show_end(&s);
    fclose(s.out);
    bool ok = file_append_line(path, line, f);
    free(line);
    return ok;
}
