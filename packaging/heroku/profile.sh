# shellcheck shell=bash
# Sourced when a dyno starts: makes PHP load the cfsession of its API and, if there is a service, keep sessions there. May
# be sourced twice, and under set -eu.

# The API and the kind of the dyno's PHP: 20240924-nts.
cfsession_php_build() {
	"$HOME/.heroku/php/bin/php" -n -i 2>/dev/null | sed -nE 's/^PHP Extension Build => API([0-9]+),NTS$/\1-nts/p' || true
}

# The first of these variables that is set, if there is a service.
cfsession_service() {
	local name
	for name in CFSESSION_SAVE_PATH REDIS_TLS_URL REDIS_URL REDISCLOUD_URL MEMCACHIER_SERVERS MEMCACHEDCLOUD_SERVERS \
		MEMCACHE_URL REDIS_HOST MEMCACHED_HOST; do
		if [[ ${!name-} ]]; then
			echo "$name"
			return
		fi
	done
}

# cfsession_where FILE NAME: whose word counts, as the extension in FILE says, which passes over a variable that it cannot use;
# if it does not say, as the variable NAME does.
cfsession_where() {
	local path=() where
	# shellcheck disable=SC2016 # PHP replaces it
	[[ ! ${CFSESSION_SAVE_PATH-} ]] || path=(-d 'session.save_path="${CFSESSION_SAVE_PATH}"')
	# shellcheck disable=SC2016 # a PHP script
	where=$("$HOME/.heroku/php/bin/php" -n -d display_errors=0 -d log_errors=0 -d "extension=\"$1\"" \
		-d session.save_handler=cfsession "${path[@]}" -r '
			["configured_by" => $name, "error" => $error] = cfsession_status();
			$name = $name === "session.save_path" ? "CFSESSION_SAVE_PATH" : $name;
			echo $error === null ? "sessions are where $name says" : "no session can be started: $error";
		' 2>/dev/null) || where=''
	echo "${where:-sessions are where $2 says}"
}

# heroku/php's start scripts append a folder of theirs to this list. An empty name in it means PHP's own folder, which PHP
# reads if there is no list; an empty list is a user's way to have nothing read.
cfsession_scan() {
	case :${PHP_INI_SCAN_DIR-}: in
		*:"$1":*) ;;
		*)
			if [[ ${PHP_INI_SCAN_DIR-} || ! ${PHP_INI_SCAN_DIR+set} ]]; then
				PHP_INI_SCAN_DIR=${PHP_INI_SCAN_DIR-}:$1
			else
				PHP_INI_SCAN_DIR=$1
			fi
			;;
	esac
	export PHP_INI_SCAN_DIR
}

# Writes one line to the log, but not if a user runs a command and wants only its output.
cfsession_say() {
	[[ ${DYNO-} == run.* ]] || echo "cfsession: $*" >&2 || true
}

# If PHP cannot load the extension although there is a service, sessions fail instead of going to the dyno's own files.
cfsession_start() {
	local home=$HOME/.heroku/cfsession build service said
	build=$(cfsession_php_build)
	service=$(cfsession_service)
	if [[ ! $build ]]; then
		said="there is no PHP in $HOME/.heroku/php, so no session can be started: heroku/php has to come after this buildpack"
	elif [[ ! -f $home/$build/cfsession.so ]]; then
		said="there is none for PHP's API $build, so no session can be started: take another PHP, or a newer cfsession"
	else
		cfsession_scan "$home/$build"
		said="$(<"$home/VERSION") for PHP's API $build"
	fi
	if [[ $service ]]; then
		cfsession_scan "$home/sessions"
		cfsession_say "$said; $(cfsession_where "$home/$build/cfsession.so" "$service")"
	else
		cfsession_say "${said/, so no session can be started}; no service is bound, sessions stay PHP's own files"
	fi
	[[ $service != CFSESSION_SAVE_PATH ]] || cfsession_scan "$home/save_path"
	case :$PATH: in
		*:"$home/bin":*) ;;
		*) export PATH=$PATH:$home/bin ;;
	esac
}

cfsession_start
unset -f cfsession_php_build cfsession_service cfsession_where cfsession_scan cfsession_say cfsession_start
