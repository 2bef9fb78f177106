/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "sealed.h"

#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

/* Newer than the C library's headers; older kernels refuse them, and then
 * memory files are executable anyway. */
#define NOEXEC_SEAL 0x0008u
#define EXEC 0x0010u

int launcher_sealed_create(const char *name, bool executable)
{
    unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    int fd = memfd_create(name, flags | (executable ? EXEC : NOEXEC_SEAL));
    if (fd < 0 && errno == EINVAL) {
        fd = memfd_create(name, flags);
    }
    return fd;
}

signet_status launcher_sealed_append(int fd, const uint8_t *data, size_t len)
{
    off_t end = lseek(fd, 0, SEEK_END);
    return end < 0 ? SIGNET_ERR_IO : signet_posix_write_at(fd, end, data, len);
}

signet_status launcher_sealed_close(int fd)
{
    const int seals = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL;
    return fcntl(fd, F_ADD_SEALS, seals) == 0 ? SIGNET_OK : SIGNET_ERR_IO;
}

signet_status launcher_sealed_read(int fd, uint32_t offset, uint8_t *out,
                                   size_t len)
{
    return signet_posix_read_at(fd, (off_t)offset, out, len);
}

void launcher_sealed_drop(int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
    }
    *fd = -1;
}
