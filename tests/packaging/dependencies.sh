#!/usr/bin/env bash
# scripts/install-dependencies, and so scripts/demo, must not print a package manager's output unless that fails. Prints a
# line for each case, PASS or FAIL. The test has its own package manager, so nothing is installed.
set -euo pipefail

# shellcheck source=scripts/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

# program NAME: makes a program of that name from standard input.
program() {
	cat >"$bin/$1"
	chmod +x "$bin/$1"
}

# is NAME STATUS OUTPUT FAILING: what it does where apt-get fails to do what is named.
is() {
	local name=$1 status=0 expected=$2 output=$3 said
	said=$(PATH=$bin:$PATH TMPDIR=$scratch/tmp FAILING=$4 "$root/scripts/install-dependencies" servers 2>&1) || status=$?
	if [[ $status != "$expected" || $said != "$output" ]]; then
		echo "FAIL dependencies: $name: status $status: $(tr '\n' '|' <<<"$said")"
		failed=1
	elif [[ $(ls -A "$scratch/tmp") ]]; then
		echo "FAIL dependencies: $name: it leaves $(ls -A "$scratch/tmp")"
		failed=1
	else
		echo "PASS dependencies: $name"
	fi
}

failed=0
scratch=$(mktemp -d "${TMPDIR:-/tmp}/cfsession-dependencies.XXXXXXXX")
trap 'rm -rf -- "$scratch"' EXIT
bin=$scratch/bin
mkdir -- "$bin" "$scratch/tmp"
# No package is installed, and the PATH has everything else.
program dpkg-query <<<'#!/bin/sh'
for name in redis-server memcached; do
	program "$name" <<<'#!/bin/sh'
done
program sudo <<'END'
#!/bin/sh
shift
exec "$@"
END
# "update" and "install" are its first words.
program apt-get <<'END'
#!/bin/sh
echo "apt-get prints $1"
echo "apt-get complains of $1" >&2
[ "$1" != "$FAILING" ]
END

first='Installing (named as in Debian): sasl2-bin libsasl2-modules'
last='install-dependencies: could not install: sasl2-bin libsasl2-modules'
is 'quiet' 0 "$first" ''
is 'no lists' 1 "$first"$'\napt-get prints update\napt-get complains of update\n'"$last" update
is 'no packages' 1 "$first"$'\napt-get prints install\napt-get complains of install\n'"$last" install
((failed == 0))
