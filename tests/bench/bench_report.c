/* SPDX-License-Identifier: MIT */
/* Pushing an event with 64 bytes of payload into RAM: no duplicate, nothing
 * evicted, eight slots of which seven are taken (the longest search). */
#include "bench.h"
#include "signet/report.h"

#define SLOTS 8u

static signet_report report;
static signet_report_slot slots[SLOTS];
static uint8_t payload[SIGNET_REPORT_PAYLOAD];
static signet_report_event event = {.kind = SIGNET_REPORT_ERROR,
                                    .severity = SIGNET_SEVERITY_ERROR,
                                    .pc = 0x08001234,
                                    .lr = 0x08004321,
                                    .payload = {payload, sizeof payload}};

static uint32_t enter(void *ctx)
{
    (void)ctx;
    return 0;
}

static void leave(void *ctx, uint32_t state)
{
    (void)ctx;
    (void)state;
}

static void push(void)
{
    bench_expect(signet_report_push(&report, &event, 1000) == SIGNET_OK,
                 "push");
}

static void set_up(size_t size)
{
    static const signet_lock_ops ops = {enter, leave};
    const signet_report_config config = {
        .lock = {&ops, NULL}, .slots = slots, .slot_count = SLOTS};

    bench_expect(size == sizeof payload, "payload size");
    signet_report_init(&report, &config);
}

/* Only the last slot is free, and what is pushed is new. */
static void free_last_slot(void)
{
    for (size_t i = 0; i + 1 < SLOTS; i++) {
        event.code = (int32_t)i;
        (void)signet_report_push(&report, &event, 1);
    }
    slots[SLOTS - 1].count = 0;
    event.code = (int32_t)SLOTS;
}

static void all_but_one_taken(void)
{
    for (size_t i = 0; i + 1 < SLOTS; i++) {
        slots[i].count = 1;
    }
    slots[SLOTS - 1].count = 0;
}

static void take_slots(size_t size)
{
    set_up(size);
    free_last_slot();
}

static void repeat(size_t size)
{
    set_up(size);
    push();
}

static const bench_operation operations[] = {
    {"report.append_ram_64", take_slots, all_but_one_taken, push, 64},
    {"report.count_ram_64", repeat, NULL, push, 64},
};

int main(int argc, char **argv)
{
    return bench_run(argc, argv, operations,
                     sizeof operations / sizeof operations[0]);
}
