/* SPDX-License-Identifier: MIT */
/*
 * What a log asks of flash: 10,000 appends of 64 bytes, 64 KiB of NOR in
 * blocks of 4 KiB, program unit 1, erased ahead. An acknowledgement frees
 * half a ring at a time; all that it writes is counted.
 */
#include "ram_flash.h"
#include "signet/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define APPENDS 10000u
#define PAYLOAD 64u
#define HALF_RING 450u

static struct ram_flash *ram;
static signet_log log_;

static void must(signet_status status)
{
    if (status != SIGNET_OK) {
        (void)fprintf(stderr, "figures_store: %s\n",
                      signet_status_name(status));
        exit(1);
    }
}

static void append(uint32_t i)
{
    uint8_t payload[PAYLOAD];

    memset(payload, (int)(i * 7 & 0x7F), sizeof payload);
    must(signet_log_append(&log_, signet_view(payload, sizeof payload), NULL));
    if (i % HALF_RING == HALF_RING - 1) {
        must(signet_log_acknowledge(&log_, log_.next_sequence - 1));
    }
    must(signet_log_prepare(&log_));
}

static void begin(void)
{
    ram = ram_flash_shared(16, 4096, 1, false);
    must(signet_log_format(&ram->flash, 1));
    must(signet_log_mount(&log_, &ram->flash));
    ram->read_bytes = 0;
    ram->program_bytes = 0;
    ram->program_calls = 0;
    ram->erases = 0;
}

static void append_figures(void)
{
    uint64_t worst = 0;
    double payload = (double)APPENDS * PAYLOAD;

    begin();
    for (uint32_t i = 0; i < APPENDS; i++) {
        uint64_t before = ram->program_bytes;

        append(i);
        if (ram->program_bytes - before > worst) {
            worst = ram->program_bytes - before;
        }
    }
    printf("store.programmed_per_payload %.4f ratio\n",
           (double)ram->program_bytes / payload);
    printf("store.payload_per_erase %.0f bytes\n",
           payload / (double)ram->erases);
    printf("store.read_per_append %.2f bytes\n",
           (double)ram->read_bytes / APPENDS);
    printf("store.append_programs %.2f calls\n",
           (double)ram->program_calls / APPENDS);
    printf("store.append_programmed_worst %llu bytes\n",
           (unsigned long long)worst);
    ram_flash_drop(ram);
}

static uint64_t mount_reads(void)
{
    signet_log again;

    ram->read_bytes = 0;
    must(signet_log_mount(&again, &ram->flash));
    return ram->read_bytes;
}

/* The last record, with a power cut at each of its bytes. */
static uint64_t worst_torn(uint32_t end, uint32_t len)
{
    uint64_t worst = 0;

    for (uint32_t cut = 0; cut < len; cut++) {
        uint64_t reads = 0;

        ram->bytes[end - 1 - cut] |= 0x81;
        reads = mount_reads();
        ram->bytes[end - 1 - cut] = 0xFF;
        worst = reads > worst ? reads : worst;
        reads = mount_reads();
        worst = reads > worst ? reads : worst;
    }
    return worst;
}

/* At every fill of two rounds of the ring. */
static void mount_figures(void)
{
    uint64_t clean = 0;
    uint64_t torn = 0;

    begin();
    for (uint32_t i = 0; i < 2000; i++) {
        uint8_t last[69];
        uint32_t end = 0;
        uint64_t reads = 0;

        append(i);
        reads = mount_reads();
        clean = reads > clean ? reads : clean;
        end = log_.head_block * 4096 + log_.head_offset;
        if (log_.head_offset > 200) {
            memcpy(last, ram->bytes + end - sizeof last, sizeof last);
            reads = worst_torn(end, sizeof last);
            torn = reads > torn ? reads : torn;
            memcpy(ram->bytes + end - sizeof last, last, sizeof last);
        }
    }
    printf("store.mount_read_clean %llu bytes\n", (unsigned long long)clean);
    printf("store.mount_read_worst %llu bytes\n",
           (unsigned long long)(torn > clean ? torn : clean));
    ram_flash_drop(ram);
}

int main(void)
{
    append_figures();
    mount_figures();
    return 0;
}
