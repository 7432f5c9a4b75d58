/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WORKLOADS_ENGINE_H
#define WORKLOADS_ENGINE_H

#include "pattern.h"

int engine_run(const struct pattern *pattern, int argc, char **argv);

#endif
