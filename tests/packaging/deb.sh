#!/usr/bin/env bash
# Installs the Debian package on a temporary copy of this system, and uses it there as people do: the doctor on the PATH,
# its manual page, PHP-FPM. Prints a line for each, PASS or FAIL. Needs root, and what the package needs.
#
# Usage: tests/packaging/deb.sh PHP-CFSESSION.deb
set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

failed=0

# on_copy DEB LAYER: runs the tests on this system under a layer in memory, with the package installed there and none of
# this system's processes. LAYER is the folder for it.
on_copy() {
	local deb=$1 layer=$2
	mount -t tmpfs tmpfs "$layer"
	mkdir "$layer"/{upper,work,root}
	mount -t overlay overlay -o "lowerdir=/,upperdir=$layer/upper,workdir=$layer/work" "$layer/root"
	mount -t tmpfs -o mode=1777 tmpfs "$layer/root/tmp"
	mount -t tmpfs tmpfs "$layer/root/run"
	mount -t proc proc "$layer/root/proc"
	mount --rbind /dev "$layer/root/dev"
	# No package may start or stop a server.
	printf '#!/bin/sh\nexit 101\n' >"$layer/root/usr/sbin/policy-rc.d"
	chmod +x "$layer/root/usr/sbin/policy-rc.d"
	cp -- "$deb" "$layer/root/tmp/package.deb"
	mkdir "$layer/root/tmp/tests" "$layer/root/tmp/tests/packaging" "$layer/root/tmp/scripts"
	cp -- "$root/tests/packaging/deb.sh" "$layer/root/tmp/tests/packaging"
	cp -- "$root/scripts/lib.sh" "$layer/root/tmp/scripts"
	chroot "$layer/root" /usr/bin/env -i HOME=/root LC_ALL=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		/tmp/tests/packaging/deb.sh --installed /tmp/package.deb
}

# is NAME TEXT COMMAND...: whether the command succeeds and prints TEXT.
is() {
	local name=$1 text=$2 said
	shift 2
	if said=$("$@" 2>&1) && [[ $said == *"$text"* ]]; then
		echo "PASS deb: $name"
	else
		echo "FAIL deb: $name: $(tr '\n' ' ' <<<"$said")"
		failed=1
	fi
}

# As an ordinary user.
as_nobody() {
	setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"
}

# configure PATH: sets the save path of every kind of PHP, as an administrator does.
configure() {
	local version
	version=$(php -n -r 'echo PHP_MAJOR_VERSION, ".", PHP_MINOR_VERSION;')
	printf 'session.save_handler = cfsession\nsession.save_path = "%s"\n' "$1" >"/etc/php/$version/mods-available/sessions.ini"
	phpenmod -v "$version" sessions
	# For the command line alone, to tell one from the other.
	echo 'session.gc_maxlifetime = 1234' >"/etc/php/$version/cli/conf.d/99-sessions.ini"
	echo "$version"
}

use_installed() {
	local version
	# Docker's images leave manual pages out.
	dpkg --path-include='/usr/share/man/*' --install "$1" >/tmp/dpkg.log 2>&1 || {
		tail -n 20 /tmp/dpkg.log
		echo 'FAIL deb: installs'
		failed=1
		return
	}
	cd /
	start_redis /tmp/redis
	version=$(configure "tcp://127.0.0.1:$store_port")
	"php-fpm$version" --daemonize
	is 'is on the PATH' /usr/bin/cfsession-doctor command -v cfsession-doctor
	is 'names itself' 'Usage: cfsession-doctor ' cfsession-doctor --help
	is 'sessions of the command line' 'Sessions are well' cfsession-doctor
	is 'for everybody' 'Sessions end 1234 s' as_nobody cfsession-doctor --verbose
	is 'sessions of PHP-FPM' 'Sessions end 1440 s' cfsession-doctor --verbose --fpm "/run/php/php$version-fpm.sock"
	is 'with no folder for temporary files' '(fpm-fcgi)' env TMPDIR=/nonexistent cfsession-doctor --fpm "/run/php/php$version-fpm.sock"
	is 'manual page' "check PHP's sessions" man cfsession-doctor
	is 'what apropos finds' 'cfsession-doctor (1)' whatis cfsession-doctor
}

case ${1-} in
	--copied) on_copy "$2" "$3" ;;
	--installed)
		trap stop_all EXIT
		mkdir /run/php
		use_installed "$2"
		((failed == 0))
		;;
	*)
		layer=$(mktemp -d)
		trap 'rmdir -- "$layer"' EXIT
		as_root unshare --mount --pid --fork --kill-child "$0" --copied "$1" "$layer"
		;;
esac
