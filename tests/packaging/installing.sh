#!/usr/bin/env bash
# Does what docs/installing.md says for Debian, word by word, on a new Debian 12 and a new Debian 13, and checks that PHP has
# the extension and that the doctor is there. Prints a line for each, PASS or FAIL. Needs root.
set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"
# shellcheck source=scripts/platform.sh
. "$root/scripts/platform.sh"
# shellcheck source=tests/docs/reader.inc
. "$root/tests/docs/reader.inc"
document=$root/docs/installing.md

# commands BLOCK: what a reader types, including the block, and then checks of the result.
commands() {
	cat <<END
set -eux
apt-get update
$(cell "$document" 'Debian 12' 3 | commands_in | sed 's/install/install --no-install-recommends/')
$(<"$1")
$(cell "$document" 'Debian, Ubuntu' 2 | commands_in)
php --ri cfsession | grep '^Version =>'
PATH=/usr/local/bin:\$PATH cfsession-doctor --help | grep '^Usage: cfsession-doctor '
test -f /usr/local/share/man/man1/cfsession-doctor.1
END
}

# install_on SUITE: on a Debian made for it.
install_on() {
	local dir=$scratch/$1
	new_reader "$1" "$dir"
	extract "$document" "$dir/srv/blocks"
	commands "$dir/srv/blocks/01/text" >"$dir/srv/commands"
	read_as "$dir" /bin/sh -e /srv/commands
}

failed=0
scratch=$(mktemp -d "${TMPDIR:-/tmp}/cfsession-installing.XXXXXXXX")
trap 'as_root rm -rf -- "$scratch"' EXIT
for suite in bookworm trixie; do
	# In the background, because bash does not stop at errors in what it runs as a condition.
	install_on "$suite" >"$scratch/$suite.log" 2>&1 &
	if wait $!; then
		echo "PASS installing: $suite"
	else
		tail -n 20 -- "$scratch/$suite.log"
		echo "FAIL installing: $suite"
		failed=1
	fi
done
((failed == 0))
