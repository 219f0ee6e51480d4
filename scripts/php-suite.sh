# shellcheck shell=bash
# PHP's own tests of sessions (ext/session/tests in its source), on cfsession in place of files: to be
# sourced by scripts/test after php-source.sh, runs nothing by itself.
#
# They run five times: unchanged with files, and as tests/php-suite/rewrite.sed changes them, on Redis and on
# Memcached, each with locks and without. A test counts only if it passes with files: what PHP's own handler
# skips or fails here (another platform, another patch version) says nothing about cfsession.

# fetch_php_suite DIR: puts the newest version's tests into the new folder DIR.
fetch_php_suite() {
	local dir=$1 package
	# shellcheck disable=SC2154 # php is of scripts/test
	package=$("$php" -n -r 'echo "php", PHP_MAJOR_VERSION, ".", PHP_MINOR_VERSION;')
	[[ $(suite_sources) ]] || as_root apt-get update -qq
	suite_sources | fetch_php_source "$package" "$dir" '*/ext/session/tests' '*/sapi/cgi/tests/*.inc'
}

php_suite_dir() {
	printf '%s/cfsession/php-suite-%s\n' "${XDG_CACHE_HOME:-$HOME/.cache}" "$("$php" -n -r 'echo PHP_VERSION;')"
}

# Fetches the tests once, and again after two weeks or when PHP has changed.
find_php_suite() {
	local dir cache
	dir=$(php_suite_dir)
	cache=${dir%/*}
	mkdir -p -- "$cache"
	(
		flock 9
		if [[ -n $(find "$dir" -maxdepth 0 -mtime -14 2>/dev/null) ]]; then
			exit 0
		fi
		rm -rf -- "$cache"/php-suite-*
		fetch_php_suite "$dir.new"
		mv -- "$dir.new" "$dir"
	) 9>"$cache/php-suite.lock"
}

# run_php_suite NAME [RUN-TESTS-OPTION...]: runs the tests in $work/NAME. The results are in $work/NAME/results.
run_php_suite() {
	# shellcheck disable=SC2154 # work is of scripts/test
	local dir=$work/$1
	shift
	# Outside the folder that open_basedir=. allows.
	mkdir -- "$dir.tmp"
	(cd -- "$dir" && TMPDIR=$dir.tmp TEST_PHP_EXECUTABLE=$php NO_INTERACTION=1 REPORT_EXIT_STATUS=0 \
		"$php" -n "$work/plain/run-tests.php" -q -n -W "$dir/results" -j"$(nproc)" --no-color --no-progress \
		"$@" ext/session/tests) >"$dir/log" 2>&1 || true
}

# run_rewritten NAME SAVE_PATH LOCK
run_rewritten() {
	local name=$1 save_path=$2 lock=$3 dir=$work/$1
	cp -R -- "$(php_suite_dir)" "$dir"
	# shellcheck disable=SC2154 # root is of lib.sh
	sed "s|@PATH@|$save_path|g" "$root/tests/php-suite/rewrite.sed" >"$dir/rewrite.sed"
	find "$dir/ext" -type f -exec sed -E -i -f "$dir/rewrite.sed" {} +
	run_php_suite "$name" -d extension_dir="$work/plain/modules" -d extension=cfsession \
		-d session.save_handler=cfsession -d session.save_path="$save_path" -d cfsession.lock="$lock"
}

# suite_results NAME RESULT: the tests with this result, one per line.
suite_results() {
	sed -nE "s|^$2\t.*/(.*)\.phpt$|\1|p" "$work/$1/results" | sort
}

suite_excluded() {
	sed -nE 's/^([^# ]+) .*/\1/p' "$root/tests/php-suite/excluded" | sort
}

# suite_failures NAME: a line for each test that failed.
suite_failures() {
	local name=$1 dir=$work/$1
	comm -23 "$work/files/wanted" <(suite_results "$name" PASSED) |
		sed "s|.*|FAIL $name: & (see below)|"
	comm -12 <(suite_excluded) <(suite_results "$name" PASSED) |
		sed "s|.*|FAIL $name: & passes, though tests/php-suite/excluded has it|"
	comm -23 <(suite_excluded) <(cut -f2 -- "$dir/results" | sed -E 's|.*/(.*)\.phpt$|\1|' | sort) |
		sed "s|.*|FAIL $name: PHP has no test & that tests/php-suite/excluded could have|"
}

# count_php_suite NAME
count_php_suite() {
	local name=$1 failures count test
	count=$(comm -12 "$work/files/wanted" <(suite_results "$name" PASSED) | wc -l)
	failures=$(suite_failures "$name")
	printf '%s: %d passed\n' "$name" "$count"
	passed=$((passed + count))
	if [[ $failures ]]; then
		printf '%s\n' "$failures"
		failed=$((failed + $(wc -l <<<"$failures")))
		while read -r test; do
			# run-tests' file does not end with a newline.
			printf -- '--- %s\n%s\n' "$test" "$(head -n 40 -- "$work/$name/ext/session/tests/$test.diff")"
		done < <(sed -nE 's/.*: (.*) \(see below\)$/\1/p' <<<"$failures")
	fi
}

check_php-suite() {
	local lock tests=$work/files
	check php-suite-source find_php_suite
	[[ -d $(php_suite_dir) ]] || return 0
	cp -R -- "$(php_suite_dir)" "$tests"
	printf 'php-suite: the tests of PHP %s, with PHP %s\n' "$(cat -- "$tests/version")" \
		"$("$php" -n -r 'echo PHP_VERSION;')"

	# Debian's PHP has a save path of its own, the tests expect none.
	run_php_suite files -d session.save_path=
	comm -23 <(suite_results files PASSED) <(suite_excluded) >"$tests/wanted"
	sed -nE 's|^([A-Z]+)\t.*/(.*)\.phpt$|php-suite: \2 does not count, with files it has \1|p' "$tests/results" |
		{ grep -v ' PASSED$' || true; }
	if (($(wc -l <"$tests/wanted") * 10 < $(wc -l <"$tests/results") * 9)) || [[ ! -s $work/files/wanted ]]; then
		tail -n 40 -- "$tests/log"
		printf 'FAIL php-suite: too few tests pass with files\n'
		failed=$((failed + 1))
		return
	fi

	start_redis "$work/redis"
	for lock in 1 0; do
		# shellcheck disable=SC2154 # store_port is of lib.sh
		run_rewritten "php-suite-redis-lock-$lock" "tcp://127.0.0.1:$store_port" "$lock"
		count_php_suite "php-suite-redis-lock-$lock"
	done
	start_memcached "$work/memcached.log"
	for lock in 1 0; do
		run_rewritten "php-suite-memcached-lock-$lock" "memcached://127.0.0.1:$store_port" "$lock"
		count_php_suite "php-suite-memcached-lock-$lock"
	done
	stop_all
}
