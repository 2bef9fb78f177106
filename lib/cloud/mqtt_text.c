/* SPDX-License-Identifier: MIT */
/* MQTT strings: UTF-8 (RFC 3629) without U+0000, topics without wildcards. */
#include "mqtt_wire.h"

#include <string.h>

/* A byte repeated over a machine word. */
#define EACH_BYTE(value) ((size_t)-1 / 0xFFu * (value))

static bool is_wildcard(uint8_t byte)
{
    return byte == '#' || byte == '+';
}

/* Length of the UTF-8 character at the start of text; 0: malformed, which
 * includes overlong forms, surrogates and values above U+10FFFF (RFC 3629). */
static size_t character_length(const uint8_t *text, size_t len)
{
    static const uint32_t least[] = {0, 0x80u, 0x800u, 0x10000u};
    uint8_t first = text[0];
    size_t more = first < 0xE0u ? 1 : first < 0xF0u ? 2 : 3;
    uint32_t value = first & (0x3Fu >> more);

    if (first < 0x80u) {
        return 1;
    }
    if (first < 0xC0u || first >= 0xF8u || more >= len) {
        return 0;
    }
    for (size_t i = 1; i <= more; i++) {
        if ((text[i] & 0xC0u) != 0x80u) {
            return 0;
        }
        value = value << 6 | (text[i] & 0x3Fu);
    }
    if (value < least[more] || value > 0x10FFFFu || value >> 11 == 0x1Bu) {
        return 0;
    }
    return more + 1;
}

static bool check_characters(signet_bytes text, bool wildcards)
{
    size_t at = 0;

    while (at < text.len) {
        size_t n = character_length(text.ptr + at, text.len - at);

        if (n == 0 || text.ptr[at] == 0 ||
            (!wildcards && is_wildcard(text.ptr[at]))) {
            return false;
        }
        at += n;
    }
    return true;
}

/*
 * The top bit of some byte is set when the word holds NUL, '#', '+' or a
 * byte above 0x7F. '#' (0x23) and '+' (0x2B) differ in bit 3 only. A borrow
 * may raise further top bits, but only above one that is set anyway.
 */
static size_t suspects(const uint8_t *at)
{
    size_t word;
    size_t wild;

    memcpy(&word, at, sizeof word);
    wild = (word & EACH_BYTE(0xF7u)) ^ EACH_BYTE(0x23u);
    return word | (word - EACH_BYTE(1u)) | (wild - EACH_BYTE(1u));
}

/* True: plain ASCII without NUL and wildcards. Most topics are, and a word
 * at a time is several times faster. */
static bool is_plain(signet_bytes text)
{
    const uint8_t *at = text.ptr;
    const uint8_t *last;
    size_t found = 0;

    if (text.len < sizeof(size_t)) {
        return false;
    }
    last = text.ptr + (text.len - sizeof(size_t));
    for (; at < last; at += sizeof(size_t)) {
        found |= suspects(at);
    }
    found |= suspects(last); /* may overlap the word before */
    return (found & EACH_BYTE(0x80u)) == 0;
}

bool signet_mqtt_text_valid(signet_bytes text)
{
    return is_plain(text) || check_characters(text, true);
}

bool signet_mqtt_topic_valid(signet_bytes topic)
{
    return is_plain(topic) ||
           (topic.len != 0 && check_characters(topic, false));
}
