/* SPDX-License-Identifier: MIT */
/*
 * A device program for the launcher's tests: says how it was started, then
 * does what a script tells it. payload SCRIPT [MANIFEST STREAM]: one letter a
 * boot, the last one again and again.
 */
#define _GNU_SOURCE
#include "ids.h"
#include "signet/port/posix/device.h"
#include "signet/update.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct machine {
    signet_posix_device device;
    signet_handoff handoff;
    signet_items items;
    signet_update_config config;
    signet_update_memory memory;
    signet_update update;
} machine;

/* The first words of no-init RAM. */
typedef struct survivor {
    uint32_t boots;
    uint32_t fault_kind;
} survivor;

static void must(signet_status status, const char *what)
{
    if (status != SIGNET_OK) {
        fprintf(stderr, "payload: %s: %s\n", what, signet_status_name(status));
        _exit(3);
    }
}

static void keep_fault(void *arg, const signet_fault_context *fault)
{
    survivor *s = arg;
    s->fault_kind = fault->kind;
}

/* What seals lie on the file that this process runs. */
static int own_seals(void)
{
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    int seals = fcntl(fd, F_GET_SEALS);
    (void)close(fd);
    return seals;
}

static void say(const machine *m, const survivor *s)
{
    char measurement[65];
    char seed[65];
    const signet_handoff *h = &m->handoff;
    signet_hex(h->measurement, 32, measurement);
    signet_hex(h->boot_seed, 32, seed);
    printf("device: count=%" PRIu32 " slot=%" PRIu32 " state=%d reason=%d "
           "sequence=%" PRIu64 " version=%s noinit=%" PRIu32 " fault=%" PRIu32
           " seals=%d pid=%d seed=%s measurement=%s\n",
           h->boot_count, h->slot, (int)h->state,
           (int)m->device.reset.ops->reason(m->device.reset.ctx), h->sequence,
           h->version, s->boots, s->fault_kind, own_seals(), (int)getpid(),
           seed, measurement);
    fflush(stdout);
}

static void open_update(machine *m)
{
    static const uint8_t vendor[16] = {PAYLOAD_VENDOR};
    static const uint8_t class_id[16] = {PAYLOAD_CLASS};
    signet_update_config *config = &m->config;
    config->items = &m->items;
    config->slots[0] = &m->device.storage.slots[0];
    config->slots[1] = &m->device.storage.slots[1];
    config->counter = m->device.counter;
    config->root_key = m->handoff.root_key;
    memcpy(config->vendor_id, vendor, sizeof vendor);
    memcpy(config->class_id, class_id, sizeof class_id);
    config->policy.min_es256 = 1;
    config->max_tries = 3;
    must(signet_items_mount(&m->items, &m->device.storage.boot_items), "mount");
    must(signet_update_start(&m->update, config, &m->memory, &m->handoff),
         "start");
}

static signet_bytes read_file(const char *path, uint8_t *out, size_t cap)
{
    FILE *file = fopen(path, "rb");
    size_t len = file == NULL ? 0 : fread(out, 1, cap, file);
    if (len == 0 || len == cap) {
        _exit(4);
    }
    (void)fclose(file);
    return signet_view(out, len);
}

/* A download that was interrupted goes on where it stood. */
static void receive(machine *m, signet_bytes stream)
{
    const size_t gap = 32;
    signet_block_request want;
    while (signet_update_wanted(&m->update, &want) == SIGNET_OK) {
        size_t from = want.offset / PAYLOAD_CHUNK * (PAYLOAD_CHUNK + gap);
        if (from > stream.len || want.len > stream.len - from) {
            _exit(5);
        }
        must(signet_update_block(&m->update, want.manifest_digest, want.offset,
                                 signet_view(stream.ptr + from, want.len)),
             "block");
    }
}

static void install(machine *m, char **argv)
{
    static uint8_t manifest[4096];
    static uint8_t stream[8u << 20];
    const signet_time now = {0, 0};
    open_update(m);
    must(signet_update_offer(
             &m->update, read_file(argv[2], manifest, sizeof manifest), now),
         "offer");
    receive(m, read_file(argv[3], stream, sizeof stream));
    if (m->update.phase != SIGNET_UPDATE_READY) {
        _exit(6);
    }
}

static void confirm(machine *m)
{
    open_update(m);
    must(signet_update_confirm(&m->update), "confirm");
}

static void hang(void)
{
    for (;;) {
        (void)pause();
    }
}

/* Not null: UBSan would end the process before the CPU faults. */
static volatile uintptr_t nowhere = 0x10;

static void act(machine *m, char what, char **argv)
{
    const signet_posix_device *d = &m->device;
    switch (what) {
    case 'u':
        install(m, argv);
        d->reset.ops->reboot(d->reset.ctx);
        break;
    case 'C':
        confirm(m);
        d->reset.ops->reboot(d->reset.ctx);
        break;
    case 'r':
        d->reset.ops->reboot(d->reset.ctx);
        break;
    case 'f':
        *(volatile int *)nowhere = 1;
        break;
    case 'k':
        (void)raise(SIGKILL);
        break;
    case 'w':
        must(d->watchdog.ops->start(d->watchdog.ctx, 200), "watchdog");
        hang();
        break;
    case 'h':
        hang();
        break;
    case 'x':
        _exit(9);
    default:
        break;
    }
}

int main(int argc, char **argv)
{
    static machine m;
    signet_posix_device_config config;
    size_t len = 0;
    must(signet_posix_device_inherit(&config), "not started by the launcher");
    must(signet_posix_device_open(&m.device, &config), "open");
    must(m.device.boot.ops->handoff(m.device.boot.ctx, &m.handoff), "hand-off");
    survivor *s = (void *)m.device.fault.ops->noinit(m.device.fault.ctx, &len);
    must(m.device.fault.ops->install(m.device.fault.ctx, keep_fault, s),
         "fault");
    say(&m, s);
    s->boots++;
    const char *script = argc > 1 ? argv[1] : "0";
    size_t last = strlen(script) - 1;
    size_t index = m.handoff.boot_count - 1;
    act(&m, script[index < last ? index : last], argv);
    signet_posix_device_close(&m.device);
    return EXIT_SUCCESS;
}
