/* SPDX-License-Identifier: MIT */
/*
 * A program that does nothing but reference the whole public interface of one
 * library: what a link of it keeps is what that library costs at most.
 * tools/dev/size.sh links one for each library and reads the linker's map.
 */
#ifndef SIGNET_TESTS_SIZE_USE_H
#define SIGNET_TESTS_SIZE_USE_H

typedef void (*use_function)(void);

/* The program's only root. */
extern const use_function signet_use[];

#define USE(function) ((use_function)(function))

/* A figure that only the target's compiler knows: the size of a symbol
 * signet_ram_<name>, which size.sh reads from the object file. */
#define RAM(name, bytes)                                                       \
    extern const char signet_ram_##name[bytes];                                \
    const char signet_ram_##name[bytes] = {0}

#endif
