/* SPDX-License-Identifier: MIT */
/* Runs in a fault handler: plain stores into the no-init area, nothing else. */
#include "capture.h"

#include <stdatomic.h>
#include <string.h>

bool signet_report_capture_present(const uint8_t *noinit)
{
    return signet_get_be32(noinit) == CAPTURE_MAGIC;
}

/* Do the lengths inside the body fit it? */
static bool shape_valid(const uint8_t *noinit, size_t length)
{
    size_t stack = signet_get_be16(noinit + CAPTURE_STACK_LEN);
    bool memory = (noinit[CAPTURE_FLAGS] & CAPTURE_FLAG_MEMORY) != 0;
    size_t expected = memory ? CAPTURE_STACK + stack : CAPTURE_SP;

    return noinit[CAPTURE_FORMAT_AT] == CAPTURE_FORMAT &&
           noinit[CAPTURE_VERSION_LEN] <= SIGNET_REPORT_VERSION &&
           noinit[CAPTURE_BUILD_ID_LEN] <= SIGNET_REPORT_BUILD_ID &&
           stack <= CAPTURE_STACK_MAX && length == expected - CAPTURE_BODY;
}

bool signet_report_capture_valid(const uint8_t *noinit)
{
    size_t length = signet_get_be16(noinit + CAPTURE_LENGTH);

    if (!signet_report_capture_present(noinit) ||
        length > CAPTURE_MAX - CAPTURE_BODY) {
        return false;
    }
    return signet_crc32(0, noinit + CAPTURE_BODY, length) ==
               signet_get_be32(noinit + CAPTURE_CRC) &&
           shape_valid(noinit, length);
}

static void put_repeats(uint8_t *noinit, uint32_t repeats)
{
    signet_put_be32(noinit + CAPTURE_REPEATS, repeats);
    signet_put_be32(noinit + CAPTURE_NOT_REPEATS, ~repeats);
}

static void count_repeat(uint8_t *noinit)
{
    uint32_t repeats = signet_get_be32(noinit + CAPTURE_REPEATS);

    if (repeats != ~signet_get_be32(noinit + CAPTURE_NOT_REPEATS)) {
        repeats = 0;
    }
    if (repeats != UINT32_MAX) {
        put_repeats(noinit, repeats + 1);
    }
}

static void put_image(uint8_t *out, const signet_report_capture_area *area)
{
    size_t len = 0;

    while (len < SIGNET_REPORT_VERSION && area->version[len] != 0) {
        len++;
    }
    out[CAPTURE_VERSION_LEN] = (uint8_t)len;
    memset(out + CAPTURE_VERSION, 0, SIGNET_REPORT_VERSION);
    memcpy(out + CAPTURE_VERSION, area->version, len);
    len = area->build_id_len <= SIGNET_REPORT_BUILD_ID ? area->build_id_len : 0;
    out[CAPTURE_BUILD_ID_LEN] = (uint8_t)len;
    memset(out + CAPTURE_BUILD_ID, 0, SIGNET_REPORT_BUILD_ID);
    memcpy(out + CAPTURE_BUILD_ID, area->build_id, len);
}

/* Registers and stack; returns the end of the body. */
static size_t put_memory(uint8_t *out, const signet_fault_context *fault)
{
    size_t len = fault->stack.len;

    len = len < CAPTURE_STACK_MAX ? len : CAPTURE_STACK_MAX;
    signet_put_be64(out + CAPTURE_SP, fault->stack_pointer);
    for (size_t i = 0; i < CAPTURE_REGISTER_COUNT; i++) {
        signet_put_be64(out + CAPTURE_REGISTERS + 8 * i, fault->registers[i]);
    }
    if (len != 0) {
        memcpy(out + CAPTURE_STACK, fault->stack.ptr, len);
    }
    signet_put_be16(out + CAPTURE_STACK_LEN, (uint16_t)len);
    return CAPTURE_STACK + len;
}

static void put_fault(uint8_t *out, const signet_report_capture_area *area,
                      const signet_fault_context *fault)
{
    size_t end = CAPTURE_SP;

    out[CAPTURE_FORMAT_AT] = CAPTURE_FORMAT;
    out[CAPTURE_FLAGS] = area->memory_consent ? CAPTURE_FLAG_MEMORY : 0;
    signet_put_be32(out + CAPTURE_BOOT, area->boot_count);
    signet_put_be32(out + CAPTURE_KIND, fault->kind);
    signet_put_be32(out + CAPTURE_STATUS, fault->status);
    signet_put_be64(out + CAPTURE_ADDRESS, fault->address);
    signet_put_be64(out + CAPTURE_PC, fault->pc);
    signet_put_be64(out + CAPTURE_LR, fault->lr);
    signet_put_be16(out + CAPTURE_STACK_LEN, 0);
    put_image(out, area);
    if (area->memory_consent) {
        end = put_memory(out, fault);
    }
    signet_put_be16(out + CAPTURE_LENGTH, (uint16_t)(end - CAPTURE_BODY));
    signet_put_be32(out + CAPTURE_CRC,
                    signet_crc32(0, out + CAPTURE_BODY, end - CAPTURE_BODY));
}

void signet_report_capture(void *area, const signet_fault_context *fault)
{
    const signet_report_capture_area *to =
        (const signet_report_capture_area *)area;

    if (to->noinit == NULL || to->len < SIGNET_REPORT_NOINIT_SIZE) {
        return;
    }
    if (signet_report_capture_valid(to->noinit)) {
        count_repeat(to->noinit);
        return;
    }
    signet_put_be32(to->noinit, 0);
    put_repeats(to->noinit, 0);
    put_fault(to->noinit, to, fault);
    /* A watchdog may end this at any instruction: the magic comes last. */
    atomic_signal_fence(memory_order_seq_cst);
    signet_put_be32(to->noinit, CAPTURE_MAGIC);
}
