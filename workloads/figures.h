/* SPDX-License-Identifier: GPL-2.0-only */
/* From what was measured to what is reported. Pure: no clock, no system call. */
#ifndef WORKLOADS_FIGURES_H
#define WORKLOADS_FIGURES_H

#include "measure.h"
#include "report.h"

void figures_fill(struct report *r, const struct measure *m, double start, double last);

#endif
