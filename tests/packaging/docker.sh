#!/usr/bin/env bash
# Tests packaging/docker, docs/docker.md and docs/kubernetes.md without Docker and Kubernetes: carries out the Dockerfiles'
# instructions on a copy of the official image, and starts the result as compose.yaml and the Deployment say.
#   tests/packaging/docker.sh TARBALL
# Needs root, and a Debian 13 in a folder, which it makes if it is not there, as scripts/test does.
# shellcheck disable=SC2317 # functions that try runs
set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"
# shellcheck source=scripts/php-source.sh
. "$root/scripts/php-source.sh"
# shellcheck source=scripts/platform.sh
. "$root/scripts/platform.sh"
# shellcheck source=tests/packaging/web.inc
. "$root/tests/packaging/web.inc"
# shellcheck source=tests/packaging/paste.inc
. "$root/tests/packaging/paste.inc"
# shellcheck source=tests/packaging/image.inc
. "$root/tests/packaging/image.inc"

[[ -f ${1-} ]] || die 'the tarball that scripts/dist has made?'
((EUID == 0)) || die 'chroot and overlay want root'
# Mounts end with this script, however it ends.
if [[ ! ${CFSESSION_OWN_MOUNTS-} ]]; then
	CFSESSION_OWN_MOUNTS=1 exec unshare --mount -- "$0" "$@"
fi
tarball=$(realpath -- "$1")
work=$(mktemp -d "${TMPDIR:-/tmp}/cfsession-docker.XXXXXXXX")
trap 'umount --recursive --lazy -- "$work"/layer.*/root 2>/dev/null; rm -rf --one-file-system -- "$work"' EXIT
chmod 755 "$work"
mkdir -- "$work/tmp"
failures=0
compose=$root/packaging/docker/compose.yaml
page=/var/www/html/index.php

# yaml FILE KEY...: see yaml.php
yaml() {
	php "$root/tests/packaging/yaml.php" "$@"
}

# {{{ Images

# Saves the result of a Dockerfile for the next tests, which run in shells of their own.
keep_image() {
	echo "$stage_layers" >"$work/image"
}

# Makes a container's own copy of it. Sets image.
run_image() {
	new_layer "$(<"$work/image")"
	image=$layer
	mount -t proc proc "$image/proc"
	cp -- "$root/examples/counter/index.php" "$image$page"
}

build_from_sources() {
	local development
	build_image "$root/packaging/docker/Dockerfile" "$work/context"
	says 'hiredis' in_image "$stage" php --ri cfsession
	equals 'the status of php --ri' 0 "$status"
	# shellcheck disable=SC2016 # dpkg-query replaces it
	development=$(in_image "$stage" dpkg-query -W -f '${Package}\n' | grep -E '^lib(hiredis|memcached|ssl)-dev' || true)
	equals 'what is for building, in the image' '' "$development"
	in_image "$stage" cfsession-doctor --help >"$work/tmp/doctor.out"
	keep_image
}

# lend_extension FILE: for a tarball without an extension for PHP 8.4, uses the one built from the sources, and adds its
# libraries to the base image, because it does not bring them.
lend_extension() {
	local built
	run_image
	built=$image$(in_image "$image" php-config --extension-dir)/cfsession.so
	mkdir -p -- "$(dirname -- "$1")"
	mv -- "$built" "$1"
	rm -- "$image"/usr/local/etc/php/conf.d/*cfsession.ini "$image/usr/local/bin/cfsession-doctor"
	base=$layers
}

# own_context DIR: makes a folder with the tarball, the Dockerfile of docs/docker.md, and a page.
own_context() {
	local context=$1 name so
	name=$(basename -- "$tarball" .tar.gz)
	so=$context/$name/lib/20240924-nts/cfsession.so
	mkdir -- "$context"
	tar -C "$context" -xzf "$tarball"
	[[ -f $so ]] || lend_extension "$so"
	tar -C "$context" -czf "$context/$name.tar.gz" "$name"
	rm -r -- "${context:?}/$name"
	echo '<?php echo "mine";' >"$context/index.php"
	# shellcheck disable=SC2016 # Markdown
	sed -n '/^```dockerfile$/,/^```$/p' "$root/docs/docker.md" |
		sed "/^\`\`\`/d; s/cfsession-[0-9.]*-linux-x86_64/$name/" >"$context/Dockerfile"
}

build_from_tarball() {
	own_context "$work/own"
	build_image "$work/own/Dockerfile" "$work/own"
	equals 'the page' mine "$(in_image "$stage" php "$page")"
	equals 'the handler' cfsession "$(in_image "$stage" php -r 'echo ini_get("session.save_handler");')"
	in_image "$stage" cfsession-doctor --help >"$work/tmp/doctor.out"
}

# The password that compose.yaml reads gets into no release, whether git knows what to ignore or not.
keeps_password_out() {
	local root=$root
	copy_sources "$work/without-git"
	[[ ! -f $root/.gitignore ]] || cp -- "$root/.gitignore" "$work/without-git"
	root=$work/without-git
	echo REDIS_PASSWORD=S3cret >"$root/packaging/docker/.env"
	equals 'in a release' '' "$(release_archive | tar -t | grep -F .env || true)"
	git -C "$root" init -q
	[[ -f $root/.gitignore ]] || echo .env >"$root/.gitignore"
	release_archive | tar -t >"$work/tmp/release.out"
	grep -qx packaging/docker/compose.yaml "$work/tmp/release.out"
	equals 'in a checkout' '' "$(grep -F .env "$work/tmp/release.out" || true)"
}

# }}}
# {{{ Containers

# start_container NAME PORT [NAME=VALUE...]: starts the image's PHP-FPM at this port, as a container called NAME. Sets
# container_pid.
start_container() {
	local name=$1 port=$2 log=$work/tmp/$1.out config=/tmp/php-fpm-$2.conf
	shift 2
	sed "s/^listen = .*/listen = 127.0.0.1:$port/" "$image/usr/local/etc/php-fpm.conf" >"$image$config"
	# shellcheck disable=SC2016 # for the shell inside
	unshare --uts -- /bin/sh -c 'hostname "$0"; exec "$@"' "$name" chroot "$image" /usr/bin/env -i HOME=/root \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "${image_environment[@]}" "$@" \
		php-fpm -y "$config" >"$log" 2>&1 &
	container_pid=$!
	wait_for_log "$container_pid" "$log" 'ready to handle connections'
}

# start_one [NAME=VALUE...]: one container, with nginx in front.
start_one() {
	local port
	port=$(free_port)
	start_container app-1 "$port" "$@"
	start_nginx "127.0.0.1:$port"
}

# Starts Redis as compose.yaml does, except for its address. $$ is compose's $.
start_composed_redis() {
	local command
	mapfile -t command < <(yaml "$compose" services redis command)
	equals 'how Redis is started' 'sh -c' "${command[*]:0:2}"
	export REDIS_PASSWORD=$1
	start_store "$work/tmp/redis.out" 'Ready to accept connections' \
		sh -c "${command[2]//\$\$/\$} --port PORT --bind 127.0.0.1 --dir $work/tmp"
	echo '127.0.0.1 redis' >>"$image/etc/hosts"
}

is_healthy() {
	local healthcheck
	healthcheck=$(yaml "$compose" services redis healthcheck test 1)
	healthcheck=${healthcheck//\$\$/\$}
	sh -c "${healthcheck//redis-cli/redis-cli -p $store_port}"
}

# Starts the services of compose.yaml, with a password that needs escapes wherever it is pasted. Sets containers.
compose_up() {
	# shellcheck disable=SC2016 # not a variable
	local password='p+a&s "s%21$x' service environment ports=()
	run_image
	start_composed_redis "$password"
	containers=()
	for service in app-1 app-2; do
		equals 'the page' '../../examples/counter:/var/www/html:ro' "$(yaml "$compose" services "$service" volumes 0)"
		mapfile -t environment < <(yaml "$compose" services "$service" environment)
		environment=("${environment[@]/%\$\{REDIS_PASSWORD:?*\}/"$password"}")
		ports+=("$(free_port)")
		start_container "$(yaml "$compose" services "$service" hostname)" "${ports[-1]}" "${environment[@]}" REDIS_PORT="$store_port"
		containers+=("$container_pid")
	done
	equals "nginx's configuration" ./nginx.conf:/etc/nginx/conf.d/default.conf:ro "$(yaml "$compose" services web volumes 0)"
	start_nginx "${ports[@]/#/127.0.0.1:}"
}

counts_across_instances() {
	compose_up
	is_healthy
	says NOAUTH redis-cli -p "$store_port" get x
	counts_on redis >"$work/tmp/answers.out"
	equals 'who answered' 'app-1 app-2' "$(sed -E 's/.*instance=([^ ]+).*/\1/' "$work/tmp/answers.out" | sort -u | xargs)"
	kill -- "${containers[0]}"
	wait "${containers[0]}" || true
	says 'count=4 instance=app-2' visit
	says 'count=5 instance=app-2' visit
}

memcached_with_login() {
	run_image
	start_sasl_memcached "$work/memcached" app S3cret
	start_one MEMCACHED_HOST=127.0.0.1 MEMCACHED_PORT="$store_port" MEMCACHED_USERNAME=app MEMCACHED_PASSWORD=S3cret
	counts_on memcached
}

# If nothing says where the server is, there is no session, and the log says why.
nothing_said() {
	run_image
	start_one
	says 'out of reach' visit
	grep -F 'session_start(): cfsession: ' "$work/tmp/app-1.out"
}

# }}}
# {{{ Kubernetes: what docs/kubernetes.md says

kubernetes() {
	yaml "$root/docs/kubernetes.md" "$@"
}

# mount_secret DOCUMENT [KEY=VALUE...]: lays a Secret out as kubelet does, with some values changed. Sets secret.
mount_secret() {
	local document=$1 pair data
	shift
	secret=$(mktemp -d "$work/secret.XXXXXXXX")
	chmod 755 "$secret"
	data=$secret/..2026_11_28
	mkdir -- "$data"
	ln -s -- "${data##*/}" "$secret/..data"
	while IFS= read -r pair; do
		printf '%s' "${pair#*=}" >"$data/${pair%%=*}"
		ln -s -- "..data/${pair%%=*}" "$secret/${pair%%=*}"
	done < <(kubernetes "$document" stringData)
	for pair in "$@"; do
		[[ -f $data/${pair%%=*} ]] || { echo "the Secret has no ${pair%%=*}" && return 1; }
		printf '%s' "${pair#*=}" >"$data/${pair%%=*}"
	done
}

# pod BACKEND: starts the Deployment's container, visits and probes it.
pod() {
	local container=(1 spec template spec containers 0) variable mount
	variable=$(kubernetes "${container[@]}" env 0 name)=$(kubernetes "${container[@]}" env 0 value)
	mount=$(kubernetes "${container[@]}" volumeMounts 0 mountPath)
	run_image
	mkdir -p -- "$image$mount"
	mount --bind "$secret" "$image$mount"
	start_one "$variable"
	counts_on "$1"
	in_image "$image" "$variable" "$(kubernetes "${container[@]}" readinessProbe exec command 0)" >"$work/tmp/doctor.out"
}

kubernetes_redis() {
	start_password_redis change-me
	mount_secret 0 host=127.0.0.1 port="$store_port"
	pod redis
}

kubernetes_memcached() {
	start_sasl_memcached "$work/memcached-pod" app change-me
	mount_secret 3 servers="127.0.0.1:$store_port"
	pod memcached
}

# }}}
# {{{ Alpine

# The headers that the extension needs besides the C library's. Debian has some of OpenSSL's in another folder.
alpine_headers() {
	local name
	mkdir -- "$1"
	for name in hiredis libmemcached libmemcached-1.0 libhashkit libhashkit-1.0 sasl zstd.h lz4.h lz4hc.h; do
		ln -s -- "/usr/include/$name" "$1/$name"
	done
	cp -R -- /usr/include/openssl "$1/openssl"
	cp -R -- "/usr/include/$(gcc -print-multiarch)/openssl/." "$1/openssl"
}

# names_of LIBRARY: the symbols that it defines.
names_of() {
	nm --dynamic --defined-only --format=posix "$1" | sed -E 's/[@ ].*//' | sort -u
}

compiles_with_musl() {
	local includes file dir=$work/musl
	read -r -d '' -a includes < <(php-config --includes) || true
	alpine_headers "$work/include"
	copy_sources "$dir"
	(cd -- "$dir" && phpize && ./configure) >"$work/tmp/configure.out" 2>&1
	for file in "$dir"/*.c "$dir"/{backends,bindings,session,target}/*.c; do
		echo "$file"
		musl-gcc -std=gnu11 -O2 -fPIC -Wall -Wextra -Werror -Wno-unused-parameter -DHAVE_CONFIG_H -DCOMPILE_DL_CFSESSION \
			-DZEND_ENABLE_STATIC_TSRMLS_CACHE=1 -D_GNU_SOURCE -I"$dir" "${includes[@]/#-I/-isystem}" -idirafter "$work/include" -idirafter "$work/include/hiredis" \
			-c -o "${file%.c}.musl.o" "$file"
	done
	nm --undefined-only --format=posix "$dir"/*.musl.o "$dir"/*/*.musl.o | awk '$2 == "U" { print $1 }' | sort -u >"$work/called"
	grep -qx getaddrinfo "$work/called"
	equals 'what glibc has and musl has not' '' "$(comm -12 "$work/called" <(names_of "/lib/$(gcc -print-multiarch)/libc.so.6") |
		comm -23 - <(names_of "/lib/ld-musl-$(uname -m).so.1"))"
}

# }}}

try docker-env keeps_password_out
try docker-page pastes docs/docker.md
try kubernetes-page pastes docs/kubernetes.md
copy_sources "$work/context"
make_base "$(platform_dir 8.4)"
try docker-build build_from_sources
try docker-build-tarball build_from_tarball
try docker-compose counts_across_instances
try docker-memcached memcached_with_login
try docker-nothing-said nothing_said
try kubernetes-redis kubernetes_redis
try kubernetes-memcached kubernetes_memcached
try alpine-musl compiles_with_musl
exit "$failures"
