// SPDX-License-Identifier: GPL-2.0-only
/* The module: compat first, then what would start with the kernel in a tree. */
#define pr_fmt(fmt) "klruscan: " fmt
#define COMPAT_IMPLEMENTATION

#include <generated/utsrelease.h>
#include <linux/init.h>
#include <linux/module.h>

#include "internal.h"

/* What this was built for. Here, so that it is one string and not in the code. */
const char compat_release[] = UTS_RELEASE;

static int __init compat_init(void)
{
	return compat_bind_symbols() ?: compat_product_init();
}

static void __exit compat_exit(void)
{
	compat_product_exit();
}

module_init(compat_init);
module_exit(compat_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Hot page promotion for tiered memory");
