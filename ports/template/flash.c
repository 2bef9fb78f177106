/* SPDX-License-Identifier: MIT */
/*
 * Flash, FLASH-1..6. One context a device; regions are cut from it with
 * signet_flash_region.
 */
#include "signet/port/flash.h"

static signet_status flash_read(void *ctx, uint32_t offset, uint8_t *out,
                                size_t len)
{
#error "copy len bytes from offset of the device; any offset and length"
}

static signet_status flash_program(void *ctx, uint32_t offset,
                                   const uint8_t *data, size_t len)
{
#error "program whole units, wait, check the status register; FLASH-2..4"
}

static signet_status flash_erase(void *ctx, uint32_t offset, size_t len)
{
#error "erase whole blocks, wait, check the status register; FLASH-1, 4"
}

const signet_flash_ops template_flash_ops = {flash_read, flash_program,
                                             flash_erase};
