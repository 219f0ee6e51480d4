# shellcheck shell=bash
# Gives PHP cfsession before the application starts: supply writes this file for profile.d. The platform sources it, and so
# does the start script of php-buildpack 5, under set -e. So another process does the work, and no name is left behind. If
# that process fails, the application must not start.
if [ -x "${DEPS_DIR:-/home/vcap/deps}/@INDEX@/cfsession/start" ]; then
	"${DEPS_DIR:-/home/vcap/deps}/@INDEX@/cfsession/start" || exit
else
	echo "cfsession: ${DEPS_DIR:-/home/vcap/deps}/@INDEX@/cfsession/start is missing; PHP is started without it" >&2 || :
fi
# With php-buildpack 4, PHP reads further settings only from where this variable says.
if [ -f "${DEPS_DIR:-/home/vcap/deps}/@INDEX@/cfsession/php.ini.d/cfsession-buildpack.ini" ]; then
	case ":${PHP_INI_SCAN_DIR-}:" in
		*":${DEPS_DIR:-/home/vcap/deps}/@INDEX@/cfsession/php.ini.d:"*) ;;
		*) export PHP_INI_SCAN_DIR="${PHP_INI_SCAN_DIR-}:${DEPS_DIR:-/home/vcap/deps}/@INDEX@/cfsession/php.ini.d" ;;
	esac
fi
