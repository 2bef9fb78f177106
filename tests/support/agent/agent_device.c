/* SPDX-License-Identifier: MIT */
#include "agent_device.h"

#include "cmocka_all.h"

#include <pb_decode.h>
#include <string.h>

#include "report.pb.h"

#define SLOT_SIZE (32u * 1024u)
/* More steps than this for one call are a busy loop. */
#define MAX_STEPS 200000u

static void must(signet_status status)
{
    assert_int_equal(status, SIGNET_OK);
}

/* ---- ports ---- */

static signet_status counter_read(void *ctx, signet_counter_id id,
                                  uint32_t *value)
{
    const struct agent_device *device = ctx;

    *value = device->counters[id];
    return SIGNET_OK;
}

static signet_status counter_raise(void *ctx, signet_counter_id id,
                                   uint32_t value)
{
    struct agent_device *device = ctx;

    if (value > device->counters[id]) {
        device->counters[id] = value;
    }
    return SIGNET_OK;
}

static const signet_counter_ops counter_ops = {counter_read, counter_raise};

static uint32_t lock_enter(void *ctx)
{
    (void)ctx;
    return 0;
}

static void lock_exit(void *ctx, uint32_t state)
{
    (void)ctx;
    (void)state;
}

static const signet_lock_ops lock_ops = {lock_enter, lock_exit};

/* ---- made in the factory ---- */

static void configure_update(struct agent_device *device)
{
    static struct release_key root;
    signet_update_config *config = &device->update_config;

    release_key_new(&root, KEY_ROOT);
    config->items = &device->kit.factory;
    config->slots[0] = &device->slots[0].flash;
    config->slots[1] = &device->slots[1].flash;
    config->counter.ops = &counter_ops;
    config->counter.ctx = device;
    config->root_key = root.public_key;
    memcpy(config->vendor_id, release_vendor, 16);
    memcpy(config->class_id, release_class, 16);
    config->policy.min_es256 = 1;
    config->max_tries = 3;
}

static void install_image(struct agent_device *device)
{
    struct release *image = &device->factory_image;
    signing_buffer list = agent_service_list(&device->service, 1);

    release_new(image, 1, 5000, 256);
    release_sign(image, KEY_FIRMWARE);
    must(signet_flash_program(&device->slots[0].flash, 0, image->image.ptr,
                              image->image.len));
    must(signet_update_factory(&device->update_config, &device->update_memory,
                               signing_view(&list), release_manifest(image),
                               0));
    signing_buffer_free(&list);
}

static void format_log(struct ram_flash *flash, uint32_t epoch)
{
    ram_flash_new(flash, DEVICE_LOG_SIZE, 4096, 4, false);
    must(signet_log_format(&flash->flash, epoch));
}

static void provision(struct agent_device *device)
{
    struct kit_device *kit = &device->kit;
    uint8_t ueid[SIGNET_UEID_SIZE];
    uint8_t key[64];
    uint8_t csr[SIGNET_X509_MAX_SIZE];
    size_t len = 0;

    kit_device_make(kit);
    memcpy(kit->config.vendor_id, release_vendor, 16);
    memcpy(kit->config.class_id, release_class, 16);
    kit_device_provision(kit, &device->service.manufacturer);
    kit->latched = false;
    must(signet_identity_device_csr(&kit->config.secret, &kit->config.rng, csr,
                                    sizeof csr, &len, key));
    must(signet_identity_names(key, device->service.device_id, ueid));
}

void agent_device_new(struct agent_device *device)
{
    memset(device, 0, sizeof *device);
    device->uptime_mask = UINT64_MAX;
    agent_service_new(&device->service);
    script_messenger_new(&device->script, &device->service);
    provision(device);
    ram_flash_new(&device->slots[0], SLOT_SIZE, 4096, 8, false);
    ram_flash_new(&device->slots[1], SLOT_SIZE, 4096, 8, false);
    format_log(&device->message_flash, 0x11111111);
    format_log(&device->report_flash, 0x22222222);
    configure_update(device);
    install_image(device);
}

void agent_device_free(struct agent_device *device)
{
    script_messenger_free(&device->script);
    agent_service_free(&device->service);
    release_free(&device->factory_image);
    kit_device_free(&device->kit);
    ram_flash_free(&device->slots[0]);
    ram_flash_free(&device->slots[1]);
    ram_flash_free(&device->message_flash);
    ram_flash_free(&device->report_flash);
}

/* ---- booting ---- */

static void first_stage(struct agent_device *device)
{
    signet_handoff *handoff = &device->kit.handoff;
    const signet_entropy *rng = &device->kit.config.rng;
    signet_boot_decision decision;
    uint32_t boots = handoff->boot_count + 1;

    must(signet_boot_decide(&device->update_config, &device->update_memory,
                            &decision));
    assert_int_equal(decision.verdict, SIGNET_BOOT_ACCEPT);
    memset(handoff, 0, sizeof *handoff);
    signet_boot_describe(&decision, device->update_config.root_key, handoff);
    handoff->boot_count = boots;
    must(rng->fill(rng->ctx, handoff->boot_seed, sizeof handoff->boot_seed));
}

static void start_report(struct agent_device *device)
{
    signet_report_config config;

    memset(&config, 0, sizeof config);
    config.log = &device->reports;
    config.lock.ops = &lock_ops;
    config.slots = device->report_slots;
    config.slot_count =
        sizeof device->report_slots / sizeof(signet_report_slot);
    config.boot_count = device->kit.handoff.boot_count;
    config.version = device->kit.handoff.version;
    signet_report_init(&device->report, &config);
}

static void on_event(void *ctx, signet_agent_event event, signet_status status)
{
    struct agent_device *device = ctx;

    assert_true(event < DEVICE_EVENTS);
    device->events[event].count++;
    device->events[event].last = status;
}

static void configure_agent(struct agent_device *device)
{
    static const signet_agent_endpoint enrolment = {"enrol.test", 8884,
                                                    "enrol.test"};
    static const signet_agent_endpoint operational = {"broker.test", 8883,
                                                      "broker.test"};
    signet_agent_config *config = &device->config;
    uint32_t poll_ms = config->poll_ms;
    uint32_t trial_ms = config->trial_ms;

    memset(config, 0, sizeof *config);
    config->messenger = script_messenger_view(&device->script);
    config->identity = &device->kit.identity;
    config->update = &device->update;
    config->report = &device->report;
    config->messages = &device->messages;
    config->reports = &device->reports;
    config->rng = device->kit.config.rng;
    config->enrolment = enrolment;
    config->operational = operational;
    config->keep_alive_s = 30;
    config->window = DEVICE_WINDOW;
    config->timeout_ms = DEVICE_TIMEOUT_MS;
    config->retry_ms = DEVICE_RETRY_MS;
    config->retry_max_ms = DEVICE_RETRY_MAX_MS;
    config->poll_ms = poll_ms;
    config->trial_ms = trial_ms;
    config->buffer = device->buffer;
    config->buffer_len = sizeof device->buffer;
    config->event = on_event;
    config->event_ctx = device;
}

static void start_clock(struct agent_device *device)
{
    device->uptime_ms = 0;
    device->wall_at_s = 0;
    device->wanted_ms = 0;
    device->reset = false;
}

signet_status agent_device_try_boot(struct agent_device *device)
{
    script_messenger_free(&device->script); /* a reset ends the session */
    start_clock(device);
    first_stage(device);
    must(signet_log_mount(&device->messages, &device->message_flash.flash));
    must(signet_log_mount(&device->reports, &device->report_flash.flash));
    start_report(device);
    must(signet_update_start(&device->update, &device->update_config,
                             &device->update_memory, &device->kit.handoff));
    device->kit.config.trust_counter = device->update.trust.counter;
    must(kit_device_start(&device->kit));
    configure_agent(device);
    return signet_agent_init(&device->agent, &device->config);
}

void agent_device_boot(struct agent_device *device)
{
    must(agent_device_try_boot(device));
}

/* ---- running ---- */

static signet_time now(const struct agent_device *device)
{
    signet_time time;

    time.uptime_ms = device->uptime_ms & device->uptime_mask;
    time.wall_s = 0;
    if (device->wall_at_s != 0) {
        time.wall_s = device->wall_at_s +
                      (device->uptime_ms - device->wall_set_ms) / 1000;
    }
    return time;
}

void agent_device_step(struct agent_device *device)
{
    signet_agent_result result;
    signet_time time = now(device);

    device->service.kit.time_s = KIT_NOW + device->world_ms / 1000;
    must(signet_agent_step(&device->agent, time, &result));
    device->steps++;
    device->wanted_ms =
        result.next_ms > time.uptime_ms
            ? device->uptime_ms + (result.next_ms - time.uptime_ms)
            : device->uptime_ms;
    device->reset = result.reset;
    if (result.wall_s != 0) {
        device->wall_at_s = result.wall_s;
        device->wall_set_ms = device->uptime_ms;
    }
}

static void pass(struct agent_device *device, uint64_t ms)
{
    device->uptime_ms += ms;
    device->world_ms += ms;
}

/* Step now, then wait as long as the agent wants, to end_ms at most. */
static void step_and_wait(struct agent_device *device, uint64_t end_ms)
{
    uint64_t next_ms;

    agent_device_step(device);
    next_ms = device->wanted_ms < end_ms ? device->wanted_ms : end_ms;
    pass(device, next_ms - device->uptime_ms);
}

void agent_device_run(struct agent_device *device, uint64_t ms)
{
    uint64_t end_ms = device->uptime_ms + ms;
    unsigned steps = 0;

    while (device->uptime_ms < end_ms) {
        step_and_wait(device, end_ms);
        assert_true(++steps < MAX_STEPS);
    }
}

bool agent_device_await(struct agent_device *device, signet_agent_event event,
                        uint64_t ms)
{
    uint64_t end_ms = device->uptime_ms + ms;
    unsigned before = device->events[event].count;
    unsigned steps = 0;

    while (device->events[event].count == before &&
           device->uptime_ms < end_ms) {
        step_and_wait(device, end_ms);
        assert_true(++steps < MAX_STEPS);
    }
    return device->events[event].count > before;
}

bool agent_device_await_reset(struct agent_device *device, uint64_t ms)
{
    uint64_t end_ms = device->uptime_ms + ms;
    unsigned steps = 0;

    while (!device->reset && device->uptime_ms < end_ms) {
        step_and_wait(device, end_ms);
        assert_true(++steps < MAX_STEPS);
    }
    if (!device->reset) {
        return false;
    }
    agent_device_boot(device);
    return true;
}

void agent_device_online(struct agent_device *device)
{
    agent_device_boot(device);
    assert_true(agent_device_await(device, SIGNET_AGENT_ONLINE, 20000));
}

unsigned agent_device_count(const struct agent_device *device,
                            signet_agent_event event)
{
    return device->events[event].count;
}

signet_status agent_device_last(const struct agent_device *device,
                                signet_agent_event event)
{
    return device->events[event].last;
}

uint32_t agent_device_send(struct agent_device *device, const char *text)
{
    uint32_t sequence = 0;

    must(signet_agent_send(&device->agent,
                           signet_view((const uint8_t *)text, strlen(text)),
                           &sequence));
    return sequence;
}

/* ---- looking into the logs ---- */

unsigned agent_device_held(const signet_log *log)
{
    signet_log_entry entry = {0, 0, 0};
    unsigned count = 0;

    while (signet_log_next(log, entry.sequence, &entry) == SIGNET_OK) {
        count++;
    }
    return count;
}

static int32_t code_of(const signet_log *log, const signet_log_entry *entry)
{
    signet_ReportRecord record = signet_ReportRecord_init_zero;
    uint8_t body[SIGNET_REPORT_MAX_SIZE];
    pb_istream_t stream;

    must(signet_log_read(log, entry, body, sizeof body));
    stream = pb_istream_from_buffer(body, entry->len);
    assert_true(pb_decode(&stream, signet_ReportRecord_fields, &record));
    return record.code;
}

/* Acknowledged ones are freed: the service has them; the others are counted
 * in the log, also when they already arrived. */
unsigned agent_device_reports(const struct agent_device *device, int32_t code)
{
    signet_log_entry entry = {0, 0, 0};
    unsigned count = agent_service_reports(&device->service, code);

    while (signet_log_next(&device->reports, entry.sequence, &entry) ==
           SIGNET_OK) {
        if (agent_service_find(&device->service, 1, entry.sequence) == NULL &&
            code_of(&device->reports, &entry) == code) {
            count++;
        }
    }
    return count;
}
