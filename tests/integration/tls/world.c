/* SPDX-License-Identifier: MIT */
#include "world.h"

world earth;

certificate_spec world_server(void)
{
    return (certificate_spec){
        .name = "a server", .dns = SERVER_NAME, .usage = "serverAuth"};
}

certificate_spec world_client(const char *name)
{
    return (certificate_spec){.name = name, .usage = "clientAuth"};
}

int world_make(void **state)
{
    heap_watch();
    earth.root = credential_make(NULL, (certificate_spec){.name = "root"});
    earth.foreign = credential_make(NULL, (certificate_spec){.name = "other"});
    earth.makers = credential_make(NULL, (certificate_spec){.name = "makers"});
    earth.own = credential_make(&earth.root, world_server());
    earth.alice = credential_make(&earth.makers, world_client("alice"));
    earth.bob = credential_make(&earth.makers, world_client("bob"));
    return client_start(state);
}

int world_end(void **state)
{
    (void)state;
    credential_free(&earth.root);
    credential_free(&earth.foreign);
    credential_free(&earth.makers);
    credential_free(&earth.own);
    credential_free(&earth.alice);
    credential_free(&earth.bob);
    return 0;
}
