# shellcheck shell=bash
# What the scripts in this folder share: to be sourced after scripts/lib.sh, runs nothing by itself.

# build_bare STORE LIBRARIES [FLAG...]
build_bare() {
	local store=$1 libraries=$2
	shift 2
	# shellcheck disable=SC2046,SC2086,SC2154 # flags and libraries are lists; root is of scripts/lib.sh
	gcc -O2 "$@" -o "$BENCH_BUILD/bare-$store" $(pkg-config --cflags $libraries) \
		"$root/benchmarks/bare.c" "$root/benchmarks/bare_$store.c" $(pkg-config --libs $libraries)
}

# Builds the extension, as users do, and the programs in C, in a temporary folder that is gone at the end. Sets
# BENCH_BUILD, where they are.
build_benchmarks() {
	BENCH_BUILD=$(mktemp -d "${TMPDIR:-/tmp}/cfsession-bench.XXXXXXXX")
	export BENCH_BUILD
	trap 'rm -rf -- "$BENCH_BUILD"' EXIT
	build_extension "$BENCH_BUILD/cfsession"
	# shellcheck disable=SC2154 # root is of scripts/lib.sh
	gcc -O2 -o "$BENCH_BUILD/relay" "$root/benchmarks/relay.c"
	if pkg-config --atleast-version=1.0 hiredis_ssl; then
		build_bare redis 'hiredis_ssl hiredis openssl' -DBARE_TLS
	else
		build_bare redis hiredis
	fi
	build_bare memcached libmemcached
}
