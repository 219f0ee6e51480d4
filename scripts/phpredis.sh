# shellcheck shell=bash
# phpredis with zstd and lz4, which Debian's is built without: to be sourced after lib.sh, php-source.sh and
# platform.sh, runs nothing by itself.

# build_phpredis DIR: builds Debian's newest source in the new folder DIR.
build_phpredis() {
	local dir=$1 log=$1.log
	fetch_php_source php-redis "$dir" <<<"deb-src $(debian_mirror) trixie main"
	if ! (cd -- "$dir" && phpize && ./configure --enable-redis-zstd --enable-redis-lz4 --with-liblz4 &&
		make -j"$(nproc)") >"$log" 2>&1; then
		tail -n 30 -- "$log" >&2
		die 'phpredis does not build, see above'
	fi
	rm -- "$log"
}

# phpredis_extension: builds it for php-config's PHP, unless it is built already, and prints its path.
phpredis_extension() {
	local cache dir sum
	cache=${XDG_CACHE_HOME:-$HOME/.cache}/cfsession
	sum=$({ php-config --version --extension-dir; declare -f build_phpredis; } | cksum | tr -d ' ')
	dir=$cache/phpredis-$sum
	mkdir -p -- "$cache"
	(
		flock 9
		if [[ ! -d $dir ]]; then
			rm -rf -- "$dir.new"
			build_phpredis "$dir.new" >&2
			mv -- "$dir.new" "$dir"
		fi
	) 9>"$cache/phpredis.lock"
	printf '%s\n' "$dir/modules/redis.so"
}
