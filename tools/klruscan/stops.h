/* SPDX-License-Identifier: GPL-2.0-only */
/* The signals by which a program is asked to end. */
#ifndef KLRUSCAN_STOPS_H
#define KLRUSCAN_STOPS_H

#include <signal.h>

static inline void stops_fill(sigset_t *stops)
{
	sigemptyset(stops);
	sigaddset(stops, SIGINT);
	sigaddset(stops, SIGTERM);
	sigaddset(stops, SIGHUP);
}

#endif
