#!/usr/bin/env bash
# Rehearses a release: takes the last commit as `git archive` exports it, checks its versions and dates, packs it, and
# installs it on a new Debian 12 and a new Debian 13 in each way that README.md lists besides its own. Prints a line for each,
# PASS or FAIL. Needs root, and what scripts/install-dependencies servers package dist test installs.
#
# Usage: tests/packaging/release.sh [SUITE...]
set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"
# shellcheck source=scripts/platform.sh
. "$root/scripts/platform.sh"
# shellcheck source=tests/docs/reader.inc
. "$root/tests/docs/reader.inc"
# shellcheck source=tests/packaging/web.inc
. "$root/tests/packaging/web.inc"

# {{{ Versions and dates

# Until 1.0 it is a beta, by Semantic Versioning, and pecl installs it only if betas are allowed.
stability() {
	local expected=stable
	[[ $version != 0.* ]] || expected=beta
	equals 'the stability' "$expected $expected" \
		"$(sed -nE '/<stability>/,/<\/stability>/s/.*<(release|api)>(.*)<.*/\2/p' package.xml | xargs)"
}

# The changelog has a heading with version and date, and the packages have the same date.
dated() {
	local date
	date=$(sed -nE '/^## /{s/^## [^ ]+ - ([0-9]{4}-[0-9]{2}-[0-9]{2})$/\1/p;q}' CHANGELOG.md)
	[[ $date ]] || { echo 'CHANGELOG.md begins with a version that has no date' && return 1; }
	equals "package.xml's date" "$date" "$(sed -nE 's/^ *<date>(.*)<.*/\1/p' package.xml)"
	equals "debian/changelog's date" "$date" "$(date -u -d "$(dpkg-parsechangelog -l debian/changelog -S Date)" +%F)"
}

# }}}
# {{{ Ways to install it

# type_row DIR ROW: installs the packages that README.md's row names in parentheses, and runs its command.
type_row() {
	local dir=$1 text
	text=$(cell "$root/README.md" "$2" 2)
	{
		echo 'set -eux'
		sed -nE 's/.*\(([^()]+)\)$/apt-get install \1/p' <<<"$text" | tr -d ,
		commands_in <<<"$text"
	} >"$dir/srv/commands"
	# pecl asks for configure's options; the reader accepts what it suggests.
	read_as "$dir" /bin/sh /srv/commands </dev/null
}

# load DIR: makes PHP load it, as README.md says, if the package does not. There is neither a PHP-FPM to restart nor systemd.
load() {
	read_as "$1" /bin/sh -eux -c "$(sed /^systemctl/d "$(grep -l phpenmod "$1"/srv/blocks/*/text)")"
}

# has_sessions DIR: whether PHP there has this version, counts in a session, and the installed doctor finds no fault.
has_sessions() {
	local dir=$1 count
	equals 'the version' "Version => $version" "$(read_as "$dir" php --ri cfsession | grep '^Version =>')"
	for count in 1 2 3; do
		equals 'the count' "$count" "$(read_as "$dir" php tests/packaging/count.php "tcp://127.0.0.1:$store_port" "id-${dir##*/}")"
	done
	echo 'session.save_handler = cfsession' >"$(echo "$dir"/etc/php/*/cli/conf.d)/99-sessions.ini"
	read_as "$dir" "REDIS_URL=redis://127.0.0.1:$store_port" cfsession-doctor
}

install_by() {
	local dir=$work/$1 row=$2
	cp -a -- "$work/${1%-*}" "$dir"
	type_row "$dir" "$row"
	# Debian's tools do that themselves.
	[[ -e $(echo "$dir"/etc/php/*/mods-available)/cfsession.ini ]] || load "$dir"
	has_sessions "$dir"
	rm -rf -- "$dir"
}

# On a Debian 12 that has PHP but no compiler, as the archive's own README.md says, with our server.
install_archive() {
	local dir=$work/archive archive block
	scripts/dist --php 8.2-nts "$work/dist"
	archive=$(echo "$work"/dist/cfsession-"$version"-linux-*.tar.gz)
	new_debian bookworm "$dir" php-cli
	(cd -- "$work/dist" && sha256sum --check "${archive##*/}.sha256")
	mkdir -- "$dir/srv/cfsession"
	tar -C "$dir/srv/cfsession" --strip-components=1 -xf "$archive"
	extract "$dir/srv/cfsession/README.md" "$dir/srv/blocks"
	for block in "$dir"/srv/blocks/*; do
		case $(<"$block/language") in
			sh) read_as "$dir" /bin/bash -eux "/srv/blocks/${block##*/}/text" ;;
			ini)
				sed "s|tcp://[^\"]*|tcp://127.0.0.1:$store_port|" "$block/text" \
					>>"$(echo "$dir"/etc/php/*/cli/conf.d)/cfsession.ini"
				;;
		esac
	done
	equals 'the version' "Version => $version" "$(read_as "$dir" php --ri cfsession | grep '^Version =>')"
}

# The rows of README.md's table.
rows() {
	sed -nE '/^ *\| or with \| commands \|$/,/^$/s/^ *\| ([^|]+) \|.*/\1/p' README.md | sed 1d
}

install_ways() {
	local suite row name
	while read -r row; do
		case $row in
			'[PIE]'*) echo 'not run: PIE, which Debian does not have' ;;
			'nothing: '*) try "release: README.md's way with $row" install_archive ;;
			*)
				for suite in "${suites[@]}"; do
					name=${row%%[ \']*}
					try "release: README.md's way with $row on $suite" install_by "$suite-$name" "$row"
				done
				;;
		esac
	done < <(rows)
}

# A new Debian with what README.md installs for building.
make_base() {
	local dir=$work/$1
	new_reader "$1" "$dir"
	extract README.md "$dir/srv/blocks"
	read_as "$dir" /bin/sh -eux /srv/blocks/01/text
}

# }}}

suites=("$@")
((${#suites[@]})) || suites=(bookworm trixie)
failures=0
work=$(mktemp -d "${TMPDIR:-/tmp}/cfsession-release.XXXXXXXX")
trap 'stop_all; rm -rf -- "$work"' EXIT
mkdir -- "$work/sources" "$work/tmp"
if has_git; then
	run_git archive --format=tar HEAD | tar -C "$work/sources" -xf -
else
	release_archive | tar -C "$work/sources" -xf -
fi
# From here on, use only what a release has.
root=$work/sources
cd -- "$root"
version=$(sed -nE 's/^#define PHP_CFSESSION_VERSION "(.*)"$/\1/p' php_cfsession.h)
try 'release: the manifests are true' scripts/check-package
try "release: $version has the stability of its version" stability
try "release: $version has a date" dated
start_redis "$work/redis"
for suite in "${suites[@]}"; do
	try "release: a new $suite with what it is built with" make_base "$suite"
done
install_ways
((failures == 0))
