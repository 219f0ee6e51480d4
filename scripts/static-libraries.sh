# shellcheck shell=bash
# The libraries that scripts/dist links in, built on Debian 12 from its source packages: to be sourced
# after lib.sh and php-source.sh, runs nothing by itself.
#
# Cyrus SASL is built as a client with the mechanism PLAIN, which Memcached uses. It cannot load other mechanisms, because
# a system's plug-in folder is for its own libsasl2.

# The compiler for everything that is linked in. The next version of gcc would need a function of glibc 2.35 to handle
# exceptions.
gcc_version=11
static_flags='-O2 -fPIC -fvisibility=hidden -fstack-protector-strong -D_FORTIFY_SOURCE=2'

# logged LOG COMMAND...: prints its output only if it fails.
logged() {
	local log=$1
	shift
	if ! "$@" >"$log" 2>&1; then
		tail -n 30 -- "$log" >&2
		die "this failed, see above: $*"
	fi
}

# mapped_flags DIR: flags that make the result independent of the folder.
mapped_flags() {
	printf '%s -ffile-prefix-map=%s=.\n' "$static_flags" "$1"
}

# The version of an installed package.
package_version() {
	# shellcheck disable=SC2016 # dpkg-query replaces it, not the shell
	dpkg-query --show --showformat='${Version}' "$1" | sed 's/^[0-9]*://'
}

# add_library DIR NAME VERSION LICENCE ARCHIVE...: a line of MANIFEST, and the archives by which the linker's map shows
# that the library is linked in.
add_library() {
	local dir=$1
	shift
	(
		IFS=$'\t'
		printf '%s\n' "$*"
	) >>"$dir/libraries"
}

# add_debians DIR NAME PACKAGE LICENCE ARCHIVE: Debian's own build, which can be linked into a shared object.
add_debians() {
	local dir=$1 name=$2 package=$3 licence=$4 archive=$5
	cp -- "$("gcc-$gcc_version" -print-file-name="$archive")" "$dir/lib"
	add_library "$dir" "$name" "$(package_version "$package")" "$licence" "$archive"
}

configure_sasl() {
	local flags
	flags=$(mapped_flags "$PWD")
	# Without dlopen(), and without the folders that it would search.
	ac_cv_lib_dl_dlopen=no ac_cv_search_dlopen=no CC=gcc-$gcc_version ./configure --disable-shared --enable-static --with-staticsasl \
		--enable-plain --disable-anon --disable-cram --disable-digest --disable-scram --disable-otp --disable-srp \
		--disable-gssapi --disable-login --disable-ntlm --disable-sample --disable-alwaystrue --with-dblib=none \
		--without-pam --without-saslauthd --without-authdaemond --disable-macos-framework \
		--with-plugindir=/nonexistent --with-configdir=/nonexistent CFLAGS="$flags" CPPFLAGS="$CPPFLAGS"
	local part
	for part in include common plugins lib; do
		make -C "$part"
	done
}

add_sasl() {
	local dir=$1 source=$1/source/cyrus-sasl2
	suite_sources | fetch_patched_source cyrus-sasl2 "$source"
	(cd -- "$source" && CPPFLAGS='' logged "$dir/sasl.log" configure_sasl)
	cp -- "$source"/lib/.libs/libsasl2.a "$source"/plugins/.libs/libplain.a "$dir/lib"
	cp -R -- "$source/include" "$dir/include/sasl"
	cp -- "$source/COPYING" "$dir/licences/Cyrus SASL"
	add_library "$dir" 'Cyrus SASL' "$(<"$source/version")" BSD-4-Clause-CMU libsasl2.a libplain.a
}

build_memcached() {
	local source=$1 flags=$2 prefix=$3
	PKG_CONFIG_LIBDIR=/nonexistent cmake -S "$source" -B "$source/built" -DCMAKE_BUILD_TYPE=None \
		-DBUILD_SHARED_LIBS=OFF -DBUILD_TESTING=OFF -DBUILD_DOCS=OFF -DENABLE_SASL=ON -DENABLE_OPENSSL_CRYPTO=OFF \
		-DENABLE_MEMASLAP=OFF -DENABLE_DTRACE=OFF -DHAVE_SASL_CLIENT_DONE=1 -DCMAKE_PREFIX_PATH="$prefix" \
		-DCMAKE_C_COMPILER="gcc-$gcc_version" -DCMAKE_CXX_COMPILER="g++-$gcc_version" -DCMAKE_C_FLAGS="$flags" -DCMAKE_CXX_FLAGS="$flags"
	cmake --build "$source/built" --parallel "$(nproc)" --target libmemcached
}

add_memcached() {
	local dir=$1 source=$1/source/libmemcached
	suite_sources | fetch_patched_source libmemcached "$source"
	logged "$dir/memcached.log" build_memcached "$source" "$(mapped_flags "$source")" "$dir"
	find "$source/built" -name '*.a' -exec cp -- {} "$dir/lib" \;
	cp -R -- "$source"/include/. "$source"/built/include/. "$dir/include"
	cp -- "$source/LICENSE" "$dir/licences/libmemcached"
	add_library "$dir" libmemcached "$(<"$source/version")" BSD-3-Clause \
		libmemcached.a libmemcachedinternal.a libhashkit.a libp9y.a
}

# The compiler's own, for C++.
add_runtime() {
	local dir=$1
	add_library "$dir" 'GCC runtime' "$(package_version "libstdc++-$gcc_version-dev")" 'GPL-3.0-or-later WITH GCC-exception-3.1' \
		libstdc++.a libgcc_eh.a libgcc.a
}

# pkg_config_file DIR NAME VERSION CFLAGS LIBS
pkg_config_file() {
	local dir=$1 name=$2 version=$3 cflags=$4 libs=$5
	printf 'Name: %s\nDescription: %s\nVersion: %s\nCflags: %s\nLibs: %s\n' "$name" "$name" "${version%%-*}" "$cflags" \
		"$libs" >"$dir/lib/pkgconfig/$name.pc"
}

# build_libraries DIR: builds the libraries into the new folder DIR, so that PKG_CONFIG_PATH=DIR/lib/pkgconfig finds them.
# Those without a file there are in the folder that hiredis' file names. DIR/libraries lists all, one per line: name,
# version, licence, archives, separated by tabs.
build_libraries() {
	local dir=$1
	mkdir -p -- "$dir"/{lib/pkgconfig,include,licences,source}
	add_debians "$dir" hiredis libhiredis-dev BSD-3-Clause libhiredis.a
	add_debians "$dir" Zstandard libzstd-dev BSD-3-Clause libzstd.a
	add_debians "$dir" LZ4 liblz4-dev BSD-2-Clause liblz4.a
	add_sasl "$dir"
	add_memcached "$dir"
	add_runtime "$dir"
	# One name for everything that libmemcached needs, whatever the order of the libraries in config.m4.
	mv -- "$dir/lib/libmemcached.a" "$dir/lib/libmemcached-alone.a"
	sed -i 's/\tlibmemcached\.a\t/\tlibmemcached-alone.a\t/' "$dir/libraries"
	echo 'GROUP ( -l:libmemcached-alone.a -l:libmemcachedinternal.a -l:libhashkit.a -l:libp9y.a -l:libsasl2.a' \
		'-l:libplain.a -l:libstdc++.a )' >"$dir/lib/libmemcached.so"
	pkg_config_file "$dir" hiredis "$(package_version libhiredis-dev)" "$(pkg-config --cflags-only-I hiredis)" \
		"-L$dir/lib -lhiredis"
	pkg_config_file "$dir" libmemcached "$(<"$dir/source/libmemcached/version")" "-I$dir/include" \
		"-L$dir/lib -lmemcached"
}
