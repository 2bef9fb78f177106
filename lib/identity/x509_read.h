/* SPDX-License-Identifier: MIT */
/* Private to lib/identity. */
#ifndef SIGNET_IDENTITY_X509_READ_H
#define SIGNET_IDENTITY_X509_READ_H

#include "der.h"
#include "signet/x509.h"

/** Read the entries of Extensions (RFC 5280 s4.2) until the list ends. */
void signet_x509_read_extensions(struct signet_der_reader *r, signet_x509 *out);

#endif
