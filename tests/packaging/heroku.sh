#!/usr/bin/env bash
# Tests the buildpack for Heroku, made from scripts/dist's tarball, in a copy of a dyno: compiles in one folder and starts in
# another, with PHP where heroku/php puts it, sources profile.d, changes PHP_INI_SCAN_DIR as heroku/php's start scripts do,
# and visits the page.
#   tests/packaging/heroku.sh TARBALL
# shellcheck disable=SC2317 # functions that try runs
set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"
# shellcheck source=tests/packaging/web.inc
. "$root/tests/packaging/web.inc"
# shellcheck source=tests/packaging/paste.inc
. "$root/tests/packaging/paste.inc"

[[ -f ${1-} ]] || die 'the tarball that scripts/dist has made?'
tarball=$(realpath -- "$1")
work=$(mktemp -d "${TMPDIR:-/tmp}/cfsession-heroku.XXXXXXXX")
trap 'rm -rf -- "$work"' EXIT
chmod 755 "$work"
failures=0
php=$(php_binary)
php_build=$("$php" -n -i | sed -nE 's/^PHP Extension Build => API([0-9]+),(N?TS).*/\1-\2/p' | tr NTS nts)
buildpack=$work/buildpack
# The application where it is built, where it runs (/app), and where heroku/php has itself copied.
built=$work/build
home=$work/app
start_scripts=$home/vendor/heroku/heroku-buildpack-php
ours=$home/.heroku/cfsession
page=$home/index.php

compile() {
	mkdir -p -- "$built" "$work"/{cache,env}
	cp -- "$root/examples/counter/index.php" "$built/"
	"$buildpack/bin/compile" "$built" "$work/cache" "$work/env"
}

# The slug in a dyno: what our buildpack built, and what heroku/php, which runs next, adds.
make_dyno() {
	rm -rf -- "$home"
	cp -R -- "$built" "$home"
	mkdir -p -- "$home"/.heroku/php/{bin,sbin} "$start_scripts/conf/php/apm-nostart-overrides" "$work/tmp"
	ln -s -- "$php" "$home/.heroku/php/bin/php"
	ln -s -- "$(command -v "php-fpm$("$php" -n -r 'echo PHP_MAJOR_VERSION, ".", PHP_MINOR_VERSION;')")" \
		"$home/.heroku/php/sbin/php-fpm"
	echo 'precision = 11' >"$start_scripts/conf/php/apm-nostart-overrides/apm-nostart-overrides.ini"
	# shellcheck disable=SC2016 # for the shell of the dyno
	echo 'export PATH="$HOME/.heroku/php/bin:$HOME/.heroku/php/sbin:$PATH"' >"$home/.profile.d/100-path.sh"
	chmod 1777 "$work/tmp"
	cat >"$work/fpm.conf" <<-CONF
		[global]
		error_log = /proc/self/fd/2
		[www]
		listen = $work/tmp/fpm.sock
		listen.mode = 0666
		pm = static
		pm.max_children = 2
		clear_env = no
		catch_workers_output = yes
		php_value[display_errors] = 0
	CONF
}

# in_dyno [NAME=VALUE...] COMMAND...: runs it with these config vars, after profile.d, as the application's user.
in_dyno() {
	(enter_dyno "$@")
}

# The same, in the place of this shell.
enter_dyno() {
	# shellcheck disable=SC2016 # for the shell of the dyno
	exec env -i HOME="$home" PATH=/usr/bin:/bin DYNO=web.1 setpriv --reuid=65534 --regid=65534 --clear-groups \
		env "${@:1:$#-1}" bash -c 'for script in "$HOME"/.profile.d/*.sh; do . "$script"; done; '"${!#}"
}

# What bin/heroku-php-apache2 and -nginx do to PHP_INI_SCAN_DIR: set and empty: theirs alone; not set: PHP's own folder
# and theirs; else theirs at the end.
# shellcheck disable=SC2016 # for the shell of the dyno
start_rule='
	own=$HOME/vendor/heroku/heroku-buildpack-php/conf/php/apm-nostart-overrides/
	if [[ -z ${PHP_INI_SCAN_DIR-} && ${PHP_INI_SCAN_DIR+x} ]]; then
		PHP_INI_SCAN_DIR=$own
	else
		PHP_INI_SCAN_DIR=${PHP_INI_SCAN_DIR-}:$own
	fi
	export PHP_INI_SCAN_DIR
'

detects() {
	local app=$work/some-app
	mkdir -p -- "$app/public"
	: >"$app/public/index.php"
	says 'not a PHP application' "$buildpack/bin/detect" "$app"
	equals 'the status of bin/detect' 1 "$status"
	: >"$app/composer.json"
	equals 'what it calls itself' cfsession "$("$buildpack/bin/detect" "$app")"
	equals 'bin/release' '--- {}' "$("$buildpack/bin/release" "$app")"
}

compiles() {
	says 'cfsession' compile
	equals 'the status of bin/compile' 0 "$status"
	# heroku/php refuses an application with a .heroku/php.
	equals '.heroku' cfsession "$(ls "$built/.heroku")"
	equals '.profile.d' cfsession.sh "$(ls "$built/.profile.d")"
	equals 'what names the folder of the build' '' "$(grep -rIl "$built" "$built/.heroku" "$built/.profile.d" || true)"
	echo stale >"$built/.heroku/cfsession/stale"
	compile
	[[ ! -e $built/.heroku/cfsession/stale ]]
}

# scans EXPECTED [NAME=VALUE...]: whether PHP_INI_SCAN_DIR is that after profile.d.
scans() {
	# shellcheck disable=SC2016 # for the shell of the dyno
	equals PHP_INI_SCAN_DIR "$1" "$(in_dyno "${@:2}" 'echo "$PHP_INI_SCAN_DIR"' 2>/dev/null)"
}

adds_folders() {
	local url=REDIS_URL=redis://127.0.0.1
	scans ":$ours/$php_build"
	scans ":$ours/$php_build:$ours/sessions" "$url"
	scans "/a:/b:$ours/$php_build:$ours/sessions" "$url" PHP_INI_SCAN_DIR=/a:/b
	scans "$ours/$php_build:$ours/sessions" "$url" PHP_INI_SCAN_DIR=
	scans ":$ours/$php_build:$ours/sessions:$ours/save_path" "$url" CFSESSION_SAVE_PATH=binding:REDIS_URL
}

twice_is_once() {
	local script=$home/.profile.d/cfsession.sh
	# shellcheck disable=SC2016 # for the shell of the dyno
	equals PHP_INI_SCAN_DIR ":$ours/$php_build:$ours/sessions" \
		"$(in_dyno REDIS_URL=redis://127.0.0.1 "set -eu; . '$script'; . '$script'"'; echo "$PHP_INI_SCAN_DIR"' 2>/dev/null)"
	equals 'names left behind' '' "$(in_dyno 'compgen -A function -A variable | grep -E "^cfsession|^(build|service|said)$" || true' 2>/dev/null)"
}

# PHP reads its own folder, and ours before theirs, so that an extension is loaded once.
keeps_php_folder() {
	local own expected
	own=$("$php" -r 'echo php_ini_scanned_files();' | grep -c .)
	expected=$((own + 3))
	in_dyno REDIS_URL=redis://127.0.0.1 "$start_rule php -r 'echo php_ini_scanned_files();'" >"$work/scanned" 2>"$work/scanned.log"
	equals 'how many files are read' "$expected" "$(grep -c . "$work/scanned")"
	equals precision 11 "$(in_dyno "$start_rule php -r 'echo ini_get(\"precision\");'" 2>/dev/null)"
	equals 'what PHP complains of' '' "$(in_dyno "$start_rule php -d display_errors=stderr -r '1;'" 2>&1 >/dev/null | grep -v '^cfsession: ' || true)"
}

# start [NAME=VALUE...]: starts a dyno with these config vars.
start() {
	rm -f -- "$work/tmp/fpm.sock"
	: >"$work/tmp/dyno.out"
	chmod 666 "$work/tmp/dyno.out"
	enter_dyno "$@" "$start_rule exec php-fpm --nodaemonize -y $work/fpm.conf" >"$work/tmp/dyno.out" 2>&1 &
	wait_for_socket "$work/tmp/fpm.sock"
	start_nginx "unix:$work/tmp/fpm.sock"
}

# logged TEXT: whether the dyno's log has exactly this line from us.
logged() {
	equals "cfsession's line in the log" "cfsession: $1" "$(grep '^cfsession: ' "$work/tmp/dyno.out")"
}

version() {
	cat -- "$ours/VERSION"
}

redis_url() {
	start_password_redis S3cret
	start REDIS_URL="redis://h:S3cret@127.0.0.1:$store_port"
	counts_on redis
	logged "$(version) for PHP's API $php_build; sessions are where REDIS_URL says"
}

# Heroku's own Redis: rediss, with a self-signed certificate.
redis_self_signed() {
	start_tls_redis S3cret
	start REDIS_URL="rediss://:S3cret@localhost:$store_port" CFSESSION_SAVE_PATH='binding:REDIS_URL?stream[verify_peer]=0'
	counts_on redis
	logged "$(version) for PHP's API $php_build; sessions are where CFSESSION_SAVE_PATH says"
	in_dyno REDIS_URL="rediss://:S3cret@localhost:$store_port" CFSESSION_SAVE_PATH='binding:REDIS_URL?stream[verify_peer]=0' \
		"$start_rule cfsession-doctor" >"$work/tmp/doctor.out" 2>&1
}

# Unless a setting allows it, that certificate is refused: no session, not even in a file.
redis_not_believed() {
	start_tls_redis S3cret
	start REDIS_URL="rediss://:S3cret@localhost:$store_port"
	says 'out of reach' visit
	grep -F 'certificate' "$work/tmp/dyno.out"
}

redis_tls_with_ca() {
	start_tls_redis S3cret
	cp -- "$certificate" "$home/redis.pem"
	start REDIS_TLS_URL="rediss://:S3cret@localhost:$store_port" \
		CFSESSION_SAVE_PATH="binding:REDIS_TLS_URL?stream[cafile]=$home/redis.pem"
	counts_on redis
}

memcachier() {
	start_sasl_memcached "$work/memcached" app S3cret
	start MEMCACHIER_SERVERS="127.0.0.1:$store_port" MEMCACHIER_USERNAME=app MEMCACHIER_PASSWORD=S3cret
	counts_on memcached
}

# says_where WHERE NAME=VALUE...: what the dyno's line says with these config vars.
says_where() {
	equals "the line" "cfsession: $(version) for PHP's API $php_build; $1" "$(in_dyno "${@:2}" : 2>&1)"
}

# The log names what PHP takes, which passes over a variable that it cannot use.
names_what_counts() {
	local unusable='no session can be started: the service "REDIS_URL" (REDIS_URL) cannot be used: its URI has to begin with redis'
	says_where 'sessions are where REDISCLOUD_URL says' REDIS_URL=http://x REDISCLOUD_URL=redis://127.0.0.1
	says_where 'sessions are where REDIS_HOST says' REDIS_URL=' ' REDIS_HOST=127.0.0.1
	says_where 'sessions are where REDIS_URL says' CFSESSION_SAVE_PATH=' ' REDIS_URL=redis://127.0.0.1
	says_where 'sessions are where CFSESSION_SAVE_PATH says' CFSESSION_SAVE_PATH=tcp://127.0.0.1 REDIS_URL=redis://127.0.0.1
	says "$unusable" in_dyno REDIS_URL=http://x :
	says "$unusable" in_dyno REDIS_URL=http://x CFSESSION_SAVE_PATH=binding:REDIS_URL :
	# No variable without TLS takes its place.
	says 'no session can be started: the service "REDIS_TLS_URL"' in_dyno REDIS_TLS_URL=http://x REDIS_URL=redis://127.0.0.1 :
}

# A dyno starts without a log, too.
starts_without_log() {
	# shellcheck disable=SC2016 # for the shell of the dyno
	equals 'what it prints' started "$(in_dyno REDIS_URL=redis://127.0.0.1 \
		'set -e; exec 2>&-; . "$HOME/.profile.d/cfsession.sh"; exec 2>/dev/full; . "$HOME/.profile.d/cfsession.sh"; echo started' 2>/dev/null)"
}

nothing_bound() {
	start
	counts_on files
	logged "$(version) for PHP's API $php_build; no service is bound, sessions stay PHP's own files"
}

# The application's .user.ini still wins.
says_files_itself() {
	printf '%s\n' 'session.save_handler = files' 'session.save_path = /tmp' >"$home/.user.ini"
	start REDIS_URL=redis://127.0.0.1:1
	counts_on files
}

# Without a build for PHP's API, sessions fail instead of going to the dyno's files.
other_api() {
	rm -r -- "${ours:?}/$php_build"
	start REDIS_URL=redis://127.0.0.1:1
	says 'out of reach' visit
	logged "there is none for PHP's API $php_build, so no session can be started: take another PHP, or a newer cfsession; sessions are where REDIS_URL says"
}

without_php() {
	rm -r -- "$home/.heroku/php"
	says "heroku/php has to come after this buildpack" in_dyno 'echo started'
	says started in_dyno 'echo started'
	equals 'what a one-off command prints' started "$(in_dyno DYNO=run.1 'echo started' 2>&1)"
}

"$root/packaging/heroku/package" "$tarball" "$work/out" >"$work/package.out"
mkdir -- "$buildpack"
tar -C "$buildpack" -xzf "$work"/out/cfsession-heroku-*.tgz

try heroku-package-umask packs_for_others heroku
try heroku-detect detects
try heroku-compile compiles
for dyno in adds_folders twice_is_once keeps_php_folder redis_url redis_self_signed redis_not_believed redis_tls_with_ca \
	memcachier names_what_counts starts_without_log nothing_bound says_files_itself other_api without_php; do
	make_dyno
	try "heroku-${dyno//_/-}" "$dyno"
done
try heroku-page pastes docs/heroku.md
exit "$failures"
