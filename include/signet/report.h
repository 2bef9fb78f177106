/* SPDX-License-Identifier: MIT */
/**
 * Error reports: what went wrong on a device, kept until the service has it.
 *
 * Pushing is cheap, bounded and safe from an interrupt: it fills RAM slots.
 * signet_report_flush moves them to the flash log from a task. A fault is
 * captured into RAM that survives the reset and moved at the next boot.
 */
#ifndef SIGNET_REPORT_H
#define SIGNET_REPORT_H

#include "signet/bytes.h"
#include "signet/port/fault.h"
#include "signet/port/lock.h"
#include "signet/port/reset.h"
#include "signet/store.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Values are part of the report format (proto/report.proto). */
typedef enum signet_report_kind {
    SIGNET_REPORT_ERROR = 1, /**< the application's own */
    SIGNET_REPORT_ASSERT = 2,
    SIGNET_REPORT_FAULT = 3,
    SIGNET_REPORT_REBOOT = 4,
    SIGNET_REPORT_WATCHDOG = 5,
    SIGNET_REPORT_UPDATE = 6,  /**< outcome of an update */
    SIGNET_REPORT_DROPPED = 7, /**< reports that could not be kept */
    SIGNET_REPORT_REFUSAL = 8  /**< a status that a library refused with */
} signet_report_kind;

typedef enum signet_severity {
    SIGNET_SEVERITY_INFO = 0,
    SIGNET_SEVERITY_WARNING = 1,
    SIGNET_SEVERITY_ERROR = 2,
    SIGNET_SEVERITY_FATAL = 3
} signet_severity;

/** Application bytes of a report. */
#define SIGNET_REPORT_PAYLOAD 64u
/** Longest encoded report. A stack that would exceed it is cut. */
#define SIGNET_REPORT_MAX_SIZE 512u

/** What an application pushes. */
typedef struct signet_report_event {
    signet_report_kind kind;
    signet_severity severity;
    int32_t code; /**< a signet_status, or the application's own */
    uint64_t pc;  /**< 0: none */
    uint64_t lr;
    signet_bytes payload; /**< at most SIGNET_REPORT_PAYLOAD; copied */
} signet_report_event;

/** Bytes kept of an image version and of a build id. */
#define SIGNET_REPORT_VERSION 32u
#define SIGNET_REPORT_BUILD_ID 20u

/** One waiting report. Caller-owned array; private. */
typedef struct signet_report_slot {
    uint64_t first_ms;
    uint64_t last_ms;
    uint64_t pc;
    uint64_t lr;
    uint32_t fingerprint; /**< of kind, code, pc and lr */
    uint32_t count;       /**< 0: free */
    int32_t code;
    uint8_t kind;
    uint8_t severity;
    uint8_t payload_len;
    uint8_t payload[SIGNET_REPORT_PAYLOAD];
} signet_report_slot;

typedef struct signet_report_config {
    signet_log *log;
    signet_lock lock;
    signet_report_slot *slots; /**< how many different reports wait in RAM */
    size_t slot_count;
    uint32_t boot_count;
    const char *version;   /**< of the running image; 32 bytes are kept */
    signet_bytes build_id; /**< of the running image; 20 bytes are kept */
    bool memory_consent;   /**< registers r0-r12 and stack may be kept */
} signet_report_config;

/** Private. */
typedef struct signet_report {
    signet_report_config config;
    signet_report_slot *flushing; /**< on its way to the log: not evicted */
    uint32_t dropped;             /**< not kept since the last DROPPED report */
    bool start_noted;
} signet_report;

/** Slots are cleared. config is copied; what it points to stays valid. */
void signet_report_init(signet_report *report,
                        const signet_report_config *config);

/**
 * Note an event. One with the fingerprint of a waiting report raises its
 * count and last time; when no slot is free the least severe one goes if it
 * is less severe than the event, and is counted as dropped.
 *
 * @retval SIGNET_ERR_DROPPED    no room; counted.
 * @retval SIGNET_ERR_TOO_LARGE  the payload; nothing noted.
 * Context: any, interrupts included; at most slot_count comparisons.
 */
signet_status signet_report_push(signet_report *report,
                                 const signet_report_event *event,
                                 uint64_t now_ms);

/**
 * Move waiting reports, the most severe first, and a DROPPED report when some
 * were lost, to the log. Events may be pushed meanwhile: none is lost.
 *
 * @retval SIGNET_ERR_FULL  the log is full; what did not fit still waits.
 * @return otherwise what the log failed with; the rest still waits.
 * Context: task, one at a time; about 1 KB of stack.
 */
signet_status signet_report_flush(signet_report *report, signet_time now);

/** No-init bytes that a capture needs. */
#define SIGNET_REPORT_NOINIT_SIZE 1024u

/** Where a fault is captured: handed to signet_report_capture as its arg. */
typedef struct signet_report_capture_area {
    uint8_t *noinit; /**< at least SIGNET_REPORT_NOINIT_SIZE */
    size_t len;
    bool memory_consent;
    uint32_t boot_count;
    char version[33]; /**< of the running image, as build_id */
    uint8_t build_id_len;
    uint8_t build_id[SIGNET_REPORT_BUILD_ID];
} signet_report_capture_area;

/**
 * A signet_fault_fn: record the fault with a checksum. The first of a crash
 * loop is kept and the others are counted until it was recovered. Registers,
 * stack pointer and stack are kept only with memory_consent.
 *
 * An area shorter than SIGNET_REPORT_NOINIT_SIZE records nothing.
 * Context: fault handler; no locks, no heap, no calls but to memory; 200
 * bytes of stack.
 */
void signet_report_capture(void *area, const signet_fault_context *fault);

/**
 * At boot: turn a captured fault into a report in the log, then clear it;
 * push a report of why the device started (at the first call only). Memory
 * contents go along only with config's memory_consent too.
 *
 * A power cut between the two steps of a fault repeats its report; it is
 * never lost. Noise after a power-on or brown-out is cleared silently.
 *
 * @retval SIGNET_ERR_FULL      the log has no room; the capture stays.
 * @retval SIGNET_ERR_CORRUPT   a capture failed its checksum though the RAM
 *                              kept its power; cleared, counted as dropped.
 * @retval SIGNET_ERR_ARGUMENT  len below SIGNET_REPORT_NOINIT_SIZE.
 * @return otherwise what the log failed with; the capture stays.
 */
signet_status signet_report_recover(signet_report *report, uint8_t *noinit,
                                    size_t len, signet_reset_reason reason,
                                    signet_time now);

#ifdef __cplusplus
}
#endif
#endif
