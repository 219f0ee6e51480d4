# shellcheck shell=bash
# Functions for the scripts in this folder: to be sourced after scripts/lib.sh, runs nothing by itself.

# build_bare STORE LIBRARY...
build_bare() {
	local store=$1
	shift
	# shellcheck disable=SC2046,SC2154 # flags are a list; root is of scripts/lib.sh
	gcc -O2 -o "$BENCH_BUILD/bare-$store" $(pkg-config --cflags "$@") \
		"$root/benchmarks/bare.c" "$root/benchmarks/bare_$store.c" $(pkg-config --libs "$@")
}

# Builds the extension, as users do, and the programs in C, in a temporary folder that the exit removes. Sets
# BENCH_BUILD to that folder.
build_benchmarks() {
	BENCH_BUILD=$(mktemp -d "${TMPDIR:-/tmp}/cfsession-bench.XXXXXXXX")
	export BENCH_BUILD
	trap 'rm -rf -- "$BENCH_BUILD"' EXIT
	build_extension "$BENCH_BUILD/cfsession"
	# shellcheck disable=SC2154 # root is of scripts/lib.sh
	gcc -O2 -o "$BENCH_BUILD/relay" "$root/benchmarks/relay.c"
	build_bare redis hiredis openssl
	build_bare memcached libmemcached
}
