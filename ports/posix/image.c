/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "image.h"

#include <link.h>
#include <string.h>

/* The first object is the main program; returning 1 ends the walk. */
static int keep_first(struct dl_phdr_info *info, size_t size, void *arg)
{
    signet_posix_image *image = arg;
    (void)size;
    image->base = info->dlpi_addr;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        if (segment->p_type == PT_LOAD && (segment->p_flags & PF_X) != 0) {
            image->code_start = info->dlpi_addr + segment->p_vaddr;
            image->code_end = image->code_start + segment->p_memsz;
        }
    }
    return 1;
}

bool signet_posix_image_find(signet_posix_image *image)
{
    memset(image, 0, sizeof *image);
    (void)dl_iterate_phdr(keep_first, image);
    return image->code_end != 0;
}

uint64_t signet_posix_image_offset(const signet_posix_image *image,
                                   uint64_t address)
{
    if (address < image->code_start || address >= image->code_end) {
        return 0;
    }
    return address - image->base;
}
