/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_ENGINE_H
#define WORKLOADS_ENGINE_H

#include "pattern.h"

struct service;

int engine_run(const struct pattern *pattern, struct service *service, int argc,
	       char **argv);

#endif
