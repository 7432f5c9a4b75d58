/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where figures come from: the only part that opens files of the kernel. It
 * fills plain structs; who renders them never knows where they came from.
 */
#ifndef KLRUSCAN_SOURCE_H
#define KLRUSCAN_SOURCE_H

#include "failure.h"
#include "status.h"

/*
 * Returns 0, or a negative errno with @failure filled. On success the caller
 * releases @status with source_status_free().
 */
int source_status(struct status *status, struct failure *failure);
void source_status_free(struct status *status);

#endif
