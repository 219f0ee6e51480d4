#!/usr/bin/env bash
# Tests the cloud-native buildpack, made from scripts/dist's tarball, as a platform uses it: detects and builds as the
# lifecycle does, after a PHP that is laid out as Paketo's php-dist and php-fpm do it; starts as the launcher does, as a user
# who may write nothing; and visits the page.
#   tests/packaging/paketo.sh TARBALL
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
work=$(mktemp -d "${TMPDIR:-/tmp}/cfsession-paketo.XXXXXXXX")
trap 'rm -rf -- "$work"' EXIT
chmod 755 "$work"
failures=0
bindings=
php=$(php_binary)
# 20220829-nts
php_build=$("$php" -n -i | sed -nE 's/^PHP Extension Build => API([0-9]+),(N?TS).*/\1-\2/p' | tr NTS nts)
api=${php_build%-*}
dist=$work/layers/paketo-buildpacks_php-dist/php
ours=$work/layers/cfsession_cfsession
buildpack=$work/cnb/cfsession_cfsession
page=$work/app/index.php

# layer_env DIR NAME VALUE [DELIMITER]: writes a file that changes the environment, as packit does.
layer_env() {
	mkdir -p -- "$1"
	printf '%s' "$3" >"$1/$2"
	[[ -z ${4-} ]] || printf '%s' "$4" >"$1/${2%.*}.delim"
}

# Does what php-dist's environment.go and php_file_manager.go do, with this system's PHP.
lay_out_php() {
	local extensions=$dist/lib/php/extensions/no-debug-non-zts-$api
	mkdir -p -- "$dist"/{bin,sbin,etc} "$extensions"
	ln -s -- "$php" "$dist/bin/php"
	ln -s -- "$(command -v "php-fpm$("$php" -n -r 'echo PHP_MAJOR_VERSION, ".", PHP_MINOR_VERSION;')")" "$dist/sbin/php-fpm"
	# Its php.ini's settings of sessions and of the error log.
	printf '%s\n' 'session.save_handler = files' 'session.name = JSESSIONID' 'display_errors = Off' 'log_errors = On' >"$dist/etc/php.ini"
	echo "extension_dir = \"$extensions\"" >"$dist/etc/buildpack.ini"
	layer_env "$dist/env" PATH.prepend "$dist/sbin:$dist/bin" :
	layer_env "$dist/env" PHPRC.default "$dist/etc"
	layer_env "$dist/env" PHP_HOME.default "$dist"
	layer_env "$dist/env" PHP_INI_SCAN_DIR.append "$dist/etc:$dist/etc:$work/app/.php.ini.d" :
	layer_env "$dist/env" PHP_EXTENSION_DIR.default "$extensions"
	layer_env "$dist/env" PHP_API.default "$api"
	printf '[types]\nlaunch = true\nbuild = true\n' >"$dist.toml"
}

# As php-fpm's config/, except for the address, which an application may change.
lay_out_fpm() {
	local config=$work/layers/paketo-buildpacks_php-fpm/php-fpm-config
	mkdir -p -- "$config"
	cat >"$config/base.conf" <<-CONF
		[global]
		error_log = /proc/self/fd/2
		daemonize = no
		[www]
		user = nobody
		group = nobody
		pm = dynamic
		pm.max_children = 5
		pm.start_servers = 2
		pm.min_spare_servers = 1
		pm.max_spare_servers = 3
		clear_env = no
		catch_workers_output = yes
		include = $work/app/.php.fpm.d/*.conf
	CONF
	layer_env "$config/env" PHP_FPM_PATH.default "$config/base.conf"
	printf '[types]\nlaunch = true\n' >"$config.toml"
}

# The application's only writable folder, as /tmp is on the platform.
lay_out_app() {
	mkdir -p -- "$work"/app/.php.fpm.d "$work"/{tmp,platform/env}
	chmod 1777 "$work/tmp"
	cp -- "$root/examples/counter/index.php" "$page"
	printf '[www]\nlisten = %s\nlisten.mode = 0666\n' "$work/tmp/fpm.sock" >"$work/app/.php.fpm.d/socket.conf"
}

# change_environment DIR...: changes the environment as these folders of a layer say (buildpack.md, "Environment Variable
# Modification Rules").
change_environment() {
	local dir file name delimiter value
	for dir in "$@"; do
		for file in "$dir"/*; do
			[[ -f $file && $file != *.delim ]] || continue
			name=${file##*/} name=${name%%.*} value=$(<"$file") delimiter=''
			[[ ! -f $dir/$name.delim ]] || delimiter=$(<"$dir/$name.delim")
			case ${file##*/} in
				*.append) value=${!name-}${!name:+$delimiter}$value ;;
				*.prepend) value=$value${!name:+$delimiter}${!name-} ;;
				*.default) value=${!name:-$value} ;;
			esac
			export "$name=$value"
		done
	done
}

# enter PHASE GROUP...: sets the environment of build or launch after these buildpacks.
enter() {
	local phase=$1 buildpack_name layer
	shift
	for buildpack_name in "$@"; do
		for layer in "$work/layers/$buildpack_name"/*/; do
			layer=${layer%/}
			grep -qsx "$phase = true" "$layer.toml" || continue
			[[ ! -d $layer/bin ]] || PATH=$layer/bin:$PATH
			[[ ! -d $layer/lib ]] || export LD_LIBRARY_PATH=$layer/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
			change_environment "$layer/env" "$layer/env.$phase"
		done
	done
}

clean_environment() {
	unset PHPRC PHP_INI_SCAN_DIR PHP_EXTENSION_DIR PHP_API PHP_HOME SERVICE_BINDING_ROOT VCAP_SERVICES
	export PATH=/usr/sbin:/usr/bin:/sbin:/bin
}

detect() {
	: >"$work/plan.toml"
	(cd -- "$1" && CNB_BUILDPACK_DIR=$buildpack CNB_PLATFORM_DIR=$work/platform CNB_BUILD_PLAN_PATH=$work/plan.toml \
		"$buildpack/bin/detect" "$work/platform" "$work/plan.toml")
}

# Only as arguments, for lifecycles before API 0.8.
detect_by_arguments() {
	: >"$work/plan.toml"
	(cd -- "$1" && "$buildpack/bin/detect" "$work/platform" "$work/plan.toml")
}

build() {
	mkdir -p -- "$ours"
	printf '[[entries]]\nname = "php"\n' >"$work/bp-plan.toml"
	(cd -- "$work/app" && CNB_BUILDPACK_DIR=$buildpack CNB_PLATFORM_DIR=$work/platform CNB_LAYERS_DIR=$ours \
		CNB_BP_PLAN_PATH=$work/bp-plan.toml "$buildpack/bin/build" "$ours" "$work/platform" "$work/bp-plan.toml")
}

build_by_arguments() {
	rm -rf -- "$ours"
	mkdir -- "$ours"
	(cd -- "$work/app" && "$buildpack/bin/build" "$ours" "$work/platform" "$work/bp-plan.toml")
}

detected_with() {
	local app
	app=$(mktemp -d "$work/some-app.XXXXXXXX")
	[[ -z $1 ]] || { mkdir -p -- "$(dirname -- "$app/$1")" && : >"$app/$1"; }
	"${2:-detect}" "$app"
	diff - "$work/plan.toml" <<-'TOML'
		[[requires]]
		name = "php"

		[requires.metadata]
		build = true
		launch = true
	TOML
}

not_detected_without_php() {
	local app=$work/other-app
	mkdir -p -- "$app/node_modules/some"
	: >"$app/node_modules/some/index.php"
	says 'not a PHP application' detect "$app"
	equals 'the status of bin/detect' 100 "$status"
	equals 'the plan' '' "$(<"$work/plan.toml")"
}

is_valid() {
	local toml=$buildpack/buildpack.toml version
	version=$(basename -- "$tarball" | sed -E 's/^cfsession-([0-9.]+).*/\1/')
	grep -x "version = \"$version\"" "$toml"
	grep -xE 'arch = "(amd64|arm64)"' "$toml"
	grep -x 'api = "0.10"' "$toml"
	equals 'what the package brings' 'LICENSE NOTICE bin buildpack.toml lib' "$(cd -- "$buildpack" && LC_ALL=C echo *)"
	[[ -x $buildpack/bin/detect && -x $buildpack/bin/build ]]
}

builds() {
	enter build paketo-buildpacks_php-dist
	says "for PHP's API $php_build" "${1:-build}"
	equals 'the status of bin/build' 0 "$status"
	equals 'the layers' 'cfsession cfsession.toml' "$(cd -- "$ours" && echo *)"
	grep -x 'launch = true' "$ours/cfsession.toml"
	equals 'what is for the build' '' "$(grep -rE '^(build|cache) = true' "$ours/cfsession.toml" || true; ls -d "$ours"/cfsession/env{,.build} 2>/dev/null || true)"
	# php-dist's list follows from elsewhere.
	equals PHP_INI_SCAN_DIR.append "$ours/cfsession/php.ini.d" "$(<"$ours/cfsession/env.launch/PHP_INI_SCAN_DIR.append")"
	# The doctor is the only thing that it adds to the application's PATH.
	equals 'bin/' cfsession-doctor "$(ls "$ours/cfsession/bin")"
}

# A second build finds the first one's layer.
builds_again() {
	enter build paketo-buildpacks_php-dist
	build
	echo stale >"$ours/cfsession/php.ini.d/stale.ini"
	build
	equals 'php.ini.d' cfsession.ini "$(ls "$ours/cfsession/php.ini.d")"
}

asks_php_itself() {
	export PATH=$dist/bin:$PATH
	says "for PHP's API $php_build" build
	equals 'the status of bin/build' 0 "$status"
}

# A PATH with a system's commands, but no PHP.
path_without_php() {
	mkdir -p -- "$work/bin"
	for command in bash cat cp dirname env grep mkdir rm sed; do
		ln -sf -- "$(command -v "$command")" "$work/bin/$command"
	done
	export PATH=$work/bin
}

fails_without_php() {
	path_without_php
	says 'put this buildpack behind the one that brings PHP' build
	equals 'the status of bin/build' 1 "$status"
}

fails_with_other_api() {
	enter build paketo-buildpacks_php-dist
	export PHP_EXTENSION_DIR=$dist/lib/php/extensions/no-debug-non-zts-20170718 PHP_API=20170718
	says "no cfsession for PHP's API 20170718-nts in this buildpack, only for $(cd -- "$buildpack/lib" && echo *)" build
	equals 'the status of bin/build' 1 "$status"
}

fails_where_it_does_not_load() {
	local so=$buildpack/lib/$php_build/cfsession.so
	enter build paketo-buildpacks_php-dist
	cp -- "$so" "$work/cfsession.so.keep"
	echo 'not an ELF file' >"$so"
	says 'PHP does not load' build
	mv -- "$work/cfsession.so.keep" "$so"
	equals 'the status of bin/build' 1 "$status"
}

warns_of_bindings() {
	local binding=$work/platform/bindings/sessions
	enter build paketo-buildpacks_php-dist
	mkdir -p -- "$binding"
	echo php-redis-session >"$binding/type"
	echo S3cret >"$binding/password"
	says "$binding is bound at build time" build
	rm -r -- "$work/platform/bindings"
	equals 'the status of bin/build' 0 "$status"
	equals 'the files with its password' '' "$(grep -rl S3cret "$ours" || true)"
}

# A PHP of another buildpack, which reads the folder compiled into it, does so as before. Here that is Debian's PHP.
keeps_php_folder() {
	local own
	own=$(php -r 'echo php_ini_scanned_files();' | grep -c .)
	build
	enter launch cfsession_cfsession
	php -r 'echo php_ini_scanned_files();' >"$work/scanned"
	equals 'how many files are read' $((own + 1)) "$(grep -c . "$work/scanned")"
	equals 'cfsession' 1 "$(php -r 'echo (int) extension_loaded("cfsession");')"
}

# bind NAME KEY=VALUE...: makes a binding for launch, as a platform mounts it.
bind() {
	local name=$1 pair
	shift
	bindings=$work/bindings
	rm -rf -- "$bindings"
	mkdir -p -- "$bindings/$name"
	for pair in "$@"; do
		printf '%s' "${pair#*=}" >"$bindings/$name/${pair%%=*}"
	done
}

# launch: starts PHP-FPM as the launcher does, not as root, with a web server in front.
launch() {
	enter build paketo-buildpacks_php-dist
	build
	clean_environment
	[[ ! $bindings ]] || export SERVICE_BINDING_ROOT=$bindings
	enter launch paketo-buildpacks_php-dist paketo-buildpacks_php-fpm cfsession_cfsession
	rm -f -- "$work/tmp/fpm.sock"
	# PHP-FPM opens its standard error again.
	: >"$work/tmp/fpm.out"
	chmod 666 "$work/tmp/fpm.out"
	HOME=$work/app setpriv --reuid=65534 --regid=65534 --clear-groups php-fpm -y "$PHP_FPM_PATH" >"$work/tmp/fpm.out" 2>&1 &
	wait_for_socket "$work/tmp/fpm.sock" || { cat -- "$work/tmp/fpm.out" && return 1; }
	start_nginx "unix:$work/tmp/fpm.sock"
}

redis_with_password() {
	start_password_redis 'p+a&s s%21'
	bind sessions type=php-redis-session host=127.0.0.1 port="$store_port" password='p+a&s s%21'
	launch
	counts_on redis
	# The cookie's name in php-dist's php.ini only works with one instance.
	grep -q PHPSESSIONID "$work/cookies"
	cfsession-doctor --json >"$work/doctor.out"
}

redis_with_tls() {
	start_tls_redis S3cret
	bind app-redis-sessions type=redis provider=test uri="rediss://:S3cret@localhost:$store_port" certificates="$(<"$certificate")"
	launch
	counts_on redis
}

memcached_with_sasl() {
	start_sasl_memcached "$work/memcached" app S3cret
	bind sessions type=php-memcached-session servers="127.0.0.1:$store_port" username=app password=S3cret
	launch
	counts_on memcached
}

files_where_nothing_is_bound() {
	launch
	counts_on files
	equals 'what PHP complains of' '' "$(grep -i cfsession "$work/tmp/fpm.out" || true)"
}

# Nothing is lost of an application's own PHP_INI_SCAN_DIR, which php-dist uses as its default.
with_scan_dir_of_its_own() {
	start_password_redis S3cret
	bind sessions type=php-redis-session host=127.0.0.1 port="$store_port" password=S3cret
	mkdir -p -- "$work/ini"
	echo 'session.gc_maxlifetime = 1234' >"$work/ini/app.ini"
	rm -- "$dist"/env/PHP_INI_SCAN_DIR.*
	layer_env "$dist/env" PHP_INI_SCAN_DIR.default "$work/ini"
	launch
	counts_on redis
	equals gc_maxlifetime 1234 "$(php -r 'echo ini_get("session.gc_maxlifetime");')"
}

"$root/packaging/paketo/package" "$tarball" "$work/out" >"$work/package.out"
mkdir -p -- "$buildpack"
tar -C "$buildpack" -xzf "$work"/out/cfsession-paketo-*.tgz
lay_out_php
lay_out_fpm
lay_out_app
clean_environment

try paketo-package is_valid
try paketo-package-umask packs_for_others paketo
try paketo-detect-composer detected_with composer.json
try paketo-detect-script detected_with htdocs/index.php
try paketo-detect-arguments detected_with composer.json detect_by_arguments
try paketo-detect-no-php not_detected_without_php
try paketo-build builds
try paketo-build-arguments builds build_by_arguments
try paketo-build-again builds_again
try paketo-build-asks-php asks_php_itself
try paketo-build-php-folder keeps_php_folder
try paketo-build-no-php fails_without_php
try paketo-build-other-api fails_with_other_api
try paketo-build-does-not-load fails_where_it_does_not_load
try paketo-build-binding warns_of_bindings
try paketo-redis redis_with_password
try paketo-redis-tls redis_with_tls
try paketo-memcached memcached_with_sasl
try paketo-nothing-bound files_where_nothing_is_bound
try paketo-scan-dir with_scan_dir_of_its_own
try paketo-page pastes docs/paketo.md
exit "$failures"
