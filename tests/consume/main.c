/* SPDX-License-Identifier: MIT */
#include "signet/status.h"

int main(void)
{
    return SIGNET_OK;
}
