/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_PGHOT_H
#define _LINUX_PGHOT_H

#include <linux/types.h>

/**
 * enum pghot_src - who saw the access
 * @PGHOT_SRC_PGTABLE:	an accessed bit; klruscand itself uses pghot_mark()
 * @PGHOT_SRC_FAULT:	a hint fault
 * @PGHOT_SRC_HW:	a hardware sampler (PMU, CXL hotness unit)
 * @PGHOT_NR_SRCS:	number of sources
 */
enum pghot_src {
	PGHOT_SRC_PGTABLE,
	PGHOT_SRC_FAULT,
	PGHOT_SRC_HW,
	PGHOT_NR_SRCS
};

int pghot_record_access(unsigned long pfn, int nid, int src,
			unsigned long now);
unsigned int pghot_record_accesses(const unsigned long *pfns, unsigned int nr,
				   int nid, int src, unsigned long now);

#endif /* _LINUX_PGHOT_H */
