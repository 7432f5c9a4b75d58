// SPDX-License-Identifier: GPL-2.0-only
/* A module with a function whose name the kernel has not: refuses_a_foreign_kernel.sh. */
#include <linux/init.h>
#include <linux/module.h>

static noinline __used int walk_pud_other(void)
{
	return -EINVAL;
}

static int __init namesake_init(void)
{
	return 0;
}
module_init(namesake_init);

static void __exit namesake_exit(void)
{
}
module_exit(namesake_exit);

MODULE_DESCRIPTION("a function that the kernel might have");
MODULE_LICENSE("GPL");
