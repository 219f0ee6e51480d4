# shellcheck shell=bash
# What building for a PHP needs, without PHP itself: phpize, php-config and the headers, from PHP's source. To be sourced after
# lib.sh, php-source.sh, platform.sh and static-libraries.sh, runs nothing by itself.

# debian_lines VERSION deb|deb-src: where Debian has that PHP, as lines of a sources.list.
debian_lines() {
	local mirror
	mirror=$(debian_mirror)
	case $1 in
		8.2) suite_sources ;;
		8.4) echo "$2 $mirror trixie main" ;;
		8.5) printf "$2 $mirror %s main\n" sid experimental ;;
	esac
}

debian_has_php() {
	[[ $1 =~ ^8\.(2|4|5)$ ]]
}

# version_of_source DIR: "8.3.12"
version_of_source() {
	sed -nE 's/^#define PHP_VERSION "([0-9]+\.[0-9]+\.[0-9]+).*/\1/p' "$1/main/php_version.h"
}

# unpack_source PATH DIR: a folder or an archive of PHP's source, into the new folder DIR.
unpack_source() {
	local path=$1 dir=$2
	mkdir -p -- "$dir"
	if [[ -d $path ]]; then
		cp -a -- "$path/." "$dir"
	else
		tar -C "$dir" --strip-components=1 -xf "$path"
	fi
	[[ -f $dir/main/php_version.h ]] || die "$path is not PHP's source: it has no main/php_version.h"
}

# fetch_php VERSION DIR: Debian's source.
fetch_php() {
	debian_lines "$1" deb-src | fetch_php_source "php$1" "$2"
}

# fetch_php_dev VERSION DIR: phpize, php-config and the headers of Debian's package, which has no threads, changed to
# work from DIR.
fetch_php_dev() {
	local version=$1 dir=$2
	debian_lines "$version" deb | begin_sources "$dir"
	(cd -- "$dir/apt" && logged "$dir/download.log" source_apt "$dir/apt" apt-get download "php$version-dev")
	dpkg-deb --extract "$dir"/apt/*.deb "$dir"
	rm -rf -- "$dir/apt"
	sed -i -E "s#^prefix=.*#prefix='$dir/usr'#; s#^aclocaldir=.*#aclocaldir=/usr/share/aclocal#" \
		"$dir/usr/bin/"php*"$version"
	mkdir -- "$dir/bin"
	ln -s -- "../usr/bin/phpize$version" "$dir/bin/phpize"
	ln -s -- "../usr/bin/php-config$version" "$dir/bin/php-config"
}

configure_php() {
	local source=$1 threads=$2 prefix=$3 options=()
	[[ $threads == nts ]] || options=(--enable-zts)
	if [[ ! -x $source/configure ]]; then
		(cd -- "$source" && ./buildconf --force)
	fi
	"$source/configure" --prefix="$prefix" --disable-all --enable-session --disable-cgi --disable-phpdbg \
		"${options[@]}"
	make install-headers install-build install-programs
}

# install_php_headers SOURCE nts|zts DIR: into the new folder DIR, without compiling PHP.
install_php_headers() {
	local source=$1 threads=$2 dir=$3
	mkdir -p -- "$dir/build"
	(cd -- "$dir/build" && logged "$dir/configure.log" configure_php "$source" "$threads" "$dir")
	rm -rf -- "$dir/build"
}

# is_system_php VERSION nts|zts: whether that is the PHP whose php-config is on the PATH.
is_system_php() {
	[[ $(php-config --version 2>/dev/null) == "$1".* ]] || return 1
	if grep -q '^#define ZTS 1' "$(php-config --include-dir)/main/php_config.h"; then
		[[ $2 == zts ]]
	else
		[[ $2 == nts ]]
	fi
}
