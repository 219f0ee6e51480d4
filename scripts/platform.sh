# shellcheck shell=bash
# Other systems to test on, each a Debian in its own folder (chroot), made once and kept: to be
# sourced after lib.sh and php-source.sh, runs nothing by itself.

# Where PHP with ThreadSanitizer is on zts.
tsan_prefix=/opt/php-tsan

# The release of Debian for a PHP version. zts is a PHP 8.2 that Debian does not have: with threads and PHP's
# own assertions.
suite_of() {
	case $1 in
		8.4 | zts) echo trixie ;;
		8.5) echo sid ;;
		*) die "no Debian with PHP $1 is known here (there are 8.4, 8.5 and zts)" ;;
	esac
}

# Whether that platform has phpredis, php-memcached and the examples' software.
has_peers() {
	[[ $1 == 8.4 ]]
}

# The packages to install in it. PHP 8.5 is not Debian's default.
platform_packages() {
	local version=$1 packages groups=(build servers demo phpt valgrind valkey)
	! has_peers "$version" || groups+=(examples)
	# shellcheck disable=SC2154 # root is of lib.sh
	packages=$("$root/scripts/install-dependencies" --list "${groups[@]}")
	if ! has_peers "$version"; then
		packages=$(sed -E 's/ php-(redis|memcached)\b//g' <<<" $packages")
	fi
	case $version in
		8.5) packages=$(sed -E 's/\bphp-(cli|dev|cgi|fpm)\b/php8.5-\1/g' <<<"$packages") ;;
		zts) packages=$(sed -E 's/ php-(cli|dev|cgi|fpm)\b//g' <<<"$packages") ;;
	esac
	echo "$packages clang"
}

# The mirror that this system's packages come from.
debian_mirror() {
	local codename
	codename=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
	# shellcheck disable=SC2016 # apt replaces it, not the shell
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' \
		"Codename: $codename" | head -n 1
}

# new_debian SUITE DIR [PACKAGE...]: a minimal Debian with these packages in the new folder DIR. sid has experimental, too.
new_debian() {
	local suite=$1 dir=$2 mirror sources
	shift 2
	mirror=$(debian_mirror)
	[[ -n $mirror ]] || die "apt does not name this system's mirror"
	sources=("deb $mirror $suite main")
	if [[ $suite == sid ]]; then
		sources+=("deb $mirror experimental main")
	fi
	# apt checks the signatures, so a mirror may lag a little. Mounts end with the namespace, however the command ends.
	as_root unshare --mount mmdebstrap --quiet --mode=root --variant=minbase \
		--dpkgopt=force-unsafe-io --aptopt='Acquire::Check-Valid-Until "false"' \
		${1:+--include="$*"} "$suite" "$dir" "${sources[@]}"
}

# make_platform VERSION DIR: installs it into the new folder DIR.
make_platform() {
	local version=$1 dir=$2 packages
	packages=$(platform_packages "$version")
	# shellcheck disable=SC2086 # a list
	new_debian "$(suite_of "$version")" "$dir" $packages
	if [[ $version == zts ]]; then
		build_zts "$dir"
	fi
}

# run_in DIR FOLDER COMMAND...: runs the command in the system in DIR. Its mounts and processes end with it, however it
# ends. It uses this system's network, unless the array isolation says otherwise.
isolation=()
run_in() {
	local dir=$1
	shift
	# The first process of a namespace ignores signals that it does not handle; when it ends, all others end.
	# shellcheck disable=SC2016 # for the shell inside
	as_root unshare "${isolation[@]}" --mount --pid --fork --kill-child --mount-proc="$dir/proc" \
		chroot "$dir" /usr/bin/env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		LC_ALL=C.UTF-8 ${TESTS:+"TESTS=$TESTS"} \
		/bin/sh -c 'trap "exit 130" HUP INT TERM; cd "$0" || exit; "$@" & wait $!' "$@"
}

# build_php DIR FLAGS CONFIGURE-OPTION...: builds /usr/src/php in the system in DIR, as small as the tests allow.
build_php() {
	local dir=$1 flags=$2 log=$1.log
	shift 2
	# shellcheck disable=SC2016 # for the shell inside
	if ! run_in "$dir" /usr/src /bin/sh -euc '
		flags=$0
		mkdir build
		cd build
		../php/configure --enable-zts --enable-debug --disable-all --enable-session --disable-phpdbg "$@"
		make -j"$(nproc)" EXTRA_CFLAGS="$flags" EXTRA_LDFLAGS="$flags"
		make install
		rm -r ../build
	' "$flags" "$@" >"$log" 2>&1; then
		tail -n 30 -- "$log" >&2
		die "PHP does not build, see above"
	fi
	rm -- "$log"
}

# build_zts DIR: PHP 8.2 into the system in DIR, and once more with ThreadSanitizer, as a library for programs
# with threads.
build_zts() {
	local dir=$1 source=$1.source
	rm -rf -- "$source"
	fetch_php_source php8.2 "$source" <<<"deb-src $(debian_mirror) bookworm main"
	as_root mv -- "$source" "$dir/usr/src/php"
	build_php "$dir" '' --enable-cli --enable-cgi --enable-fpm --enable-pcntl --with-openssl
	# Neither of them may run before the sanitizer, or hide anything from it.
	build_php "$dir" -fsanitize=thread --prefix="$tsan_prefix" --disable-cli --disable-cgi --enable-embed \
		--disable-gcc-global-regs ax_cv_have_func_attribute_ifunc=no
	# The name that programs look for.
	as_root ln -s libphp.so "$dir$tsan_prefix/lib/libphp.so.0"
	as_root rm -r -- "$dir/usr/src/php"
}

# platform_dir VERSION: makes the platform if it is missing, outdated or old, and prints its folder.
platform_dir() {
	local version=$1 cache dir sum
	cache=${XDG_CACHE_HOME:-$HOME/.cache}/cfsession
	sum=$({ platform_packages "$version"; [[ $version != zts ]] || declare -f build_php build_zts; } | cksum | tr -d ' ')
	dir=$cache/php$version-$sum
	mkdir -p -- "$cache"
	(
		flock 9
		# Not those that another version of this script made recently, and may be using.
		as_root find "$cache" -maxdepth 1 -type d -name "php$version-*" -mtime +13 -exec rm -rf -- {} +
		as_root rm -rf -- "$dir.new"
		if [[ -d $dir ]]; then
			exit 0
		fi
		make_platform "$version" "$dir.new" >&2
		as_root touch -- "$dir.new"
		as_root mv -- "$dir.new" "$dir"
	) 9>"$cache/php$version.lock"
	printf '%s\n' "$dir"
}

# on_platform VERSION COMMAND...: runs the command there, in a copy of the sources.
on_platform() {
	local version=$1 dir name status=0
	shift
	dir=$(platform_dir "$version")
	name=$(mktemp -d -- "$dir/tmp/cfsession.XXXXXXXX")
	copy_sources "$name/sources"
	# SASL asks for the machine's own name.
	printf '127.0.0.1 localhost %s\n::1 localhost\n' "$(hostname)" | as_root tee "$dir/etc/hosts" >/dev/null
	run_in "$dir" "/tmp/${name##*/}/sources" "$@" || status=$?
	as_root rm -rf -- "$name"
	return "$status"
}
