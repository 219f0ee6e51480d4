#!/usr/bin/env bash
#
# Tests an archive of scripts/dist: tests/packaging/dist.sh [--whole] [--php-source PATH]... TARBALL
#
# Prints a line for each test, which begins with PASS or FAIL. Needs Debian 12, root, and what
# scripts/install-dependencies servers phpt dist installs. --whole takes some minutes more: it runs the tests of both
# stores with the built file, for every PHP that it can get, and builds again from nothing, which has to give the same.
# For that, --php-source names the sources that scripts/dist was given.

set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"
# shellcheck source=scripts/php-source.sh
. "$root/scripts/php-source.sh"
# shellcheck source=scripts/platform.sh
. "$root/scripts/platform.sh"
# shellcheck source=scripts/php-headers.sh
. "$root/scripts/php-headers.sh"

failed=0

# try NAME COMMAND...: one test, whose output is printed only if it fails.
try() {
	local name=$1 log=$work/try.log
	shift
	# In the background, because bash does not stop at errors in what it runs as a condition.
	("$@") >"$log" 2>&1 &
	if wait $!; then
		printf 'PASS %s\n' "$name"
	else
		failed=1
		printf 'FAIL %s: %s\n' "$name" "$(tail -n 5 -- "$log" | tr '\n' ' ')"
	fi
}

# same WANTED FOUND: whether they are equal; prints the difference.
same() {
	diff <(printf '%s\n' "$1") <(printf '%s\n' "$2")
}

built_files() {
	(cd -- "$unpacked" && find lib -name '*.so' | sort)
}

checksums() {
	(cd -- "$(dirname -- "$tarball")" && sha256sum --check "${tarball##*/}.sha256")
	(cd -- "$unpacked" && sha256sum --check SHA256SUMS)
	same "$(cd -- "$unpacked" && find . -type f ! -name SHA256SUMS | sed 's|^\./||' | sort)" \
		"$(awk '{ print $2 }' "$unpacked/SHA256SUMS" | sort)"
}

# What each platform's packages need from the archive.
layout() {
	local name
	same "$(basename -- "$tarball" .tar.gz)" "$(basename -- "$unpacked")"
	for name in bin/cfsession-doctor cfsession.ini LICENSE NOTICE MANIFEST README.md; do
		[[ -s $unpacked/$name ]] || { echo "$name is missing"; return 1; }
	done
	[[ -x $unpacked/bin/cfsession-doctor ]]
	cmp -- "$root/docs/cfsession-doctor.1" "$unpacked/share/man/man1/cfsession-doctor.1"
	[[ $(built_files) ]]
	same '' "$(find "$unpacked" -type f -perm /022 -o -type f ! -perm -044)"
	! grep -E '@[A-Z]+@' "$unpacked/README.md" || return 1
	# Into a folder, or not at all.
	same '' "$(grep -E '^cp ' "$unpacked/README.md" | grep -v '/"$' || true)"
}

# Whether each file is for the PHP that its path and MANIFEST say, and MANIFEST has them all.
manifest_of_files() {
	local path php api threads
	same "$(built_files)" "$(sed -nE 's|^(lib/[^\t]*)\tPHP .*|\1|p' "$unpacked/MANIFEST")"
	while IFS=$'\t' read -r path php api threads _; do
		same "lib/${api#API }-$threads/cfsession.so" "$path"
		same "API${api#API },$([[ $threads == zts ]] && echo TS || echo NTS)" "$(strings -a "$unpacked/$path" | grep '^API20')"
		# PHP's own list of its APIs.
		case $php in
			'PHP 8.1') same 'API 20210902' "$api" ;;
			'PHP 8.2') same 'API 20220829' "$api" ;;
			'PHP 8.3') same 'API 20230831' "$api" ;;
			'PHP 8.4') same 'API 20240924' "$api" ;;
			'PHP 8.5') same 'API 20250925' "$api" ;;
			*) echo "$php?" && return 1 ;;
		esac
	done < <(grep '^lib/' "$unpacked/MANIFEST")
}

# version_of LIBRARY PATH: the version in MANIFEST.
version_of() {
	awk -F '\t' -v library="$1" -v path="$2" '$1 == library && $4 == path { print $2 }' "$unpacked/MANIFEST"
}

# Whether MANIFEST has each library in a file, with the version that the file itself tells.
manifest_of_libraries() {
	local path library version
	for path in $(built_files); do
		for library in hiredis libmemcached 'Cyrus SASL' Zstandard LZ4; do
			version=$(version_of "$library" "$path")
			# The file does not have Debian's part of the version.
			strings -a "$unpacked/$path" | grep -xF -- "${version%%[+-]*}" | grep . || { echo "$library is not $version"; return 1; }
		done
		readelf -p .comment "$unpacked/$path" | grep -F -- "(Debian $(version_of 'GCC runtime' "$path"))"
		same 6 "$(awk -F '\t' -v path="$path" '$4 == path && $3 != ""' "$unpacked/MANIFEST" | wc -l)"
	done
}

# The notices that the licences demand.
notice() {
	local name words
	while IFS=$'\t' read -r name words; do
		tr -s ' \n*.' ' ' <"$unpacked/NOTICE" | grep -qF -- "$words" || { echo "NOTICE lacks $words"; return 1; }
	done <<-'END'
		hiredis	Copyright: 2009-2011, Salvatore Sanfilippo <antirez@gmail com>
		hiredis	2010-2011, Pieter Noordhuis
		libmemcached	Copyright (c) 2006-2014 Brian Aker, DataDifferential
		libmemcached	THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS"
		Cyrus SASL	This product includes software developed by Computing Services at Carnegie Mellon University (http://www cmu edu/computing/)
		Cyrus SASL	CARNEGIE MELLON UNIVERSITY DISCLAIMS ALL WARRANTIES
		Cyrus SASL	RSA Data Security, Inc MD5 Message-Digest Algorithm
		Zstandard	Copyright: 2016-present, Yann Collet, Facebook, Inc
		LZ4	Copyright: 2011-2020, Yann Collet
		GCC runtime	You have permission to propagate a work of Target Code formed by combining the Runtime Library with Independent Modules
		GCC runtime	Copyright (c) 1994 Hewlett-Packard Company
	END
	# The checks above would not notice a library without a section of its own.
	same "$(sed -nE 's/^([A-Za-z][^\t]*)\t[^\t]*\t[^\t]*\tlib.*/\1/p' "$unpacked/MANIFEST" | sort -u)" \
		"$(grep -A1 '^=====' "$unpacked/NOTICE" | grep -vE '^(=|-|$)' | sort -u)"
}

# What a file needs from the system, and which symbols it exports.
needs() {
	local path file
	for path in $(built_files); do
		file=$unpacked/$path
		same '' "$(readelf -dW "$file" | grep NEEDED | grep -vE '\[(libc|libm|libssl|libcrypto|libz|ld-linux[^]]*)\.so\.[0-9]+\]' || true)"
		same '' "$(readelf -dW "$file" | grep -E 'RPATH|RUNPATH' || true)"
		same 2.34 "$({ echo 2.34 && objdump -T "$file" | grep -oE 'GLIBC_[0-9.]+' | sed 's/GLIBC_//'; } | sort -V | tail -n 1)"
		same get_module "$(nm -D --defined-only "$file" | awk '{ print $3 }')"
		same '' "$(nm -D --undefined-only "$file" | grep -E '(GLIBCXX|CXXABI|GCC)_|strl(cpy|cat)' || true)"
		same '' "$(strings -a "$file" | grep -E '^/(root|home|tmp|build)|\.cache' || true)"
	done
}

# make_bare SUITE DIR PACKAGE...: makes a Debian with nothing but that PHP.
make_bare() {
	local suite=$1 dir=$2
	shift 2
	new_debian "$suite" "$dir" "$@"
	as_root cp -R -- "$unpacked" "$dir/srv/dist"
	as_root cp -- "$root/tests/packaging/count.php" "$dir/srv"
	printf '127.0.0.1 localhost %s\n::1 localhost\n' "$(hostname)" | as_root tee "$dir/etc/hosts" >/dev/null
}

has_no_libraries() {
	local dir=$1
	# shellcheck disable=SC2016 # for the shell inside
	same '' "$(run_in "$dir" / sh -c 'ls /usr/lib/*/ | grep -E "^lib(hiredis|memcached|hashkit|sasl2)" || true')"
	same '' "$(run_in "$dir" / ldd /srv/dist/"$2" | grep 'not found' || true)"
}

# counts_on SAVE_PATH ID PHP-COMMAND...: three requests of one session, each in a process of its own.
counts_on() {
	local save_path=$1 id=$2 count
	shift 2
	for count in 1 2 3; do
		same "$count" "$("$@" "$save_path" "$id")"
	done
}

# in_bare DIR PATH TO: three requests of the PHP in DIR, with this system's servers.
in_bare() {
	local dir=$1 path=$2 save_path=$3
	counts_on "$save_path" "id${RANDOM}" run_in "$dir" / php -n -d extension="/srv/dist/$path" /srv/count.php
}

# doctor_in DIR PATH: README.md's last step.
doctor_in() {
	local dir=$1 path=$2
	run_in "$dir" / env REDIS_URL="redis://127.0.0.1:$redis_port" php -n -d extension="/srv/dist/$path" \
		-d session.save_handler=cfsession /srv/dist/bin/cfsession-doctor
}

# try_bare SUITE DIR PATH VERSION
try_bare() {
	local dir=$2 path=$3 label="PHP $4 alone"
	try "$label: is made" make_bare "$1" "$dir" "php$4-cli"
	try "$label: none of the libraries is there, nor missed" has_no_libraries "$dir" "$path"
	try "$label: Redis" in_bare "$dir" "$path" "tcp://127.0.0.1:$redis_port"
	try "$label: Memcached" in_bare "$dir" "$path" "memcached://127.0.0.1:$memcached_port"
	try "$label: Memcached with SASL" in_bare "$dir" "$path" "memcached://user:secret@127.0.0.1:$sasl_port"
	try "$label: the doctor" doctor_in "$dir" "$path"
}

# beside_peers PATH EXTENSION...: loads the extensions in this order, in one process of this system's PHP.
beside_peers() {
	local path=$1 options=() extension
	shift
	for extension in "${@/#cfsession/"$unpacked/$path"}"; do
		options+=(-d "extension=$extension")
	done
	same $'1 1 1 1 1 kept kept\n2 2 2 2 2 kept kept' \
		"$("$(php_binary)" -n "${options[@]}" "$root/tests/packaging/peers.php" "$redis_port" "$memcached_port" "$sasl_port")"
}

# {{{ Sources that --php-source names

# write_source DIR VERSION: a source of PHP that installs the headers of this system's PHP, under that version.
write_source() {
	local dir=$1
	mkdir -p -- "$dir/main"
	echo "#define PHP_VERSION \"$2\"" >"$dir/main/php_version.h"
	cat >"$dir/configure" <<-END
		#!/usr/bin/env bash
		set -euo pipefail
		for option in "\$@"; do
			[[ \$option != --prefix=* ]] || prefix=\${option#*=}
		done
		mkdir -- "\$prefix/bin"
		ln -s -- "\$(command -v phpize)" "\$prefix/bin/phpize"
		sed "s|^version=.*|version=$2|" "\$(command -v php-config)" >"\$prefix/bin/php-config"
		chmod 755 "\$prefix/bin/php-config"
		echo 'install-headers install-build install-programs:' >Makefile
	END
	chmod 755 "$dir/configure"
}

# dist OPTION...: builds into $work/named.
dist() {
	rm -rf -- "$work/named"
	"$root/scripts/dist" "$@" "$work/named"
}

# A version that Debian does not have is built of the source, and the same bytes a second time.
named_source() {
	write_source "$work/php-source" 8.1.99
	dist --php 8.1-nts --php-source "$work/php-source"
	(
		tarball=$(echo "$work"/named/cfsession-*.tar.gz)
		unpacked=$work/unpacked-named
		sources=(--php-source "$work/php-source")
		mkdir -- "$unpacked"
		tar -C "$unpacked" --strip-components=1 -xf "$tarball"
		same 'PHP 8.1 8.1.99' "$(grep ^lib/ "$unpacked/MANIFEST" | cut -f 2,5 | tr '\t' ' ')"
		build_again
	)
}

# fails_with TEXT OPTION...: whether scripts/dist fails, says this, and writes no archive.
fails_with() {
	local text=$1 said
	shift
	! said=$(dist "$@" 2>&1) || { echo "it does not fail: $said"; return 1; }
	[[ $said == *"$text"* ]] || { echo "$said"; return 1; }
	[[ ! -e $work/named ]]
}

# A source that does not build is no version that Debian lacks, whether or not --php names its version.
broken_source() {
	write_source "$work/php-broken" 8.1.99
	printf '#!/bin/sh\necho "configure has no compiler"\nexit 1\n' >"$work/php-broken/configure"
	fails_with 'configure has no compiler' --php-source "$work/php-broken"
	fails_with 'PHP 8.1 (nts) cannot be built: this failed, see above' --php-source "$work/php-broken"
	fails_with 'configure has no compiler' --php 8.1-nts --php-source "$work/php-broken"
}

# Nor is one left out that is not known, or named twice.
useless_source() {
	write_source "$work/php-unknown" 7.4.33
	fails_with 'has PHP 7.4; known are 8.1 ' --php-source "$work/php-unknown"
	write_source "$work/php-twice" 8.2.99
	fails_with 'is a second source of PHP 8.2' --php-source "$work/php-twice" --php-source "$work/php-twice"
}

# }}}

start_servers() {
	start_redis "$work/redis"
	redis_port=$store_port
	start_memcached "$work/memcached.log"
	memcached_port=$store_port
	start_sasl_memcached "$work/sasl" user secret
	sasl_port=$store_port
}

whole=''
sources=()
while [[ ${1-} == --* ]]; do
	case $1 in
		--whole) whole=1 ;;
		--php-source)
			sources+=(--php-source "$(realpath -- "${2-}")")
			shift
			;;
		*) die "unknown option: $1" ;;
	esac
	shift
done
[[ $# == 1 && -f $1 ]] || die 'this takes the archive that scripts/dist has made'
tarball=$(realpath -- "$1")
work=$(mktemp -d "${TMPDIR:-/tmp}/cfsession-dist-test.XXXXXXXX")
trap 'stop_all; as_root rm -rf -- "$work"' EXIT
tar -C "$work" -xf "$tarball"
unpacked=$(find "$work" -mindepth 1 -maxdepth 1 -type d)
# shellcheck source=tests/packaging/dist-whole.sh
. "$root/tests/packaging/dist-whole.sh"

try 'checksums' checksums
try 'layout' layout
try 'MANIFEST: files' manifest_of_files
try 'MANIFEST: libraries' manifest_of_libraries
try 'NOTICE' notice
try 'what the files need and show' needs
try 'a source that is named' named_source
try 'a source that is named and does not build' broken_source
try 'a source that is named and of no use' useless_source
start_servers
here=lib/20220829-nts/cfsession.so
if [[ -f $unpacked/$here ]]; then
	try_bare bookworm "$work/bare-8.2" "$here" 8.2
	try 'beside phpredis and php-memcached, loaded after them' beside_peers "$here" igbinary msgpack redis memcached cfsession
	try 'beside phpredis and php-memcached, loaded before them' beside_peers "$here" cfsession igbinary msgpack redis memcached
fi
[[ ! $whole ]] || try_whole
((failed == 0))
