/* SPDX-License-Identifier: MIT */
/** The conformance suites over ports/posix: flash, counter, secret, boot. */
#define _GNU_SOURCE
#include "signet/port/posix/boot.h"
#include "signet/port/posix/counter.h"
#include "signet/port/posix/flash.h"
#include "signet/port/posix/secret.h"

#include "signet/port/posix/entropy.h"
#include "suites.h"
#include "temporary.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int directory;

typedef struct flash_device {
    signet_posix_flash flash;
    signet_posix_flash_geometry geometry;
} flash_device;

static signet_status flash_cycle(void *arg, signet_flash *out)
{
    flash_device *device = arg;
    signet_posix_flash_close(&device->flash);
    return signet_posix_flash_open(&device->flash, directory, "flash.img",
                                   &device->geometry, false, out);
}

static int run_flash(uint32_t program_size, bool write_once)
{
    flash_device device = {{-1, {0, 0, 0, false}},
                           {8 * 4096, 4096, program_size, write_once}};
    conformance_flash fixture = {&device, flash_cycle, true};
    (void)unlinkat(directory, "flash.img", 0);
    if (signet_posix_flash_create(directory, "flash.img", &device.geometry) !=
        SIGNET_OK) {
        return 1;
    }
    int failed = conformance_flash_run(&fixture);
    signet_posix_flash_close(&device.flash);
    return failed;
}

static signet_status counter_cycle(void *arg, signet_counter *out)
{
    signet_posix_counter *counter = arg;
    signet_posix_counter_close(counter);
    (void)unlinkat(directory, "counters", 0);
    if (renameat(directory, "counters.aside", directory, "counters") != 0) {
        return SIGNET_ERR_IO;
    }
    return signet_posix_counter_open(counter, directory, out);
}

/* Each cycle takes the real file from where the test last left it. */
static signet_status counter_cycle_plain(void *arg, signet_counter *out)
{
    signet_posix_counter *counter = arg;
    if (faccessat(directory, "counters.aside", F_OK, 0) == 0) {
        return counter_cycle(arg, out);
    }
    signet_posix_counter_close(counter);
    return signet_posix_counter_open(counter, directory, out);
}

static void counter_damage(void *arg)
{
    (void)arg;
    (void)renameat(directory, "counters", directory, "counters.aside");
    int fd = openat(directory, "counters", O_WRONLY | O_CREAT | O_EXCL, 0600);
    ssize_t ignored = write(fd, "SGCT not a counter file.", 24);
    (void)ignored;
    (void)close(fd);
}

static int run_counter(void)
{
    signet_posix_counter counter = {-1};
    conformance_counter fixture = {&counter, counter_cycle_plain,
                                   counter_damage};
    if (signet_posix_counter_create(directory) != SIGNET_OK) {
        return 1;
    }
    int failed = conformance_counter_run(&fixture);
    signet_posix_counter_close(&counter);
    return failed;
}

static signet_status secret_cycle(void *arg, signet_secret *out)
{
    signet_posix_secret_close(arg);
    return signet_posix_secret_open(arg, directory, out);
}

static signet_status secret_blank(void *arg, signet_secret *out)
{
    if (unlinkat(directory, "secret", 0) != 0) {
        return SIGNET_ERR_IO;
    }
    return secret_cycle(arg, out);
}

static int run_secret(void)
{
    signet_posix_secret secret = {-1, false};
    signet_entropy rng = signet_posix_entropy();
    conformance_secret fixture = {&secret, secret_cycle, secret_blank};
    if (signet_posix_secret_create(directory, &rng) != SIGNET_OK) {
        return 1;
    }
    int failed = conformance_secret_run(&fixture);
    signet_posix_secret_close(&secret);
    return failed;
}

static void example_handoff(signet_handoff *out)
{
    memset(out, 0, sizeof *out);
    out->slot = 1;
    out->state = SIGNET_IMAGE_TRIAL;
    out->security_counter = 7;
    out->sequence = 0x0102030405060708u;
    out->boot_count = 99;
    out->reset_reason = SIGNET_RESET_WATCHDOG;
    memset(out->measurement, 0x11, 32);
    memset(out->signer, 0x22, 32);
    memset(out->boot_seed, 0x33, 32);
    memset(out->root_key, 0x44, 64);
    memset(out->version, 'v', 32);
}

static void open_record(signet_posix_boot *ctx, const uint8_t *record,
                        size_t len, signet_boot *out)
{
    int fd = memfd_create("record", MFD_CLOEXEC);
    ssize_t ignored = write(fd, record, len);
    (void)ignored;
    signet_posix_boot_open(ctx, fd, out);
    (void)close(fd);
}

static int run_boot(void)
{
    signet_posix_boot contexts[3];
    uint8_t record[SIGNET_POSIX_HANDOFF_SIZE];
    conformance_boot fixture;
    example_handoff(&fixture.expected);
    signet_posix_handoff_encode(&fixture.expected, record);
    open_record(&contexts[0], record, sizeof record, &fixture.boot);
    record[100] ^= 0x10;
    open_record(&contexts[1], record, sizeof record, &fixture.damaged);
    signet_posix_boot_open(&contexts[2], -1, &fixture.absent);
    return conformance_boot_run(&fixture);
}

int main(void)
{
    char path[TEMPORARY_SIZE];
    directory = temporary_make(path);
    int failed = run_flash(8, false) + run_flash(1, false) +
                 run_flash(8, true) + run_flash(32, true) + run_counter() +
                 run_secret() + run_boot();
    temporary_remove(path, directory);
    return failed == 0 ? 0 : 1;
}
