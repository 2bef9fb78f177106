/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "signet/port/posix/fault.h"

#include "fault_cpu.h"
#include "image.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const int fault_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
#define FAULT_SIGNALS (sizeof fault_signals / sizeof fault_signals[0])

/* Signals belong to the process, so this list does: the devices that want to
 * hear of a fault. Changed under the mutex, read by the handler without. */
static pthread_mutex_t installed_mutex = PTHREAD_MUTEX_INITIALIZER;
static _Atomic(signet_posix_fault *) installed;
static signet_posix_image image;
static atomic_flag faulted = ATOMIC_FLAG_INIT;

/* The kernel refuses a bad address with an error where a load would fault
 * again. Stops at the first piece that is not mapped. The bare system call:
 * a sanitiser's write would object to reading other frames. */
static size_t copy_stack(signet_posix_fault *fault, uint64_t from)
{
    enum {
        STEP = 64
    };
    size_t len = 0;
    while (len + STEP <= sizeof fault->snapshot) {
        /* The kernel takes the address as a number. */
        long n = syscall(SYS_write, fault->probe[1], from + len, STEP);
        if (n <= 0 || read(fault->probe[0], fault->snapshot + len, STEP) != n) {
            break;
        }
        len += (size_t)n;
    }
    return len;
}

/* Without unwind tables: the word nearest to the top of the stack that could
 * be a return address into the program. */
static uint64_t find_return_address(const signet_posix_fault *fault, size_t len)
{
    for (size_t i = 0; i + sizeof(uint64_t) <= len; i += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, fault->snapshot + i, sizeof word);
        uint64_t offset = signet_posix_image_offset(&image, word);
        if (offset != 0) {
            return offset;
        }
    }
    return 0;
}

static void capture(signet_posix_fault *fault, int signal_number,
                    const siginfo_t *info, const void *cpu,
                    signet_fault_context *out)
{
    memset(out, 0, sizeof *out);
    out->kind = (uint32_t)signal_number;
    if (signal_number == SIGSEGV || signal_number == SIGBUS) {
        out->address = (uint64_t)(uintptr_t)info->si_addr;
    }
    signet_posix_fault_registers(cpu, out);
    size_t len = copy_stack(fault, out->stack_pointer);
    out->stack = signet_view(fault->snapshot, len);
    out->pc = signet_posix_image_offset(&image, out->pc);
    out->lr = signet_posix_image_offset(&image, out->lr);
    if (out->pc == 0 || out->lr == 0) {
        uint64_t caller = find_return_address(fault, len);
        out->lr = out->lr != 0 ? out->lr : caller;
        out->pc = out->pc != 0 ? out->pc : caller;
    }
}

/* FAULT-2: die of the signal itself, so that the launcher sees a fault. */
static void end_process(int signal_number)
{
    sigset_t set;
    (void)signal(signal_number, SIG_DFL);
    (void)raise(signal_number);
    (void)sigemptyset(&set);
    (void)sigaddset(&set, signal_number);
    (void)pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    _exit(128 + signal_number);
}

/* The second of two threads that fault at once waits for the first to end
 * the process; a fault inside the handler is blocked, so the kernel ends it. */
static void on_signal(int signal_number, siginfo_t *info, void *cpu)
{
    if (atomic_flag_test_and_set(&faulted)) {
        for (;;) {
            (void)pause();
        }
    }
    signet_posix_fault *fault = atomic_load(&installed);
    while (fault != NULL) {
        signet_fault_context context;
        capture(fault, signal_number, info, cpu, &context);
        fault->handler(fault->arg, &context);
        fault = fault->next;
    }
    end_process(signal_number);
}

static signet_status take_signals(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_signal;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    (void)sigfillset(&action.sa_mask);
    for (size_t i = 0; i < FAULT_SIGNALS; i++) {
        if (sigaction(fault_signals[i], &action, NULL) != 0) {
            return SIGNET_ERR_IO;
        }
    }
    return SIGNET_OK;
}

static void release_signals(void)
{
    for (size_t i = 0; i < FAULT_SIGNALS; i++) {
        (void)signal(fault_signals[i], SIG_DFL);
    }
}

static signet_status use_stack(signet_posix_fault *fault)
{
    stack_t stack;
    memset(&stack, 0, sizeof stack);
    stack.ss_sp = fault->stack;
    stack.ss_size = sizeof fault->stack;
    return sigaltstack(&stack, NULL) == 0 ? SIGNET_OK : SIGNET_ERR_IO;
}

static bool is_installed(const signet_posix_fault *fault)
{
    const signet_posix_fault *each = atomic_load(&installed);
    while (each != NULL && each != fault) {
        each = each->next;
    }
    return each != NULL;
}

static signet_status install_locked(signet_posix_fault *fault)
{
    signet_status status = use_stack(fault);
    if (status != SIGNET_OK || !signet_posix_image_find(&image)) {
        return SIGNET_ERR_IO;
    }
    if (!is_installed(fault)) {
        fault->next = atomic_load(&installed);
        atomic_store(&installed, fault);
    }
    return take_signals();
}

static signet_status install(void *ctx, signet_fault_fn handler, void *arg)
{
    signet_posix_fault *fault = ctx;
    if (handler == NULL) {
        return SIGNET_ERR_ARGUMENT;
    }
    (void)pthread_mutex_lock(&installed_mutex);
    fault->handler = handler;
    fault->arg = arg;
    signet_status status = install_locked(fault);
    (void)pthread_mutex_unlock(&installed_mutex);
    return status;
}

static uint8_t *noinit(void *ctx, size_t *len)
{
    const signet_posix_fault *fault = ctx;
    *len = SIGNET_POSIX_NOINIT_SIZE;
    return fault->noinit;
}

static const signet_fault_ops ops = {install, noinit};

static signet_status map_noinit(signet_posix_fault *fault, int fd)
{
    int flags = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
    struct stat info;
    if (fd >= 0 && (fstat(fd, &info) != 0 ||
                    info.st_size < (off_t)SIGNET_POSIX_NOINIT_SIZE)) {
        return SIGNET_ERR_IO;
    }
    void *memory = mmap(NULL, SIGNET_POSIX_NOINIT_SIZE, PROT_READ | PROT_WRITE,
                        flags, fd, 0);
    if (memory == MAP_FAILED) {
        return SIGNET_ERR_IO;
    }
    fault->noinit = memory;
    return SIGNET_OK;
}

signet_status signet_posix_fault_open(signet_posix_fault *ctx, int noinit_fd,
                                      signet_fault *out)
{
    memset(ctx, 0, sizeof *ctx);
    ctx->probe[0] = -1;
    ctx->probe[1] = -1;
    out->ops = &ops;
    out->ctx = ctx;
    if (pipe2(ctx->probe, O_CLOEXEC | O_NONBLOCK) != 0) {
        return SIGNET_ERR_IO;
    }
    signet_status status = map_noinit(ctx, noinit_fd);
    if (status != SIGNET_OK) {
        signet_posix_fault_close(ctx);
    }
    return status;
}

/* Take it out of the list; false when it was never installed. */
static bool leave_list(signet_posix_fault *fault)
{
    signet_posix_fault *each = atomic_load(&installed);
    if (each == fault) {
        atomic_store(&installed, fault->next);
        return true;
    }
    while (each != NULL && each->next != fault) {
        each = each->next;
    }
    if (each != NULL) {
        each->next = fault->next;
    }
    return each != NULL;
}

/* Only the thread whose alternate stack this is can give it back. */
static void release_stack(const signet_posix_fault *fault)
{
    stack_t stack;
    if (sigaltstack(NULL, &stack) == 0 && stack.ss_sp == fault->stack) {
        memset(&stack, 0, sizeof stack);
        stack.ss_flags = SS_DISABLE;
        (void)sigaltstack(&stack, NULL);
    }
}

void signet_posix_fault_close(signet_posix_fault *ctx)
{
    (void)pthread_mutex_lock(&installed_mutex);
    if (leave_list(ctx) && atomic_load(&installed) == NULL) {
        release_signals();
    }
    release_stack(ctx);
    (void)pthread_mutex_unlock(&installed_mutex);
    for (int i = 0; i < 2; i++) {
        if (ctx->probe[i] >= 0) {
            (void)close(ctx->probe[i]);
        }
        ctx->probe[i] = -1;
    }
    if (ctx->noinit != NULL) {
        (void)munmap(ctx->noinit, SIGNET_POSIX_NOINIT_SIZE);
    }
    ctx->noinit = NULL;
}
