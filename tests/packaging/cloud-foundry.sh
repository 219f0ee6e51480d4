#!/usr/bin/env bash
#
# cloud-foundry.sh TARBALL [TEST...]: tests packaging/cloud-foundry with what scripts/dist made, in containers that have what Cloud
# Foundry's have, and copies of what its life cycle and two versions of the PHP buildpack do there (cloud-foundry/).
# Prints a line for each test. Needs Debian 12's PHP 8.2 (php-fpm), and root.
# shellcheck disable=SC2016 # for the shells of containers, and PHP

set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"
# shellcheck source=scripts/platform.sh
. "$root/scripts/platform.sh"
# shellcheck source=tests/packaging/stack.inc
. "$root/tests/packaging/stack.inc"
# shellcheck source=tests/packaging/paste.inc
. "$root/tests/packaging/paste.inc"
# shellcheck source=tests/packaging/cloud-foundry/platform.inc
. "$root/tests/packaging/cloud-foundry/platform.inc"

tarball=$(realpath -- "$1")
only=("${@:2}")
work=$(mktemp -d "${TMPDIR:-/tmp}/cfsession-cf.XXXXXXXX")
trap 'stop_instances; stop_all; rm -rf -- "$work"' EXIT
chmod 755 "$work"
api=$(php-config --phpapi)
password='pa+ss w%rd&"\$#'
password_json='pa+ss w%rd&\"\\$#'

# {{{ Reporting

name=''
why=''
failures=0

# It goes on: what is wrong is collected.
wrong() {
	why+="${why:+; }$*"
}

# is EXPECTED ACTUAL WHAT
is() {
	[[ $2 == "$1" ]] || wrong "$3 is \"$2\", not \"$1\""
}

# has TEXT PATTERN WHAT
has() {
	[[ $1 =~ $2 ]] || wrong "$3 does not have \"$2\": $(head -c 1500 <<<"$1" | tr '\n' '|')"
}

has_not() {
	[[ ! $1 =~ $2 ]] || wrong "$3 has \"$2\": $(head -c 1500 <<<"$1" | tr '\n' '|')"
}

# try NAME COMMAND...: one test.
try() {
	name=$1
	why=''
	if ((${#only[@]})) && [[ " ${only[*]} " != *" $name "* ]]; then
		return
	fi
	shift
	"$@" || wrong "it ended with $?"
	stop_instances
	if [[ $why ]]; then
		printf 'FAIL %s: %s\n' "$name" "$why"
		failures=$((failures + 1))
	else
		printf 'PASS %s\n' "$name"
	fi
}

# }}}

# {{{ Set-up: PHP as the buildpack lays it out, the buildpacks, the servers

# The libraries of a program that the stack lacks: a PHP buildpack's binaries bring them.
copy_libraries() {
	local to=$1 library
	shift
	ldd "$@" | sed -nE 's/.*=> ([^ ]+) .*/\1/p' | sort -u | while read -r library; do
		[[ -e $stack$library || -e $stack/usr$library ]] || cp -L -- "$library" "$to"
	done
}

make_php() {
	local php=$1 modules=$1/lib/php/extensions/no-debug-non-zts-$api
	mkdir -p -- "$php"/{bin,sbin,etc} "$modules"
	cp -L -- "$(php-config --php-binary)" "$php/bin/php"
	cp -L -- "$(command -v php-fpm8.2)" "$php/sbin/php-fpm"
	copy_libraries "$php/lib" "$php/bin/php" "$php/sbin/php-fpm"
	cp -- "$(php-config --extension-dir)"/{redis,igbinary}.so "$modules"
	cat >"$php/etc/php.ini" <<END
[PHP]
variables_order = "GPCS"
extension_dir = "@{HOME}/php/lib/php/extensions/no-debug-non-zts-$api"
sys_temp_dir = "@{TMPDIR}"
display_errors = Off
log_errors = On
@{PHP_EXTENSIONS}
[Session]
session.save_handler = files
session.save_path = "@{TMPDIR}"
session.name = JSESSIONID
END
	cat >"$php/etc/php-fpm.conf" <<'END'
[global]
pid = @{HOME}/php/var/run/php-fpm.pid
error_log = /proc/self/fd/2
daemonize = no

[www]
user = vcap
group = vcap
listen = @{PHP_FPM_LISTEN}
pm = static
pm.max_children = 1
clear_env = no
END
}

make_certificates() {
	local dir=$1
	mkdir -- "$dir"
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=our own' -keyout "$dir/key.pem" -out "$dir/cert.pem" \
		-addext 'subjectAltName=IP:127.0.0.1' 2>/dev/null
}

start_stores() {
	local dir=$work/stores certificates=$work/stores/certificates
	mkdir -m 755 -- "$dir" "$dir/redis"
	make_certificates "$certificates"
	start_store "$dir/redis/log" 'Ready to accept connections' redis-server --bind 127.0.0.1 --port PORT \
		--requirepass "$password" --dir "$dir/redis" --save '' --appendonly no
	redis_credentials="{\"host\": \"127.0.0.1\", \"port\": $store_port, \"password\": \"$password_json\"}"
	start_store "$dir/tls.log" 'Ready to accept connections' redis-server --bind 127.0.0.1 --port 0 --tls-port PORT \
		--tls-cert-file "$certificates/cert.pem" --tls-key-file "$certificates/key.pem" --tls-auth-clients no \
		--tls-ca-cert-file "$certificates/cert.pem" --requirepass "$password" --dir "$dir/redis" --save '' --appendonly no
	tls_credentials="{\"host\": \"127.0.0.1\", \"tls_port\": $store_port, \"password\": \"$password_json\",
		\"ca\": \"$(sed ':a; N; $!ba; s/\n/\\n/g' "$certificates/cert.pem")\"}"
	start_sasl_memcached "$dir/memcached" user "$password"
	memcached_credentials="{\"servers\": \"127.0.0.1:$store_port\", \"username\": \"user\", \"password\": \"$password_json\"}"
}

offered_credentials() {
	printf '%s' "$redis_credentials"
}

# php_version MAJOR: makes the platform use that PHP buildpack.
php_version() {
	php_buildpack=$work/php-buildpack-$1
	if [[ ! -d $php_buildpack ]]; then
		cp -R -- "$root/tests/packaging/cloud-foundry/php-buildpack-$1" "$php_buildpack"
		cp -R -- "$work/php" "$php_buildpack/php"
	fi
}

# }}}

# {{{ Shared by the tests

logs_of() {
	cat -- "$(app_dir "$1")"/instance-*.log
}

# new_bound_app APP SERVICE CREDENTIALS
new_bound_app() {
	new_app "$1" "$buildpack php_buildpack"
	new_service "$2" user-provided "$3"
	cf bind-service "$1" "$2"
}

# new_staged_app VERSION APP [SERVICE]: an application staged by that PHP buildpack, with a Redis bound as SERVICE.
new_staged_app() {
	php_version "$1"
	if [[ ${3-} ]]; then
		new_bound_app "$2" "$3" "$redis_credentials"
	else
		new_app "$2" "$buildpack php_buildpack"
	fi
	stage "$2" || wrong "staging: $(cat -- "$(app_dir "$2")/staging.log")"
}

# deps_of APP: the folder deps that each instance gets.
deps_of() {
	printf '%s/staging/tmp/contents/deps\n' "$(app_dir "$1")"
}

php_of() {
	local php
	php=$(deps_of "$1")/1/php
	[[ -d $php ]] || php=$(app_dir "$1")/staging/tmp/app/php
	printf '%s\n' "$php"
}

# Three requests count on, whichever instance serves them.
counts_on() {
	is 'cfsession 1' "$(request "$1" 0)" 'the first answer'
	is 'cfsession 2' "$(request "$1" 1)" 'the second, by another instance'
	is 'cfsession 3' "$(request "$1" 0)" 'the third'
}

# Each instance has its own sessions, in files.
keeps_files() {
	cf_start "$1" || wrong "it does not start: $(logs_of "$1")"
	is 'files 1' "$(request "$1" 0)" 'the first answer'
	is 'files 2' "$(request "$1" 0)" 'the second'
	is 'files 1' "$(request "$1" 1)" 'that of another instance'
}

# refuses APP PATTERN: the application does not start, and says why in one line, before PHP does anything.
refuses() {
	local log
	if start_instance "$1" 0; then
		wrong 'it starts'
	fi
	log=$(logs_of "$1")
	has "$log" "$2" 'the log'
	has "$log" 'CFSESSION_OPTIONAL' 'the log'
	is 1 "$(wc -l <<<"$log")" 'the number of lines in the log'
}

# }}}

# {{{ The tests

# An application with a service of that name: staged, started twice, used.
is_kept_in() {
	local version=$1 app=$2 service=$3 credentials=$4 kind=$5 log
	php_version "$version"
	new_bound_app "$app" "$service" "$credentials"
	stage "$app" || wrong "staging: $(cat -- "$(app_dir "$app")/staging.log")"
	is '' "$(cat -- "$(app_dir "$app")/elsewhere")" 'what supply changes outside its folder'
	cf_start "$app" || wrong "it does not start: $(logs_of "$app")"
	counts_on "$app"
	log=$(logs_of "$app")
	has "$log" "PHP 8\.2\.[0-9]+ \($api-nts\) keeps its sessions in the service \"$service\" \($kind\)" 'the log'
	is 2 "$(grep -c '^cfsession ' <<<"$log")" 'the number of lines of two instances'
	has_not "$log" 'PHP Warning' 'the log'
}

# php-buildpack 5 fails at such a service. With our buildpack it does not, and the password does not get into the droplet;
# php-buildpack 4 keeps its BUILD_DIR.
passes_staging() {
	local dir
	php_version 5
	new_bound_app staging app-redis-sessions "$redis_credentials"
	dir=$(app_dir staging)
	echo php_buildpack >"$dir/buildpacks"
	! stage staging || wrong 'the copy of php-buildpack 5 does not fail by itself'
	has "$(cat -- "$dir/staging.log")" 'failed to load php.ini' 'its log'
	echo "$buildpack php_buildpack" >"$dir/buildpacks"
	stage staging || wrong "staging fails: $(cat -- "$dir/staging.log")"
	has "$(cat -- "$dir/staging.log")" '5.0.0 to 5.1.2' 'the log'
	is '' "$(grep -rlF -- 'pa+ss' "$dir/staging/tmp")" 'the files with the password'
}

# If nothing is bound, our buildpack leaves the environment of staging alone.
leaves_staging_alone() {
	new_staged_app 5 unbound
	[[ ! -e $(deps_of unbound)/0/env ]] || wrong 'there is an env/'
	is '---|name: cfsession|version: 0.2.0|config: {}|' "$(tr '\n' '|' <"$(deps_of unbound)/0/config.yml")" 'config.yml'
}

# The other way to avoid the PHP buildpack's error: a name that it does not look for.
is_named_by_variable() {
	local app=named-$1
	php_version "$1"
	new_app "$app" "$buildpack php_buildpack"
	new_service 'my cache' p.redis "$redis_credentials"
	cf bind-service "$app" 'my cache'
	stage "$app"
	[[ ! -e $(deps_of "$app")/0/env ]] || wrong 'there is an env/'
	cf set-env "$app" CFSESSION_SERVICE 'my cache'
	cf_start "$app" || wrong "it does not start: $(logs_of "$app")"
	counts_on "$app"
	has "$(logs_of "$app")" 'in the service "my cache" \(redis\)' 'the log'
}

starts_without_service() {
	local app=none-$1
	new_staged_app "$1" "$app"
	keeps_files "$app"
	has "$(logs_of "$app")" "\($api-nts\) has it; php.ini says where its sessions are: VCAP_SERVICES has no service in it" 'the log'
}

# If php.ini chooses cfsession, any Redis will do, although the PHP buildpack's php.ini has a folder for sessions.
takes_unnamed() {
	local app=unnamed-$1 folder
	php_version "$1"
	new_app "$app" "$buildpack php_buildpack"
	new_service cache p.redis "$redis_credentials"
	cf bind-service "$app" cache
	folder=$(app_dir "$app")/source/.bp-config/php/php.ini.d
	mkdir -p -- "$folder"
	printf 'session.save_handler = cfsession' >"$folder/sessions.ini"
	stage "$app" || wrong "staging: $(cat -- "$(app_dir "$app")/staging.log")"
	cf_start "$app" || wrong "it does not start: $(logs_of "$app")"
	counts_on "$app"
	has "$(logs_of "$app")" 'keeps its sessions in the service "cache" \(redis\)' 'the log'
}

# The application brings settings of its own, one of them in a file with the name that docs used to recommend.
keeps_settings() {
	local app=settings-$1 folder
	php_version "$1"
	new_bound_app "$app" app-redis-sessions "$redis_credentials"
	folder=$(app_dir "$app")/source/.bp-config/php/php.ini.d
	mkdir -p -- "$folder"
	echo 'cfsession.prefix = "mine:"' >"$folder/cfsession.ini"
	stage "$app" || wrong "staging: $(cat -- "$(app_dir "$app")/staging.log")"
	cf_start "$app" || wrong "it does not start: $(logs_of "$app")"
	counts_on "$app"
	has "$(run_in_app "$app" 'php --ri cfsession')" 'cfsession.prefix => mine:' 'cfsession in a task'
}

# works_with_settings APP SETTINGS: whether an application with a service and these settings has its sessions there.
works_with_settings() {
	local app=$1 folder
	php_version 5
	new_bound_app "$app" app-redis-sessions "$redis_credentials"
	folder=$(app_dir "$app")/source/.bp-config/php/php.ini.d
	mkdir -p -- "$folder"
	printf '%s\n' "$2" >"$folder/z.ini"
	stage "$app" || wrong "staging: $(cat -- "$(app_dir "$app")/staging.log")"
	cf_start "$app" || wrong "it does not start: $(logs_of "$app")"
	counts_on "$app"
	has "$(logs_of "$app")" 'keeps its sessions in the service "app-redis-sessions" \(redis\)' 'the log'
}

# A line that PHP cannot parse costs only the rest of its file, and cfsession's own is another one.
stands_broken_settings() {
	local app=broken
	works_with_settings "$app" $'\n; the next one lacks quotes\nsession.save_path = tcp://10.0.0.1:6379?auth=p(w&1'
	stop_instances
	rm -- "$(app_dir "$app")"/instance-*.log
	break_module "$app" unloadable
	refuses "$app" "syntax error, [^:]* in /home/vcap/deps/1/php/etc/php.ini.d/z.ini on line 3"
	has_not "$(logs_of "$app")" 'pipe|stdin|/tmp/' 'the log'
}

# A value in quotes may have several lines.
stands_long_settings() {
	local app=long
	works_with_settings "$app" $'session.save_path = "tcp://10.0.0.1,\n  tcp://10.0.0.2"\ncfsession.lock_ttl = 77'
	has "$(run_in_app "$app" 'php --ri cfsession')" 'cfsession.lock_ttl => 77 ' 'cfsession in a task'
	has_not "$(logs_of "$app")" 'syntax error' 'the log'
}

# Where nothing is bound, neither a log that is closed, nor one that is full, nor a lack of folders keeps the application down.
stands_no_log() {
	local log
	new_staged_app 5 no-log
	log=$(run_in_app no-log 'ini=../deps/1/php/etc/php.ini.d/cfsession-buildpack.ini
		for how in "2>&-" "2>/dev/full" ">&- 2>&-"; do
			rm -- $ini; eval "../deps/0/cfsession/start $how" && cat $ini && echo "$how: it runs"
			rm -- $ini; eval "bash -euc \". ../profile.d/0_cfsession.sh && echo sourced >sourced\" $how" && cat $ini sourced
		done
		mkdir bin && printf "#!/bin/sh\n[ \"\$1\" != -d ] && exec /bin/mktemp \"\$@\"\n" >bin/mktemp && chmod 755 bin/mktemp
		rm -- $ini; PATH=$PWD/bin:$PATH ../deps/0/cfsession/start && cat $ini && echo "no folder: it runs"
		mv ../deps/0/cfsession/start ../deps/0/cfsession/start.not
		eval "bash -euc \". ../profile.d/0_cfsession.sh && echo sourced without it\" 2>/dev/full"')
	is 7 "$(grep -c '^extension=' <<<"$log")" 'settings written'
	is 4 "$(grep -c ': it runs$' <<<"$log")" 'starts'
	is 3 "$(grep -c '^sourced$' <<<"$log")" 'scripts sourced'
	has "$log" 'sourced without it$' 'the log'
}

# break_module APP HOW: damages the file for this PHP.
break_module() {
	local modules
	modules=$(deps_of "$1")/0/cfsession/modules
	case $2 in
		missing) mv -- "$modules/$api-nts" "$modules/20190902-nts" ;;
		unloadable) echo 'not a library' >"$modules/$api-nts/cfsession.so" ;;
		# A module for PHP 7.4: its description begins with its size, then the number of the API.
		foreign)
			php -n -r '[, $file, $api] = $argv;
				$module = file_get_contents($file);
				$at = strpos($module, pack("vxxV", 168, $api));
				file_put_contents($file, substr_replace($module, pack("V", 20190902), $at + 4, 4));' \
				"$modules/$api-nts/cfsession.so" "$api"
			;;
	esac
}

# refuses_broken VERSION HOW PATTERN: with a service, the application refuses to start, unless the variable allows it;
# without a service, it starts.
refuses_broken() {
	local version=$1 how=$2 pattern=$3 app=$2-$1
	new_staged_app "$version" "$app" app-redis-sessions
	break_module "$app" "$how"
	refuses "$app" "$pattern"
	cf set-env "$app" CFSESSION_OPTIONAL true
	cf_start "$app" || wrong "it does not start with the variable: $(logs_of "$app")"
	has "$(logs_of "$app")" "$pattern.*NOT kept in it" 'the log with the variable'
	stop_instances
	new_staged_app "$version" "$app-unbound"
	break_module "$app-unbound" "$how"
	keeps_files "$app-unbound"
	has "$(logs_of "$app-unbound")" "$pattern.*No service is bound for sessions" 'the log without a service'
}

# Folders that are read-only, or do not exist.
needs_its_folder() {
	new_staged_app 5 readonly app-redis-sessions
	chmod 555 "$(php_of readonly)/etc/php.ini.d"
	refuses readonly 'php.ini.d cannot be written to'
	rm -r -- "$(php_of readonly)/etc/php.ini.d"
	cf_start readonly || wrong "it does not start without the folder: $(logs_of readonly)"
	counts_on readonly
	new_staged_app 5 readonly-unbound
	chmod 555 "$(php_of readonly-unbound)/etc/php.ini.d"
	# The PHP buildpack's own start script needs them.
	has "$(run_in_app readonly-unbound 'echo it runs')" 'cannot be written to.*No service is bound.*it runs' 'the log'
}

# A fake PHP that says what a real one would.
write_php() {
	local php=$1 version=$2 build=$3 refusal=$4
	mkdir -p -- "$php/bin"
	cat >"$php/bin/php" <<END
#!/bin/bash
case \$(cat) in
	*cfsession.so*) echo '$refusal' ;;
esac
printf 'phpinfo()\nPHP Version => $version\nPHP Extension Build => $build\n'
END
	chmod 755 "$php/bin/php"
}

# Each PHP gets its own cfsession, or its own reason; a folder called php without a PHP is ignored.
serves_several() {
	local log deps
	new_staged_app 5 several
	deps=$(deps_of several)
	cp -R -- "$deps/1/php" "$work/php-of-2"
	mkdir -- "$deps/2" "$deps/3" "$deps/4" "$deps/5"
	mv -- "$work/php-of-2" "$deps/2/php"
	write_php "$deps/3/php" 8.4.1 API20240924,TS ''
	write_php "$deps/4/php" 8.2.1 "API$api,NTS" \
		'PHP Fatal error: Unable to start cfsession: Cannot load module "cfsession" because required module "session" is not loaded'
	mkdir -p -- "$deps/5/php/src"
	log=$(run_in_app several 'cat ../deps/*/php/etc/php.ini.d/cfsession-buildpack.ini; ls ../deps/*/php/etc/php.ini.d')
	is 2 "$(grep -c "^extension=\"/home/vcap/deps/0/cfsession/modules/$api-nts/cfsession.so\"$" <<<"$log")" 'settings written'
	has "$log" "PHP 8.4.1 \(20240924-zts\) runs without it: this buildpack has it for .*$api-nts.* only" 'the log'
	has "$log" 'PHP 8.2.1 .*required module "session" is not loaded' 'the log'
	is 4 "$(grep -c '^cfsession 0' <<<"$log")" 'the number of lines'
}

says_that_there_is_no_php() {
	new_staged_app 5 phpless app-redis-sessions
	rm -r -- "$(php_of phpless)"
	has "$(run_in_app phpless 'echo it runs')" 'no PHP is in /home/vcap/deps or /home/vcap/app.*it runs' 'the log'
}

# Sourcing the script changes no names of the shell, however strict that is; each file is written whole, and once.
leaves_no_trace() {
	local version=$1 app=trace-$1 log
	new_staged_app "$version" "$app" app-redis-sessions
	cat >"$(app_dir "$app")/staging/tmp/app/strict" <<'END'
set -euo pipefail
: "${PHP_INI_SCAN_DIR=}"
names() { declare -p | grep -vE ' (_|BASH[A-Z_]*|FUNCNAME|PIPESTATUS|RANDOM|SECONDS|EPOCH[A-Z]*|SRANDOM|LINENO|before|after|PHP_INI_SCAN_DIR)(=|$)'; declare -F; set +o; }
before=$(names)
source "$HOME"/../profile.d/0_cfsession.sh
first=$PHP_INI_SCAN_DIR
source "$HOME"/../profile.d/0_cfsession.sh
unset first_
after=$(names | grep -v '^declare -- first=')
[[ $before == "$after" ]] || diff <(echo "$before") <(echo "$after")
[[ $first == "$PHP_INI_SCAN_DIR" ]] || echo "the variable grows: $PHP_INI_SCAN_DIR"
END
	log=$(run_in_app "$app" 'bash strict; find "$TMPDIR" /tmp -name "cfsession*"; find .. -name "*cfsession*" -path "*php.ini.d*"')
	is 1 "$(grep -c '^cfsession 0' <<<"$log")" 'the number of lines'
	is 1 "$(grep -c 'php.ini.d/cfsession-buildpack.ini$' <<<"$log")" 'the number of files'
	is 2 "$(wc -l <<<"$log")" "the number of lines and files ($log)"
}

# Sidecars start with the application, and source the same files: PHP never sees half of one, nor two of them.
stands_crowds() {
	local log
	new_staged_app 5 crowd app-redis-sessions
	cat >"$(app_dir crowd)/staging/tmp/app/mv" <<'END'
#!/bin/bash
echo ../deps/1/php/etc/php.ini.d/*.ini >>seen
exec /bin/mv "$@"
END
	log=$(run_in_app crowd 'chmod 755 mv; PATH=$PWD:$PATH; rm ../deps/1/php/etc/php.ini.d/cfsession*
		../deps/0/cfsession/start; cat seen; echo "no line" >../deps/1/php/etc/php.ini.d/cfsession-buildpack.ini
		for i in 1 2 3 4 5 6; do ../deps/0/cfsession/start & done
		wait; ls -A ../deps/1/php/etc/php.ini.d; cat ../deps/1/php/etc/php.ini.d/cfs*')
	has "$log" $'\n../deps/1/php/etc/php.ini.d/include-path.ini\n' 'what is there before the file is'
	has "$log" $'cfsession-buildpack.ini\ninclude-path.ini\nextension="[^"]*"$' 'the folder and the file'
}

# Names that no platform gives, but that a copy of one may give.
bears_spaces() {
	local log
	new_staged_app 5 spaces 'our redis-sessions & more'
	has "$(cat -- "$(app_dir spaces)/staging.log")" 'led past' 'the log of staging'
	log=$(run_in_app spaces 'cp -R ../deps "../my deps"; rm "../my deps"/1/php/etc/php.ini.d/cfsession*
		DEPS_DIR="$HOME/../my deps" "../my deps/0/cfsession/start" && PHPRC="../my deps/1/php/etc" \
			PHP_INI_SCAN_DIR="../my deps/1/php/etc/php.ini.d" php --ri cfsession')
	has "$log" 'in the service "our redis-sessions & more" \(redis\).*Backend => redis' 'what it says'
	mkdir -p -- "$work/my files/app"
	VCAP_SERVICES="{\"user-provided\":[{\"name\":\"redis-sessions\"}]}" "$(app_dir spaces)/staging/tmp/buildpacks/0/bin/supply" \
		"$work/my files/app" "$work/my files" "$work/my files" 0 >"$work/spaces.log" || wrong 'supply fails'
	[[ ! -e $work/my\ files/0/env/BUILD_DIR && -x $work/my\ files/0/cfsession/start ]] || wrong 'supply trips over spaces'
}

# An application that loads its own cfsession keeps it if PHP can load it; otherwise it gets ours.
respects_own() {
	local folder
	php_version 5
	new_bound_app own app-redis-sessions "$redis_credentials"
	folder=$(app_dir own)/source
	mkdir -p -- "$folder/lib" "$folder/.bp-config/php/php.ini.d"
	cp -- "$(dirname "$buildpack")"/dist/*/lib/"$api-nts"/* "$folder/lib"
	echo 'extension = "/home/vcap/app/lib/cfsession.so"' >"$folder/.bp-config/php/php.ini.d/own.ini"
	stage own
	cf_start own || wrong "it does not start: $(logs_of own)"
	counts_on own
	has "$(logs_of own)" "has the application's own cfsession" 'the log'
	has_not "$(logs_of own)" 'already loaded' 'the log'
	stop_instances
	echo 'no library' >"$(app_dir own)/staging/tmp/app/lib/cfsession.so"
	cf_start own || wrong "it does not start: $(logs_of own)"
	counts_on own
}

# How each kind of binding is recognised if PHP cannot load cfsession.
knows_services_by_name() {
	local how
	new_staged_app 5 known
	break_module known missing
	for how in 'VCAP_SERVICES_FILE_PATH=/home/vcap/app/services' 'SERVICE_BINDING_ROOT=/home/vcap/app/bindings' \
		'CFSESSION_SERVICE=cache' "REDIS_SESSION_STORE_SERVICE_NAME=our-store SERVICE_BINDING_ROOT=/home/vcap/app/other"; do
		cp -R -- "$root/tests/packaging/cloud-foundry/bindings/." "$(app_dir known)/staging/tmp/app"
		read -r -a words <<<"$how"
		printf '%s\n' "${words[@]}" >"$(app_dir known)/env"
		refuses known 'this buildpack has it for'
	done
}

# The file of bindings may be anything, such as a pipe: the script must not wait for it.
waits_for_no_pipe() {
	local log
	new_staged_app 5 pipe
	break_module pipe missing
	log=$(run_in_app pipe 'mkdir .bp-config && mkfifo services .bp-config/options.json
		VCAP_SERVICES_FILE_PATH=$PWD/services timeout 20 ../deps/0/cfsession/start && echo "it ends"')
	has "$log" 'No service is bound for sessions.*it ends' 'the log'
}

# The same tarball gives the same bytes, and the scripts are where the platform looks for them.
is_packed_the_same() {
	local again
	again=$(umask 077 && TZ=Asia/Tokyo "$root/packaging/cloud-foundry/package" "$tarball" "$work/again")
	is "$(cksum <"$buildpack")" "$(cksum <"$again")" 'the second archive'
	has "$(zipinfo "$again" 'bin/*')" 'rwxr-xr-x.*bin/detect.*rwxr-xr-x.*bin/finalize.*rwxr-xr-x.*bin/supply' 'the archive'
}

# docs/cloud-foundry.md's first block: what makes the tarball installs what packs it. Elsewhere, it says what is missing.
needs_zip() {
	local bin=$work/bin command
	has " $("$root/scripts/install-dependencies" --list dist) " ' zip ' 'what scripts/dist installs'
	mkdir -- "$bin"
	for command in bash env dirname mkdir; do
		ln -s -- "$(command -v "$command")" "$bin"
	done
	! PATH=$bin "$root/packaging/cloud-foundry/package" "$tarball" "$work/no-zip" 2>"$work/no-zip.log" || wrong 'it is packed'
	is 'package: this needs zip, which scripts/install-dependencies dist installs' "$(<"$work/no-zip.log")" 'what it says'
}

# An incompletely downloaded tarball may contain all files, and lack only the last compressed bytes.
is_not_packed_of_a_part() {
	local part
	part=$work/$(basename -- "$tarball")
	head -c -20 "$tarball" >"$part"
	! "$root/packaging/cloud-foundry/package" "$part" "$work/part" 2>"$work/part.log" || wrong 'it is packed'
	has "$(<"$work/part.log")" 'unexpected end of file' 'what it says'
	is '' "$(ls "$work/part")" 'what is written'
}

# The buildpack refuses to be the only one, or the last.
comes_first() {
	php_version 5
	new_app last "php_buildpack $buildpack"
	! stage last || wrong 'it can be last'
	has "$(cat -- "$(app_dir last)/staging.log")" 'name the PHP buildpack last' 'the log'
	! "$(app_dir last)/staging/tmp/buildpacks/1/bin/detect" /tmp || wrong 'it volunteers'
}

# steps_block LANGUAGE: the first block in that language under "Steps" in docs/cloud-foundry.md.
steps_block() {
	sed -n '/^## Steps/,$p' "$root/docs/cloud-foundry.md" | sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/p" | sed '/^```$/q' | grep -v '^```'
}

# docs/cloud-foundry.md, "Steps": its first block, word by word, shows what the page says, once for each instance.
does_as_documented() {
	local steps version=$1
	php_version "$version"
	steps=$(steps_block sh)
	has "$steps" 'cf push .*cf create-service .*app-redis-sessions.*cf bind-service .*cf restage ' 'the block'
	rm -rf -- "$(app_dir my-app)" "$work/services"
	new_app my-app php_buildpack
	eval "$steps" >"$work/steps.log" || wrong "the steps fail: $(cat -- "$work/steps.log" "$(app_dir my-app)/staging.log")"
	counts_on my-app
	is "$(steps_block text | sed "s/PHP 8\.[0-9.]* ([0-9]*-nts)/PHP/")" \
		"$(sed "s/PHP 8\.[0-9.]* ($api-nts)/PHP/" "$work/steps.log" | uniq)" 'what the last step shows'
	has "$(run_in_app my-app cfsession-doctor)" 'app-redis-sessions' 'the doctor'
}

# }}}

stack=$(stack_dir)
"$root/packaging/cloud-foundry/package" "$tarball" "$work" >"$work/package.log"
buildpack=$(<"$work/package.log")
mkdir -- "$work/dist"
tar -C "$work/dist" -xzf "$tarball"
make_php "$work/php"
start_stores

try package is_packed_the_same
try part is_not_packed_of_a_part
try zip needs_zip
try page pastes docs/cloud-foundry.md
try order comes_first
try staging passes_staging
try staging-unbound leaves_staging_alone
for version in 5 4; do
	try "$version.x-redis" is_kept_in "$version" "redis-$version" app-redis-sessions "$redis_credentials" redis
	try "$version.x-tls" is_kept_in "$version" "tls-$version" redis-sessions "$tls_credentials" redis
	try "$version.x-memcached" is_kept_in "$version" "memcached-$version" our-memcached-sessions "$memcached_credentials" memcached
	try "$version.x-named" is_named_by_variable "$version"
	try "$version.x-unbound" starts_without_service "$version"
	try "$version.x-unnamed" takes_unnamed "$version"
	try "$version.x-settings" keeps_settings "$version"
	try "$version.x-missing" refuses_broken "$version" missing 'this buildpack has it for 20190902-nts only'
	try "$version.x-sourced-twice" leaves_no_trace "$version"
	try "$version.x-steps" does_as_documented "$version"
done
try unloadable refuses_broken 5 unloadable 'Unable to load dynamic library'
try foreign refuses_broken 5 foreign 'API=20190902'
try broken-settings stands_broken_settings
try long-settings stands_long_settings
try no-log stands_no_log
try folders needs_its_folder
try several serves_several
try no-php says_that_there_is_no_php
try crowd stands_crowds
try spaces bears_spaces
try own respects_own
try names knows_services_by_name
try pipe waits_for_no_pipe
((failures == 0))
