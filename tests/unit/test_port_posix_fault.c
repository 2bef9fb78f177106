/* SPDX-License-Identifier: MIT */
/* FAULT-1..3: real faults in a child process, told through its no-init RAM. */
#define _GNU_SOURCE
#include "cmocka_all.h"
#include "signet/port/posix/fault.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define MARK_SIZE 64u

/* What the handler leaves in no-init RAM. */
typedef struct trace {
    uint32_t calls;
    uint32_t kind;
    uint64_t address;
    uint64_t pc;
    uint64_t lr;
    uint64_t stack_pointer;
    uint64_t on_stack; /* address of a local of the handler */
    uint32_t stack_len;
    uint32_t found_mark; /* the snapshot holds the faulting frame's local */
} trace;

static signet_posix_fault first;
static signet_posix_fault second;

static void keep(void *arg, const signet_fault_context *fault)
{
    trace *t = arg;
    uint8_t mark[MARK_SIZE / 2];
    t->calls++;
    t->kind = fault->kind;
    t->address = fault->address;
    t->pc = fault->pc;
    t->lr = fault->lr;
    t->stack_pointer = fault->stack_pointer;
    t->on_stack = (uint64_t)(uintptr_t)mark;
    t->stack_len = (uint32_t)fault->stack.len;
    memset(mark, 0xB7, sizeof mark);
    for (size_t i = 0; i + sizeof mark <= fault->stack.len; i++) {
        if (memcmp(fault->stack.ptr + i, mark, sizeof mark) == 0) {
            t->found_mark = 1;
        }
    }
}

static int make_noinit(void)
{
    int fd = memfd_create("noinit", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, SIGNET_POSIX_NOINIT_SIZE), 0);
    return fd;
}

/* In the child: capture into the no-init RAM at offset, then do harm. */
static void capture_at(signet_posix_fault *ctx, int noinit_fd, size_t offset)
{
    signet_fault fault;
    size_t len = 0;
    if (signet_posix_fault_open(ctx, noinit_fd, &fault) != SIGNET_OK) {
        _exit(1);
    }
    uint8_t *noinit = fault.ops->noinit(fault.ctx, &len);
    if (len < offset + sizeof(trace) ||
        fault.ops->install(fault.ctx, keep, noinit + offset) != SIGNET_OK) {
        _exit(2);
    }
}

static int run_child(void (*harm)(void), int noinit_fd)
{
    int status = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct rlimit none = {0, 0};
        (void)setrlimit(RLIMIT_CORE, &none);
        capture_at(&first, noinit_fd, 0);
        harm();
        _exit(3);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void read_trace(int fd, size_t offset, trace *out)
{
    assert_int_equal(pread(fd, out, sizeof *out, (off_t)offset), sizeof *out);
}

static void assert_died_of(int status, int signal_number)
{
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), signal_number);
}

/* volatile: neither the address nor the divisor is known to the compiler. */
static volatile uintptr_t bad_address = 0x10;
static volatile int zero;

static __attribute__((noinline)) void poke(int value)
{
    *(volatile int *)bad_address = value;
}

/* The mark is in a caller's frame: a leaf's may lie below the stack pointer.
 * Not sanitised: ASan keeps locals away from the stack. */
static __attribute__((noinline, no_sanitize("address"))) void harm_segv(void)
{
    volatile uint8_t mark[MARK_SIZE];
    for (size_t i = 0; i < sizeof mark; i++) {
        mark[i] = 0xB7;
    }
    poke(mark[0]);
    mark[0] = 0;
}

static void harm_fpe(void)
{
    (void)raise(SIGFPE);
}

static void harm_ill(void)
{
    __builtin_trap();
}

static void harm_abort(void)
{
    abort();
}

static void harm_bus(void)
{
    (void)raise(SIGBUS);
}

static __attribute__((noinline)) int deeper(volatile int depth)
{
    volatile char frame[4096];
    frame[0] = (char)depth;
    return zero != 0 ? 0 : deeper(depth + 1) + frame[0];
}

static void harm_overflow(void)
{
    (void)deeper(0);
}

static void FAULT_1_and_2_every_signal(void **state)
{
    static const struct {
        void (*harm)(void);
        int signal_number;
    } cases[] = {{harm_segv, SIGSEGV},
                 {harm_fpe, SIGFPE},
                 {harm_ill, SIGILL},
                 {harm_abort, SIGABRT},
                 {harm_bus, SIGBUS}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int fd = make_noinit();
        trace t;
        assert_died_of(run_child(cases[i].harm, fd), cases[i].signal_number);
        read_trace(fd, 0, &t);
        assert_int_equal(t.calls, 1);
        assert_int_equal(t.kind, cases[i].signal_number);
        assert_true(t.stack_len > 0);
        (void)close(fd);
    }
}

extern const char __executable_start[];

/* pc is where addr2line finds poke, lr is in harm_segv, whatever the load
 * address. */
static void FAULT_1_says_where(void **state)
{
    uint64_t start = (uint64_t)(uintptr_t)__executable_start;
    uint64_t function = (uint64_t)(uintptr_t)poke - start;
    uint64_t caller = (uint64_t)(uintptr_t)harm_segv - start;
    int fd = make_noinit();
    trace t;
    (void)state;
    assert_died_of(run_child(harm_segv, fd), SIGSEGV);
    read_trace(fd, 0, &t);
    assert_int_equal(t.address, 0x10);
    assert_in_range(t.pc, function, function + 512);
    assert_in_range(t.lr, caller, caller + 512);
    assert_int_equal(t.found_mark, 1);
    (void)close(fd);
}

/* abort() faults inside the C library: the caller in the program is given. */
static void FAULT_1_abort_names_the_program(void **state)
{
    int fd = make_noinit();
    trace t;
    (void)state;
    assert_died_of(run_child(harm_abort, fd), SIGABRT);
    read_trace(fd, 0, &t);
    assert_true(t.pc != 0);
    (void)close(fd);
}

static void FAULT_1_stack_overflow(void **state)
{
    int fd = make_noinit();
    trace t;
    (void)state;
    assert_died_of(run_child(harm_overflow, fd), SIGSEGV);
    read_trace(fd, 0, &t);
    assert_int_equal(t.calls, 1);
    uint64_t distance = t.on_stack > t.stack_pointer
                            ? t.on_stack - t.stack_pointer
                            : t.stack_pointer - t.on_stack;
    assert_true(distance > SIGNET_POSIX_FAULT_STACK);
    (void)close(fd);
}

static void fault_again(void *arg, const signet_fault_context *fault)
{
    uint8_t *calls = arg;
    (void)fault;
    (*calls)++;
    *(volatile int *)bad_address = 0;
}

static void harm_in_handler(void)
{
    signet_fault fault;
    size_t len;
    if (signet_posix_fault_open(&second, -1, &fault) != SIGNET_OK) {
        _exit(1);
    }
    (void)fault.ops->install(fault.ctx, fault_again,
                             fault.ops->noinit(fault.ctx, &len));
    harm_segv();
}

static void FAULT_2_second_fault_ends_it(void **state)
{
    int fd = make_noinit();
    (void)state;
    assert_died_of(run_child(harm_in_handler, fd), SIGSEGV);
    (void)close(fd);
}

static void do_nothing(void)
{
    _exit(0);
}

static void FAULT_3_noinit_survives(void **state)
{
    int fd = make_noinit();
    uint8_t want[SIGNET_POSIX_NOINIT_SIZE];
    uint8_t got[SIGNET_POSIX_NOINIT_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof want; i++) {
        want[i] = (uint8_t)(i * 7);
    }
    assert_int_equal(pwrite(fd, want, sizeof want, 0), sizeof want);
    assert_int_equal(run_child(do_nothing, fd), 0);
    assert_int_equal(pread(fd, got, sizeof got, 0), sizeof got);
    assert_memory_equal(got, want, sizeof want);
    assert_died_of(run_child(harm_ill, fd), SIGILL);
    assert_int_equal(pread(fd, got, sizeof got, 0), sizeof got);
    assert_memory_equal(got + sizeof(trace), want + sizeof(trace),
                        sizeof want - sizeof(trace));
    (void)close(fd);
}

static int shared_noinit;

static void harm_two_devices(void)
{
    capture_at(&second, shared_noinit, 1024);
    harm_segv();
}

static void two_devices_in_one_process(void **state)
{
    trace t;
    (void)state;
    shared_noinit = make_noinit();
    assert_died_of(run_child(harm_two_devices, shared_noinit), SIGSEGV);
    read_trace(shared_noinit, 0, &t);
    assert_int_equal(t.calls, 1);
    read_trace(shared_noinit, 1024, &t);
    assert_int_equal(t.calls, 1);
    (void)close(shared_noinit);
}

static void harm_after_close(void)
{
    signet_posix_fault_close(&first);
    harm_segv();
}

static void closed_hears_nothing(void **state)
{
    int fd = make_noinit();
    trace t;
    (void)state;
    int status = run_child(harm_after_close, fd);
    assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 3);
    read_trace(fd, 0, &t);
    assert_int_equal(t.calls, 0);
    (void)close(fd);
}

static void noinit_too_short(void **state)
{
    signet_fault fault;
    int fd = memfd_create("short", MFD_CLOEXEC);
    (void)state;
    assert_int_equal(ftruncate(fd, SIGNET_POSIX_NOINIT_SIZE - 1), 0);
    assert_int_equal(signet_posix_fault_open(&first, fd, &fault),
                     SIGNET_ERR_IO);
    (void)close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(FAULT_1_and_2_every_signal),
        cmocka_unit_test(FAULT_1_says_where),
        cmocka_unit_test(FAULT_1_abort_names_the_program),
        cmocka_unit_test(FAULT_1_stack_overflow),
        cmocka_unit_test(FAULT_2_second_fault_ends_it),
        cmocka_unit_test(FAULT_3_noinit_survives),
        cmocka_unit_test(two_devices_in_one_process),
        cmocka_unit_test(closed_hears_nothing),
        cmocka_unit_test(noinit_too_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
