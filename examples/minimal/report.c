/* SPDX-License-Identifier: MIT */
/* An error that happens three times becomes one report in flash:
 *     minimal_report >report && signet report decode report
 * A record stays in the file "reports" until a service acknowledges it. A
 * product also installs signet_report_capture as its fault handler, and calls
 * signet_report_recover at boot, so that crashes are reported as well. */
#define _XOPEN_SOURCE 700
#include "signet/report.h"
#include "signet/port/posix/clock.h"
#include "signet/port/posix/flash.h"
#include "signet/port/posix/lock.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

static void must(signet_status status, const char *what)
{
    if (status != SIGNET_OK) {
        fprintf(stderr, "%s: %s\n", what, signet_status_text(status));
        exit(1);
    }
}

int main(void)
{
    static const signet_posix_flash_geometry nor = {16384, 4096, 4, false};
    static signet_report_slot slots[4]; /* different errors at once */
    const signet_report_event event = {
        SIGNET_REPORT_ERROR, SIGNET_SEVERITY_WARNING,
        .code = SIGNET_ERR_TIMEOUT, .payload = {(const uint8_t *)"pump", 4}};
    uint8_t record[SIGNET_REPORT_MAX_SIZE];
    signet_posix_flash file;
    signet_flash flash;
    signet_posix_clock host;
    signet_clock clock;
    signet_posix_lock mutex;
    signet_log log;
    signet_log_entry entry;
    signet_report report;
    signet_report_config config = {&log, .slots = slots, .slot_count = 4,
                                   .version = "1.0"};

    (void)signet_posix_flash_create(AT_FDCWD, "reports", &nor); /* if none */
    must(signet_posix_flash_open(&file, AT_FDCWD, "reports", &nor, 0, &flash),
         "reports");
    must(signet_log_format(&flash, 1), "format"); /* a product: when blank */
    must(signet_log_mount(&log, &flash), "mount");
    must(signet_posix_lock_init(&mutex, &config.lock), "lock");
    signet_report_init(&report, &config);
    signet_posix_clock_init(&host, true, &clock);
    for (int i = 0; i < 3; i++) { /* from any task or interrupt */
        must(signet_report_push(&report, &event, signet_now(&clock).uptime_ms),
             "push");
    }
    must(signet_report_flush(&report, signet_now(&clock)), "flush");
    must(signet_log_next(&log, 0, &entry), "next");
    must(signet_log_read(&log, &entry, record, sizeof record), "read");
    return fwrite(record, entry.len, 1, stdout) == 1 ? 0 : 1;
}
