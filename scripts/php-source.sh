# shellcheck shell=bash
# PHP's source, from Debian's source packages: to be sourced after lib.sh, runs nothing by itself.

# source_apt DIR COMMAND...: apt-get or apt-cache, with what DIR/sources.list says, in DIR.
source_apt() {
	local dir=$1 command=$2
	shift 2
	# It may download as root, and a mirror may be a little behind: there are signatures for all of it.
	"$command" -qq -o Dir::Etc::SourceList="$dir/sources.list" -o Dir::Etc::SourceParts=/dev/null \
		-o Dir::State::Lists="$dir/lists" -o Dir::Cache="$dir" -o APT::Sandbox::User=root \
		-o Acquire::Check-Valid-Until=false "$@"
}

# fetch_php_source PACKAGE DIR [PATTERN...]: the files of the newest version there is into the new folder
# DIR, or those that match, and the version into DIR/version. Where to have it from, as lines of a
# sources.list, is read from standard input.
fetch_php_source() {
	local package=$1 dir=$2 version versions
	shift 2
	mkdir -p -- "$dir/apt/lists/partial" "$dir/apt/archives/partial"
	cat >"$dir/apt/sources.list"
	source_apt "$dir/apt" apt-get update
	versions=$(source_apt "$dir/apt" apt-cache showsrc "$package" | sed -n 's/^Version: //p' | sort -Vru)
	for version in $versions; do
		# A mirror may know of a version that it does not have.
		if (cd -- "$dir/apt" && source_apt "$dir/apt" apt-get source --download-only --tar-only \
			"$package=$version") >"$dir/apt/log" 2>&1; then
			tar -C "$dir" --strip-components=1 --wildcards -xf "$dir"/apt/*.orig.tar.?z "$@"
			rm -rf -- "$dir/apt"
			version=${version#*:}
			printf '%s\n' "${version%-*}" >"$dir/version"
			return
		fi
	done
	cat -- "$dir/apt/log" 2>/dev/null || true
	die "the source of $package is not to be had"
}
