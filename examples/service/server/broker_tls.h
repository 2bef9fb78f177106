/* SPDX-License-Identifier: MIT */
#ifndef BROKER_TLS_H
#define BROKER_TLS_H

#include "broker_link.h"

/** TLS 1.3 with our certificate, trusting one CA and one server name. */
SSL_CTX *broker_tls_new(const link_config *config, failure *f);

#endif
