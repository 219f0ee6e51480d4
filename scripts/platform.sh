# shellcheck shell=bash
# Other systems to test on, each a Debian of its own in a folder (chroot), made once and kept: to be
# sourced after lib.sh, runs nothing by itself.

# The release of Debian that has a PHP version.
suite_of() {
	case $1 in
		8.4) echo trixie ;;
		8.5) echo sid ;;
		*) die "no Debian is known here that has PHP $1 (there are 8.4 and 8.5)" ;;
	esac
}

# What is installed in it. PHP 8.5 is not Debian's default, and has no php-redis and php-memcached yet.
platform_packages() {
	local version=$1 packages
	# shellcheck disable=SC2154 # root is of lib.sh
	packages=$("$root/scripts/install-dependencies" --list build servers demo phpt valgrind valkey)
	if [[ $version == 8.5 ]]; then
		packages=$(sed -E 's/ php-(redis|memcached)\b//g; s/\bphp-(cli|dev|cgi|fpm)\b/php8.5-\1/g' <<<" $packages")
	fi
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

# make_platform VERSION DIR: installs it into the new folder DIR.
make_platform() {
	local version=$1 dir=$2 suite mirror packages sources=()
	suite=$(suite_of "$version")
	packages=$(platform_packages "$version")
	mirror=$(debian_mirror)
	[[ -n $mirror ]] || die 'apt does not say where this system has its packages from'
	sources=("deb $mirror $suite main")
	if [[ $suite == sid ]]; then
		sources+=("deb $mirror experimental main")
	fi
	# The signatures are checked; a mirror may be a little behind. What is mounted meanwhile is gone at
	# the end, however that comes.
	as_root unshare --mount mmdebstrap --quiet --mode=root --variant=minbase \
		--aptopt='Acquire::Check-Valid-Until "false"' \
		--include="$(tr -s ' ' , <<<"${packages# }")" "$suite" "$dir" "${sources[@]}"
}

# platform_dir VERSION: makes it if it is not there, or is not what it should be, or is old. Prints where
# it is.
platform_dir() {
	local version=$1 cache dir sum
	cache=${XDG_CACHE_HOME:-$HOME/.cache}/cfsession
	sum=$(platform_packages "$version" | cksum | tr -d ' ')
	dir=$cache/php$version-$sum
	mkdir -p -- "$cache"
	(
		flock 9
		# Not those that another version of this script has made lately, and may be using.
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

# on_platform VERSION COMMAND...: runs the command there, in a copy of the sources. Its mounts and its
# processes are gone when it has ended, however it did. The network is that of this system.
on_platform() {
	local version=$1 dir name status=0
	shift
	dir=$(platform_dir "$version")
	name=$(mktemp -d -- "$dir/tmp/cfsession.XXXXXXXX")
	copy_sources "$name/sources"
	# SASL asks for the machine's own name.
	printf '127.0.0.1 localhost %s\n::1 localhost\n' "$(hostname)" | as_root tee "$dir/etc/hosts" >/dev/null
	# The first process of a namespace ends at no signal that it does not ask for, and all others with it.
	# shellcheck disable=SC2016 # for the shell inside
	as_root unshare --mount --pid --fork --kill-child --mount-proc="$dir/proc" \
		chroot "$dir" /usr/bin/env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		LC_ALL=C.UTF-8 ${TESTS:+"TESTS=$TESTS"} \
		/bin/sh -c 'trap "exit 130" HUP INT TERM; cd "$0" || exit; "$@" & wait $!' "/tmp/${name##*/}/sources" "$@" || status=$?
	as_root rm -rf -- "$name"
	return "$status"
}
