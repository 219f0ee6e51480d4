# shellcheck shell=bash
# What tests/packaging/dist.sh --whole tests in addition: to be sourced by it, runs nothing by itself.
# shellcheck disable=SC2154,SC2034 # its variables

# What the tests need in the system: servers and their clients, but no compiler, and none of PHP's packages but the first.
packages_of_tests() {
	"$root/scripts/install-dependencies" --list servers demo phpt | tr ' ' '\n' | grep -vE '^php-(redis|memcached|cli|cgi|fpm)$' |
		xargs
}

# make_tested DIR PATH: puts the sources next to the built file, as if they had been built there.
make_tested() {
	local dir=$1 path=$2 packages
	read -r -d '' -a packages < <(packages_of_tests) || true
	make_bare bookworm "$dir" php8.2-cli php8.2-cgi php8.2-fpm "${packages[@]}"
	copy_sources "$work/sources"
	as_root mv -- "$work/sources" "$dir/srv/sources"
	as_root install -D -- "$unpacked/$path" "$dir/srv/sources/modules/cfsession.so"
	as_root cp -- "$(php-config --prefix)/lib/php/$(php-config --phpapi)/build/run-tests.php" "$dir/srv/sources"
}

# The tests of both stores, or those that TESTS names. Left out are tests that compare with phpredis and php-memcached or
# need PHP's packages, which this PHP lacks; and those that take SASL's mechanisms away (SASL_PATH), because PLAIN is
# built in.
tests_of_stores() {
	if [[ ${TESTS-} ]]; then
		printf '%s\n' "$TESTS"
		return
	fi
	(cd -- "$root" && find tests/redis tests/memcached tests/tls -name '*.phpt' -print0 |
		xargs -0 grep -LE 'skip_without_(phpredis|php_memcached|igbinary|browser|packages)\b|SASL_PATH' | sort)
}

# Counts each of them.
run_tests_in() {
	local dir=$1 log=$work/tests.log tests
	mapfile -t tests < <(tests_of_stores)
	# shellcheck disable=SC2068,SC2016 # TESTS is a list, and the rest for the shell inside
	run_in "$dir" /srv/sources bash -c 'NO_INTERACTION=1 REPORT_EXIT_STATUS=0 TEST_PHP_EXECUTABLE=$(command -v php) \
		php -n run-tests.php -n -d extension_dir=/srv/sources/modules -d extension=cfsession -q -j3 --no-color \
		--no-progress --show-diff "$@"' run ${tests[@]} >"$log" 2>&1 || true
	sed -nE 's/^(PASS|FAIL) (.*)/\1 built file: \2/p' "$log"
	grep -aE '^(SKIP|BORK|WARN|LEAK)' "$log" || true
	if ! grep -qE '^Tests passed +: +[1-9]' "$log" || ! grep -qE '^Tests failed +: +0 ' "$log"; then
		failed=1
		echo "FAIL the tests of both stores with the built file: see what follows"
		grep -aE -A40 '^(--- |=+DIFF|[0-9]+[-+] )' "$log" | head -n 400 || tail -n 30 -- "$log"
	fi
}

# build_threads SOURCE DIR: builds a PHP with threads, which Debian lacks, as small as possible.
build_threads() {
	local source=$1 dir=$2
	mkdir -p -- "$dir/build"
	cd -- "$dir/build" || return
	"$source/configure" --prefix="$dir" --disable-all --enable-session --disable-cgi --disable-phpdbg --enable-zts
	make -j"$(nproc)" cli
	make install-cli
}

make_threads() {
	debian_lines "$1" deb-src | fetch_php_source "php$1" "$work/source-$1"
	build_threads "$work/source-$1" "$work/threads-$1"
}

# try_threads VERSION PATH
try_threads() {
	local version=$1 path=$2 php=$work/threads-$1/bin/php label="PHP $1 with threads"
	try "$label: is made" make_threads "$version"
	try "$label: Redis" counts_on "tcp://127.0.0.1:$redis_port" "id$RANDOM" \
		"$php" -n -d extension="$unpacked/$path" "$root/tests/packaging/count.php"
	try "$label: Memcached with SASL" counts_on "memcached://user:secret@127.0.0.1:$sasl_port" "id$RANDOM" \
		"$php" -n -d extension="$unpacked/$path" "$root/tests/packaging/count.php"
}

# Builds the same once more, of the same sources, in another folder.
build_again() {
	local options=() version threads elsewhere
	while IFS=$'\t' read -r version threads; do
		options+=(--php "${version#PHP }-$threads")
	done < <(sed -nE 's|^lib/.*\t(PHP [0-9.]+)\tAPI [0-9]+\t([nz]ts)\t.*|\1\t\2|p' "$unpacked/MANIFEST")
	elsewhere=$(mktemp -d "$work/elsewhere.XXXXXXXX")
	TMPDIR=$elsewhere "$root/scripts/dist" "${options[@]}" "${sources[@]}" "$elsewhere/again"
	cmp -- "$tarball" "$elsewhere/again/${tarball##*/}"
}

# From nothing, without the libraries and headers that were kept.
same_bytes() {
	XDG_CACHE_HOME=$work/cache build_again
}

# Tests the PHPs that Debian has, and names the others, so that it is clear that they were not tested.
try_every_php() {
	local path php threads
	while IFS=$'\t' read -r path php threads; do
		case ${php#PHP }-$threads in
			8.2-nts) ;;
			8.4-nts) try_bare trixie "$work/bare-8.4" "$path" 8.4 ;;
			8.5-nts) try_bare sid "$work/bare-8.5" "$path" 8.5 ;;
			8.2-zts | 8.4-zts | 8.5-zts) try_threads "${php#PHP }" "$path" ;;
			*) printf 'not tried: %s, since Debian does not have %s\n' "$path" "$php" ;;
		esac
	done < <(grep '^lib/' "$unpacked/MANIFEST" | cut -f 1,2,4)
}

try_whole() {
	if [[ -f $unpacked/$here ]]; then
		try 'a system for the tests is made' make_tested "$work/tested" "$here"
		run_tests_in "$work/tested"
	fi
	try_every_php
	try 'the same sources make the same bytes' same_bytes
}
