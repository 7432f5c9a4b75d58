// SPDX-License-Identifier: GPL-2.0-only
/* The bodies of klruscan's tracepoints. */
#define CREATE_TRACE_POINTS
#include <trace/events/klruscan.h>
