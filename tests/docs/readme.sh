#!/usr/bin/env bash
# Follows README.md on a new Debian 12 and a new Debian 13, as a new user does. Runs each fenced block, or puts it into the
# file that the sentence before it names, and checks the result. Prints PASS or FAIL for each block, and lists blocks that
# are not run with the reason. Needs root.
#
# Usage: tests/docs/readme.sh [SUITE...]
set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"
# shellcheck source=scripts/platform.sh
. "$root/scripts/platform.sh"
# shellcheck source=tests/docs/reader.inc
. "$root/tests/docs/reader.inc"
# shellcheck source=tests/packaging/web.inc
. "$root/tests/packaging/web.inc"

# {{{ On the new Debian, in the folder of the sources

# The password in README.md.
password=password
# The doctor's last line, with or without warnings.
well='^Sessions (are well|work) '

# What a reader has before installing cfsession: pages served by PHP-FPM, and redis.example.net.
own_servers() {
	apt-get install php-fpm nginx redis-server curl iproute2
	printf 'requirepass %s\n' "$password" >>/etc/redis/redis.conf
	cat >/etc/nginx/sites-available/default <<-END
		server {
			listen 80;
			root $root/examples/counter;
			index index.php;
			location ~ \.php$ {
				include snippets/fastcgi-php.conf;
				fastcgi_pass unix:$(sed -n 's/^listen = //p' /etc/php/*/fpm/pool.d/www.conf);
			}
		}
	END
}

# program NAME: installs a program of that name from standard input.
program() {
	cat >"/usr/local/bin/$1"
	chmod +x "/usr/local/bin/$1"
}

# What differs from a reader's machine: there is no systemd, so the packages' init scripts replace it; and no Docker, so
# the doctor stands for an image, with only the environment that the command gives.
stand_ins() {
	program systemctl <<-'END'
		#!/usr/bin/env bash
		set -euo pipefail
		[[ $# == 2 && $1 == restart ]]
		for script in $(cd /etc/init.d && compgen -G "$2"); do
			service "$script" restart
		done
	END
	program docker <<-'END'
		#!/usr/bin/env bash
		set -euo pipefail
		[[ $1 == run ]]
		environment=()
		while [[ $2 == -e ]]; do
			name=${3%%=*}
			[[ $3 == *=* ]] && environment+=("$3") || environment+=("$name=${!name}")
			shift 2
		done
		[[ $# == 2 ]]
		exec env -i PATH="$PATH" PHP_INI_SCAN_DIR=/srv/container "${environment[@]}" php -c /dev/null -d extension=cfsession.so \
			/usr/local/bin/cfsession-doctor
	END
}

start_servers() {
	ip link set lo up
	printf '127.0.0.1 localhost redis.example.net\n' >/etc/hosts
	service redis-server start
	service nginx start
	cp -a /etc/php /srv/php.new
}

restart_fpm() {
	systemctl restart 'php*-fpm'
}

# files_named BLOCK: prints the files that the sentence before it names.
files_named() {
	local names
	# shellcheck disable=SC2016 # no command
	names=$(grep -oE '`/etc/[^` ]+`' "$1/before" | tr -d '`')
	[[ $names ]] || { echo 'the sentence before it names no file' && return 1; }
	# Expands braces and stars as a shell does.
	eval "printf '%s\n' $names"
}

put() {
	local file files
	files=$(files_named "$1")
	for file in $files; do
		[[ -f $file ]] || { echo "there is no $file" && return 1; }
		{ echo && cat -- "$1/text"; } >>"$file"
	done
}

# Tries a way to configure PHP, alone and together with README.md's earlier settings.
configure() {
	cp -a /etc/php /srv/php.so-far
	rm -r /etc/php
	cp -a /srv/php.new /etc/php
	put "$1"
	restart_fpm
	counts_on redis
	rm -r /etc/php
	mv /srv/php.so-far /etc/php
	put "$1"
	restart_fpm
	counts_on redis
}

# The settings of an image; the environment in the next block completes them.
configure_image() {
	mkdir -p /srv/container
	cp -- "$1/text" /srv/container/sessions.ini
}

# Checks that without the setting there is no session service.
configure_bound() {
	local service='{"redis": [{"label": "redis", "name": "shop-store",
		"credentials": {"host": "redis.example.net", "port": 6379, "password": "'$password'"}}]}'
	mkdir /srv/bound
	says 'SESSIONS DO NOT WORK' doctor_of_bound "$service"
	cp -- "$1/text" /srv/bound/sessions.ini
	works doctor_of_bound "$service"
}

doctor_of_bound() {
	env -i PATH="$PATH" PHP_INI_SCAN_DIR=/srv/bound VCAP_SERVICES="$1" php -c /dev/null -d extension=cfsession.so \
		/usr/local/bin/cfsession-doctor
}

# Checks that Redis has the settings after a restart, and still has what was stored before.
configure_redis() {
	local name value
	equals 'what Redis says' OK "$(ask_redis set before README.md)"
	equals 'what Redis says' "$(sed 's/.*/OK/' "$1/text")" "$(ask_redis <"$1/text" | grep .)"
	service redis-server restart
	equals 'what was stored before' README.md "$(ask_redis get before)"
	while read -r _ _ name value && [[ $name ]]; do
		value=${value/%gb/ * 1024 * 1024 * 1024}
		[[ $value != *' * '* ]] || value=$((value))
		equals "$name" "$value" "$(ask_redis config get "$name" | tail -n 1)"
	done <"$1/text"
	restart_fpm
	counts_on redis
}

ask_redis() {
	REDISCLI_AUTH=$password redis-cli "$@"
}

# Checks that the user, with README.md's save path, may do what cfsession does, and nothing else.
limit_user() {
	local path
	equals 'what Redis says' "$(sed 's/.*/OK/' "$1/text")" "$(ask_redis <"$1/text" | grep .)"
	service redis-server restart
	# shellcheck disable=SC2016 # no expressions
	path=$(grep -oE 'tcp://[^"` ]*auth\[\][^"` ]*' README.md)
	for count in 1 2 3; do
		equals 'the count' "$count" "$(php tests/packaging/count.php "$path" of-the-user)"
	done
	works php -d session.save_path="\"$path\"" /usr/local/bin/cfsession-doctor
	says NOPERM redis-cli --user sessions --pass "$password" --no-auth-warning keys '*'
}

# works COMMAND...: whether the doctor says so. It warns that the password crosses the network unencrypted.
works() {
	"$@" | tee /dev/stderr | grep -E "$well"
}

# Checks that the commands show what README.md says.
check() {
	local said
	said=$(bash -e "$1/text" 2>&1) || { echo "$said" && return 1; }
	echo "$said"
	equals 'how often sessions work' 2 "$(grep -cE "$well" <<<"$said")"
	equals 'what php --ri shows' 'session.save_path tcp://redis.example.net:6379?auth=***' \
		"$(sed -nE 's/^(Configured by|Servers) => //p' <<<"$said" | xargs)"
	! grep -v 'The password and all sessions cross' <<<"$said" | grep -w "$password" || return 1
}

# follow BLOCK: does what a reader does with it.
follow() {
	local block=$1 name language
	language=$(<"$block/language")
	name="readme $(. /etc/os-release && echo "$VERSION_CODENAME"): $(head -n 1 "$block/text" | cut -c 1-60)"
	case $language:$(<"$block/text") in
		sh:scripts/test) echo "not run: scripts/test, which runs this" ;;
		sh:*cfsession-doctor\ --fpm*) try "$name" check "$block" ;;
		sh:docker\ *) try "$name (not by Docker, but with its environment)" works bash -e "$block/text" ;;
		sh:*) try "$name" bash -e "$block/text" ;;
		'ini:session.save_handler = cfsession') try "$name, in an image" configure_image "$block" ;;
		ini:cfsession.service*) try "$name, of a bound service" configure_bound "$block" ;;
		ini:*) try "$name, in $(files_named "$block" | xargs)" configure "$block" ;;
		redis:CONFIG*) try "$name" configure_redis "$block" ;;
		redis:*) try "$name" limit_user "$block" ;;
		*)
			echo "FAIL $name: nobody here knows what a reader does with a block of $language that says so"
			failures=1
			;;
	esac
}

# The section "Install", with network access. It runs first, so that apt finds everything on a new system.
follow_install() {
	local block
	stand_ins
	for block in /srv/blocks/*; do
		[[ $(<"$block/heading") == Install ]] || continue
		follow "$block"
		[[ $block != */01 ]] || try "readme: the reader's own servers" own_servers
	done
}

# The rest, in a network where only redis.example.net listens on its port.
follow_rest() {
	local block
	url=http://127.0.0.1/
	export REDIS_PASSWORD=$password
	try "readme: the reader's own servers start" start_servers
	for block in /srv/blocks/*; do
		[[ $(<"$block/heading") == Install ]] || follow "$block"
	done
}

# follow_part PART
follow_part() {
	failures=0
	work=$(mktemp -d)
	mkdir -- "$work/tmp"
	"follow_$1"
	((failures == 0))
}

# }}}

# follow_on SUITE
follow_on() {
	local suite=$1 dir=$scratch/$1
	new_reader "$suite" "$dir"
	extract "$root/README.md" "$dir/srv/blocks"
	read_as "$dir" tests/docs/readme.sh --part install
	isolation=(--net)
	read_as "$dir" tests/docs/readme.sh --part rest
}

if [[ ${1-} == --part ]]; then
	follow_part "$2"
	exit
fi
scratch=$(mktemp -d "${TMPDIR:-/tmp}/cfsession-readme.XXXXXXXX")
trap 'as_root rm -rf -- "$scratch"' EXIT
(($#)) || set -- bookworm trixie
failed=0
for suite in "$@"; do
	# In the background, because bash does not stop at errors in a condition.
	follow_on "$suite" &
	wait $! || failed=1
done
((failed == 0))
