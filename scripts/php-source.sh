# shellcheck shell=bash
# Sources of PHP and of libraries, from Debian's source packages: to be sourced after lib.sh, runs nothing by itself.

# source_apt DIR COMMAND...: runs apt-get or apt-cache in DIR, with the sources of DIR/sources.list.
source_apt() {
	local dir=$1 command=$2
	shift 2
	# Downloading as root, and from a mirror that lags behind, is safe: everything is signed.
	"$command" -qq -o Dir::Etc::SourceList="$dir/sources.list" -o Dir::Etc::SourceParts=/dev/null \
		-o Dir::State::Lists="$dir/lists" -o Dir::Cache="$dir" -o APT::Sandbox::User=root \
		-o Acquire::Check-Valid-Until=false "$@"
}

# This system's sources, as lines of a sources.list.
suite_sources() {
	# shellcheck disable=SC2016 # apt replaces these, not the shell
	apt-get indextargets --format 'deb-src $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' \
		'Origin: Debian'
}

# begin_sources DIR: sets up an apt in DIR/apt. Standard input has its sources, as lines of a sources.list.
begin_sources() {
	mkdir -p -- "$1/apt/lists/partial" "$1/apt/archives/partial"
	cat >"$1/apt/sources.list"
	source_apt "$1/apt" apt-get update
}

# download_source PACKAGE DIR [APT-OPTION...]: downloads the newest version into DIR/apt, and prints its number.
download_source() {
	local package=$1 dir=$2 version versions
	shift 2
	versions=$(source_apt "$dir/apt" apt-cache showsrc --only-source "$package" | sed -n 's/^Version: //p' | sort -Vru)
	for version in $versions; do
		# A mirror may list a version that it does not have.
		if (cd -- "$dir/apt" && rm -rf -- "$package"[_-]* && source_apt "$dir/apt" apt-get source "$@" \
			"$package=$version") >"$dir/apt/log" 2>&1; then
			printf '%s\n' "${version#*:}"
			return
		fi
	done
	return 1
}

# source_is_missing PACKAGE DIR
source_is_missing() {
	cat -- "$2/apt/log" >&2 2>/dev/null || true
	die "the source of $1 cannot be downloaded"
}

# fetch_php_source PACKAGE DIR [PATTERN...]: puts the files of the newest version (or those that match) into the new folder
# DIR, and the version's number into DIR/version. Standard input is as for begin_sources.
fetch_php_source() {
	local package=$1 dir=$2 version
	shift 2
	begin_sources "$dir"
	version=$(download_source "$package" "$dir" --download-only --tar-only) || source_is_missing "$package" "$dir"
	tar -C "$dir" --strip-components=1 --wildcards -xf "$dir"/apt/*.orig.tar.?z "$@"
	rm -rf -- "$dir/apt"
	printf '%s\n' "${version%-*}" >"$dir/version"
}

# fetch_patched_source PACKAGE DIR: the same with Debian's patches, which fix later findings. If the mirror has no version
# with patches, without them, and DIR/version says so.
fetch_patched_source() {
	local package=$1 dir=$2 version
	begin_sources "$dir"
	if version=$(download_source "$package" "$dir"); then
		cp -a -- "$dir/apt/$package"-*/. "$dir"
	elif version=$(download_source "$package" "$dir" --download-only --tar-only); then
		tar -C "$dir" --strip-components=1 -xf "$dir"/apt/*.orig.tar.?z
		version=${version%-*}
	else
		source_is_missing "$package" "$dir"
	fi
	rm -rf -- "$dir/apt"
	printf '%s\n' "$version" >"$dir/version"
}
