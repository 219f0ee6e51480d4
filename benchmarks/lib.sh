# shellcheck shell=bash
# What the scripts in this folder share: to be sourced after scripts/lib.sh, runs nothing by itself.

# Builds the extension, as users do, and the programs in C, in a temporary folder that is gone at the end. Sets
# BENCH_BUILD, where they are.
build_benchmarks() {
	local library
	BENCH_BUILD=$(mktemp -d "${TMPDIR:-/tmp}/cfsession-bench.XXXXXXXX")
	export BENCH_BUILD
	trap 'rm -rf -- "$BENCH_BUILD"' EXIT
	build_extension "$BENCH_BUILD/cfsession"
	# shellcheck disable=SC2154 # root is of scripts/lib.sh
	gcc -D_GNU_SOURCE -O2 -o "$BENCH_BUILD/relay" "$root/benchmarks/relay.c"
	for library in redis:hiredis memcached:libmemcached; do
		# shellcheck disable=SC2046 # flags are a list
		gcc -D_GNU_SOURCE -O2 -o "$BENCH_BUILD/bare-${library%:*}" $(pkg-config --cflags "${library#*:}") \
			"$root/benchmarks/bare.c" "$root/benchmarks/bare_${library%:*}.c" $(pkg-config --libs "${library#*:}")
	done
}
