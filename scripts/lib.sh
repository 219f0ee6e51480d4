# shellcheck shell=bash
# What the scripts in this folder share: to be sourced, runs nothing by itself.

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

as_root() {
	if ((EUID == 0)); then
		"$@"
	else
		sudo -- "$@"
	fi
}

# The PHP that phpize builds for. If several versions are installed, `php` may
# be another one, which would refuse to load the extension.
php_binary() {
	local php
	php=$(php-config --php-binary)
	if [[ ! -x $php ]]; then
		php=$(command -v php) || die 'no PHP on the command line (php-cli)'
	fi
	printf '%s\n' "$php"
}

# Whether this is a checkout, not a release.
has_git() {
	[[ -e $root/.git ]] && command -v git >/dev/null
}

# The checkout may belong to another user than root.
run_git() {
	git -c safe.directory='*' -C "$root" "$@"
}

# The files of the project, one per line, relative to its root: those that git knows or would add; in a release, which has
# no git, all files but .env, which has a password (docs/docker.md).
source_files() {
	if has_git; then
		run_git ls-files -co --exclude-standard
	else
		(cd -- "$root" && find . -type f ! -name .env | sed 's|^\./||')
	fi
}

# A release as a tar file: `git archive` of the working tree, committed or not. It uses a separate index and
# object store, so that the checkout stays as it is.
release_archive() {
	local scratch files objects tree
	if ! has_git; then
		source_files | tar -C "$root" -cf - -T -
		return
	fi
	scratch=$(mktemp -d "${TMPDIR:-/tmp}/cfsession-archive.XXXXXXXX")
	files=$(source_files)
	objects=$(run_git rev-parse --path-format=absolute --git-path objects)
	(
		export GIT_INDEX_FILE=$scratch/index GIT_OBJECT_DIRECTORY=$scratch GIT_ALTERNATE_OBJECT_DIRECTORIES=$objects
		printf '%s\n' "$files" | run_git update-index --add --remove --stdin
		tree=$(run_git write-tree)
		run_git archive --format=tar "$tree"
	)
	rm -rf -- "$scratch"
}

# copy_sources DIR: unpacks a release into the new folder DIR, so that the working tree stays as it is.
copy_sources() {
	mkdir -- "$1"
	release_archive | tar -C "$1" -xf -
}

# build_extension DIR: builds a copy of the sources in the new folder DIR. The result is
# DIR/modules/cfsession.so.
build_extension() {
	local dir=$1 log=$1.log
	copy_sources "$dir"
	if ! (cd -- "$dir" && phpize && ./configure && make -j"$(nproc)") >"$log" 2>&1; then
		tail -n 30 -- "$log" >&2
		die 'the extension does not build, see above'
	fi
}

# A free TCP port of the loopback interface.
free_port() {
	# shellcheck disable=SC2016 # PHP's variables, not the shell's
	php -n -r '
		$socket = stream_socket_server("tcp://127.0.0.1:0");
		echo explode(":", stream_socket_get_name($socket, false))[1];
	'
}

# wait_for_log PID LOG TEXT: waits until the process PID has written TEXT to
# LOG. Fails if the process ends before that, or after 10 seconds.
wait_for_log() {
	local pid=$1 log=$2 text=$3 tick
	for ((tick = 0; tick < 100; tick++)); do
		# -s, as the process may not have opened the log yet.
		if grep -qsF -- "$text" "$log"; then
			return 0
		fi
		kill -0 "$pid" 2>/dev/null || return 1
		sleep 0.1
	done
	return 1
}

# start_store LOG TEXT COMMAND...: starts a server in the background, with a free port for the word PORT,
# and waits until it has written TEXT to LOG. Sets store_pid and store_port.
start_store() {
	local log=$1 text=$2
	shift 2
	# Several tries, because another program may take the free port before the server does.
	for _ in 1 2 3 4 5; do
		store_port=$(free_port)
		"${@//PORT/$store_port}" >"$log" 2>&1 &
		store_pid=$!
		# Look into the log, because the port could be that other program's.
		if wait_for_log "$store_pid" "$log" "$text"; then
			return 0
		fi
	done
	tail -n 20 -- "$log" >&2
	die 'the store does not start, see above'
}

# start_redis DIR: starts a redis-server that keeps everything it writes in the new folder DIR. Sets
# store_pid and store_port.
start_redis() {
	local dir=$1
	mkdir -- "$dir"
	start_store "$dir/log" 'Ready to accept connections' \
		redis-server --bind 127.0.0.1 --port PORT --dir "$dir" --save '' --appendonly no
}

# start_memcached LOG: starts a memcached. Sets store_pid and store_port.
start_memcached() {
	# Twice -v: it says nothing at all otherwise.
	start_store "$1" 'server listening' memcached -vv -u nobody -l 127.0.0.1 -p PORT
}

# start_sasl_memcached DIR USER PASSWORD: starts a memcached that demands a login, with the accounts in the new folder DIR.
# Sets store_pid and store_port.
start_sasl_memcached() {
	local dir=$1 user=$2 password=$3
	mkdir -- "$dir"
	printf 'mech_list: plain\nsasldb_path: %s/sasldb2\n' "$dir" >"$dir/memcached.conf"
	printf '%s' "$password" | PATH=$PATH:/usr/sbin saslpasswd2 -p -c -a memcached -f "$dir/sasldb2" "$user"
	# memcached stops being root, and must still be able to read the accounts.
	chmod o+x "$(dirname -- "$dir")"
	chmod 755 "$dir"
	chmod 644 "$dir/sasldb2" "$dir/memcached.conf"
	# Twice -v: it says nothing at all otherwise.
	start_store "$dir/log" 'server listening' \
		env SASL_CONF_PATH="$dir" memcached -S -vv -u nobody -l 127.0.0.1 -p PORT
}

# A folder in memory for short-lived files, if there is one.
memory_dir() {
	if [[ -d /dev/shm && -w /dev/shm ]]; then
		echo /dev/shm
	else
		echo "${TMPDIR:-/tmp}"
	fi
}

# Stops what this shell has started in the background.
stop_all() {
	local pid
	for pid in $(jobs -pr); do
		kill "$pid" 2>/dev/null || true
	done
	wait
}
