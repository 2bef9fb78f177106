/* SPDX-License-Identifier: MIT */
#include "signet/port/flash.h"

static bool inside(const signet_flash *flash, uint32_t offset, size_t len)
{
    return offset <= flash->size && len <= flash->size - offset;
}

/* Units are powers of two. */
static bool aligned(uint32_t offset, size_t len, uint32_t unit)
{
    return ((offset | len) & (unit - 1)) == 0;
}

signet_status signet_flash_region(const signet_flash *parent, uint32_t offset,
                                  uint32_t size, signet_flash *out)
{
    if (size == 0 || !inside(parent, offset, size) ||
        !aligned(offset, size, parent->erase_size)) {
        return SIGNET_ERR_ARGUMENT;
    }
    *out = *parent;
    out->base = parent->base + offset;
    out->size = size;
    return SIGNET_OK;
}

signet_status signet_flash_read(const signet_flash *flash, uint32_t offset,
                                uint8_t *out, size_t len)
{
    if (!inside(flash, offset, len)) {
        return SIGNET_ERR_ARGUMENT;
    }
    if (len == 0) {
        return SIGNET_OK;
    }
    return flash->ops->read(flash->ctx, flash->base + offset, out, len);
}

signet_status signet_flash_program(const signet_flash *flash, uint32_t offset,
                                   const uint8_t *data, size_t len)
{
    if (!inside(flash, offset, len) ||
        !aligned(offset, len, flash->program_size)) {
        return SIGNET_ERR_ARGUMENT;
    }
    if (len == 0) {
        return SIGNET_OK;
    }
    return flash->ops->program(flash->ctx, flash->base + offset, data, len);
}

signet_status signet_flash_erase(const signet_flash *flash, uint32_t offset,
                                 size_t len)
{
    if (!inside(flash, offset, len) ||
        !aligned(offset, len, flash->erase_size)) {
        return SIGNET_ERR_ARGUMENT;
    }
    if (len == 0) {
        return SIGNET_OK;
    }
    return flash->ops->erase(flash->ctx, flash->base + offset, len);
}
