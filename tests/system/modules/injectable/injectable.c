// SPDX-License-Identifier: GPL-2.0-only
/*
 * While it is loaded, fail_function may make folio_mc_copy() fail, as it does where memory is
 * broken. The kernel itself has it not on its list of functions that may be made to:
 * tests/lib/failing_migrations.sh.
 */
#include <linux/error-injection.h>
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/module.h>

ALLOW_ERROR_INJECTION(folio_mc_copy, ERRNO);

static int __init injectable_init(void)
{
	return 0;
}
module_init(injectable_init);

static void __exit injectable_exit(void)
{
}
module_exit(injectable_exit);

MODULE_DESCRIPTION("migrations that fail_function can make fail");
MODULE_LICENSE("GPL");
