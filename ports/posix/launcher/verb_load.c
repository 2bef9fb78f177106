/* SPDX-License-Identifier: MIT */
/*
 * load: the factory state. The new flash is made aside and verified as the
 * first stage will verify it; then one rename makes it the device's. A load
 * that was interrupted leaves the device as it was, or wanting a load.
 */
#define _GNU_SOURCE
#include "directory.h"
#include "first_stage.h"
#include "geometry.h"
#include "load.h"
#include "signet/identity.h"
#include "signet/port/posix/secret.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ASIDE ".flash.new"
#define FACTORY_SLOT 0u

static signet_status store_certificate(launcher_stage *stage,
                                       signet_bytes certificate)
{
    signet_items items;
    const signet_flash *flash = &stage->storage.factory_items;
    signet_status status = signet_items_format(flash);
    if (status == SIGNET_OK) {
        status = signet_items_mount(&items, flash);
    }
    if (status == SIGNET_OK) {
        status = signet_items_put(&items, SIGNET_IDENTITY_ITEM_DEVICE_CERT,
                                  certificate);
    }
    return status;
}

static signet_status install(launcher_stage *stage,
                             const launcher_load_files *files,
                             const signet_manifest *manifest)
{
    const signet_flash *boot_items = &stage->storage.boot_items;
    signet_status status =
        launcher_load_image(&stage->storage.slots[FACTORY_SLOT],
                            launcher_view(&files->image), manifest);
    if (status == SIGNET_OK) {
        status = signet_items_format(boot_items);
    }
    if (status == SIGNET_OK) {
        status = signet_items_mount(&stage->items, boot_items);
    }
    if (status == SIGNET_OK) {
        status = store_certificate(stage, launcher_view(&files->device_cert));
    }
    if (status == SIGNET_OK) {
        status = signet_update_factory(
            &stage->update, &stage->memory, launcher_view(&files->trust_list),
            launcher_view(&files->manifest), FACTORY_SLOT);
    }
    return status;
}

static signet_status install_aside(int dir_fd, const launcher_config *config,
                                   const launcher_load_files *files,
                                   const signet_manifest *manifest)
{
    static launcher_stage stage;
    (void)unlinkat(dir_fd, ASIDE, 0);
    signet_status status =
        signet_posix_flash_create(dir_fd, ASIDE, &signet_posix_device_geometry);
    if (status == SIGNET_OK) {
        status = launcher_stage_open(&stage, dir_fd, ASIDE, config);
    }
    if (status == SIGNET_OK) {
        status = install(&stage, files, manifest);
        launcher_stage_close(&stage);
    }
    return status;
}

static signet_status commit(int dir_fd, const launcher_config *config)
{
    if (renameat(dir_fd, ASIDE, dir_fd, SIGNET_POSIX_FLASH_NAME) != 0) {
        return SIGNET_ERR_IO;
    }
    signet_status status = launcher_config_write(dir_fd, config);
    if (status == SIGNET_OK) {
        status = signet_posix_secret_advance(dir_fd, SIGNET_LIFE_SECURED);
    }
    return status;
}

static int load(int dir_fd, const launcher_options *options,
                const launcher_load_files *files)
{
    launcher_config config;
    signet_manifest manifest;
    if (!launcher_load_check_endorsement(dir_fd, options, files) ||
        !launcher_load_open_manifest(options, files, &manifest, &config)) {
        return EXIT_FAILURE;
    }
    signet_status status = install_aside(dir_fd, &config, files, &manifest);
    if (status == SIGNET_OK) {
        status = commit(dir_fd, &config);
    }
    if (status != SIGNET_OK) {
        (void)unlinkat(dir_fd, ASIDE, 0);
        return launcher_complain_status(options->image, status);
    }
    return EXIT_SUCCESS;
}

int launcher_load(const launcher_options *options)
{
    launcher_load_files files;
    launcher_directory directory;
    if (!launcher_load_read(options, &files)) {
        return EXIT_FAILURE;
    }
    int status = launcher_directory_open(options->dir, &directory);
    if (status == 0) {
        status = load(directory.fd, options, &files);
        launcher_directory_close(&directory);
    }
    launcher_load_free(&files);
    return status;
}
