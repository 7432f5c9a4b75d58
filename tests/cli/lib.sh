# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
#
# For tests of the command line tool on the host. Sourced with the test's own name
# and arguments as "$@"; goes to the root of the tree.
#
#	tests/cli/TEST			run the tests
#	tests/cli/TEST --update		write the golden files anew, then run them

# shellcheck disable=SC2034 # for the tests

set -u
cd "$(dirname "$0")/../.." || exit 1

BUILD=${BUILD:-build}
${MAKE:-make} -s -f tests/cli/cli.mk BUILD="$BUILD" cli-test-programs >&2 || exit 1

# Which characters can be printed is as the test says.
LC_ALL=C
export LC_ALL

TOOL=$BUILD/bin/klruscan
FAKE=$BUILD/tests/cli/klruscan_fake
RENDER=$BUILD/tests/cli/render_test
GOLDEN=tests/cli/golden
TMP=$(mktemp -d) || exit 1
trap 'rm -rf "$TMP"' EXIT

UPDATE=no
case ${1-} in
--update) UPDATE=yes ;;
?*) echo "usage: $0 [--update]" >&2; exit 2 ;;
esac

# same WANTED GOT: a difference is shown, as KTAP comments
same()
{
	diff -u "$1" "$2" >"$TMP/diff" 2>&1 && return 0
	sed 's/^/# /' "$TMP/diff"
	return 1
}

# exits STATUS COMMAND...: keeps what it printed in $TMP/out and $TMP/err
exits()
{
	wanted=$1
	shift
	"$@" >"$TMP/out" 2>"$TMP/err"
	got=$?
	[ "$got" -eq "$wanted" ] && return 0
	echo "# '$*' exited $got, not $wanted"
	sed 's/^/# /' "$TMP/err"
	return 1
}

# complains STATUS WORDS COMMAND...: exactly one line on stderr, with WORDS
# (a pattern), and nothing on stdout
complains()
{
	status=$1
	words=$2
	shift 2
	exits "$status" "$@" || return 1
	if [ -s "$TMP/out" ] || [ "$(wc -l <"$TMP/err")" -ne 1 ] ||
	   ! grep -q -- "$words" "$TMP/err"; then
		echo "# wanted one line on stderr with '$words', got:"
		sed 's/^/# /' "$TMP/out" "$TMP/err"
		return 1
	fi
}

# fake HOW COMMAND...: with a module that answers like that
fake()
{
	FAKE_KLRUSCAN=$1
	export FAKE_KLRUSCAN
	shift
	"$@"
}

# unprivileged COMMAND...: what nobody may read it cannot read either, though root runs it
unprivileged()
{
	[ "$(id -u)" -ne 0 ] || set -- setpriv --bounding-set=-all "$@"
	"$@"
}

# gold FILE COMMAND...: what it prints and how it exits is what the golden file has.
# The place of what the test made up is called ROOT there, and the version VERSION.
gold()
{
	file=$GOLDEN/$1
	shift
	"$@" >"$TMP/out" 2>"$TMP/err"
	status=$?
	{
		cat "$TMP/out"
		[ ! -s "$TMP/err" ] || { echo "--- on stderr"; cat "$TMP/err"; }
		echo "--- exit status $status"
	} | sed "s,$TMP,ROOT,g; s/$(cat VERSION)/VERSION/g" >"$TMP/transcript"
	echo "${file#"$GOLDEN/"}" >>"$TMP/used"
	[ $UPDATE = no ] || { mkdir -p "${file%/*}" && cp "$TMP/transcript" "$file"; }
	same "$file" "$TMP/transcript"
}

# golden_files_are_used DIRECTORY: none is there that no test compares with
golden_files_are_used()
{
	(cd "$GOLDEN" && find "$1" -type f) | sort >"$TMP/files"
	grep "^$1/" "$TMP/used" | sort -u >"$TMP/compared"
	same "$TMP/compared" "$TMP/files"
}

# pages_have_keys PAGES FILE...: the man pages explain each word that JSON has in these files
pages_have_keys()
{
	pages=$1
	shift
	cat "$@" | grep -o '"[a-z_0-9]*":' | tr -d '":' | sort -u >"$TMP/keys"
	[ -s "$TMP/keys" ] || return 1
	while read -r key; do
		# shellcheck disable=SC2086 # there may be several
		sed 's/\\-/-/g' $pages | grep '^\.B' | grep -qw "$key" ||
			echo "# '$key' is not in $pages"
	done <"$TMP/keys" >"$TMP/lacks"
	cat "$TMP/lacks"
	[ ! -s "$TMP/lacks" ]
}

number=0
failed=0

# test_case NAME COMMAND...
test_case()
{
	name=$1
	shift
	number=$((number + 1))
	if "$@"; then
		echo "ok $number $name"
	else
		echo "not ok $number $name"
		failed=$((failed + 1))
	fi
}

# skip NAME REASON
skip()
{
	number=$((number + 1))
	echo "ok $number $1 # SKIP $2"
}

# run_cases FUNCTION...: as a whole test; its exit status
run_cases()
{
	echo "KTAP version 1"
	echo "1..$#"
	for case; do
		test_case "$case" "$case"
	done
	[ $failed -eq 0 ] && [ $number -gt 0 ]
}
