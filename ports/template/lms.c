/* SPDX-License-Identifier: MIT */
/*
 * LMS/HSS verification, LMS-1, 2. Leave this file out when no policy asks for
 * it.
 */
#include "signet/port/lms.h"

signet_status signet_lms_verify(signet_bytes key, signet_bytes message,
                                signet_bytes signature)
{
#error "RFC 8554 s6.3; every length is checked against the parameter set"
}
