PHP_ARG_ENABLE([cfsession],
  [whether to enable the cfsession session save handler],
  [AS_HELP_STRING([--enable-cfsession],
    [Enable sessions in Redis and Memcached])])

PHP_ARG_WITH([cfsession-redis],
  [for sessions in Redis],
  [AS_HELP_STRING([--without-cfsession-redis],
    [cfsession: leave Redis out (else hiredis is needed)])],
  [yes],
  [no])

PHP_ARG_WITH([cfsession-memcached],
  [for sessions in Memcached],
  [AS_HELP_STRING([--without-cfsession-memcached],
    [cfsession: leave Memcached out (else libmemcached is needed)])],
  [yes],
  [no])

PHP_ARG_WITH([cfsession-tls],
  [for TLS with Redis],
  [AS_HELP_STRING([--without-cfsession-tls],
    [cfsession: leave TLS out (else it is in if OpenSSL is there)])],
  [auto],
  [no])

PHP_ARG_WITH([cfsession-zstd],
  [for sessions in Redis that are compressed with zstd],
  [AS_HELP_STRING([--without-cfsession-zstd],
    [cfsession: leave zstd out (else it is in if libzstd is there)])],
  [auto],
  [no])

PHP_ARG_WITH([cfsession-lz4],
  [for sessions in Redis that are compressed with lz4],
  [AS_HELP_STRING([--without-cfsession-lz4],
    [cfsession: leave lz4 out (else it is in if liblz4 is there)])],
  [auto],
  [no])

PHP_ARG_ENABLE([cfsession-dev],
  [whether to build cfsession for its developers],
  [AS_HELP_STRING([--enable-cfsession-dev],
    [cfsession: warnings are errors, and assertions of PHP's debug builds hold])],
  [no],
  [no])

PHP_ARG_ENABLE([cfsession-sanitizers],
  [which sanitizers to build cfsession with],
  [AS_HELP_STRING([--enable-cfsession-sanitizers=LIST],
    [cfsession: compile with -fsanitize=LIST, for instance address,undefined])],
  [no],
  [no])

if test "$PHP_CFSESSION" != "no"; then
  AC_PATH_PROG([PKG_CONFIG], [pkg-config], [no])
  if test "$PKG_CONFIG" = "no"; then
    AC_MSG_ERROR([pkg-config is needed to find the client libraries (Debian: apt-get install pkg-config)])
  fi

  CFSESSION_SOURCES="cfsession.c auto_configure.c health.c tags.c text.c error.c compat.c backends/backend.c backends/pool.c backends/shared.c backends/socket.c backends/lease.c backends/worker.c"
  for source in session_handler session session_settings session_caller session_read session_write session_tags compression encoding merge; do
    CFSESSION_SOURCES="$CFSESSION_SOURCES session/$source.c"
  done
  for source in target save_path save_path_query url; do
    CFSESSION_SOURCES="$CFSESSION_SOURCES target/$source.c"
  done
  for source in discovery environment vcap binding_root platform_env credentials credentials_fields credentials_uri credentials_server service seen document; do
    CFSESSION_SOURCES="$CFSESSION_SOURCES bindings/$source.c"
  done
  CFSESSION_BACKENDS=""

  if test "$PHP_CFSESSION_REDIS" != "no"; then
    AC_MSG_CHECKING([for hiredis 0.14 or later])
    if $PKG_CONFIG --atleast-version=0.14 hiredis; then
      AC_MSG_RESULT([$($PKG_CONFIG --modversion hiredis)])
    else
      AC_MSG_RESULT([not found])
      AC_MSG_ERROR([hiredis is needed for sessions in Redis: install libhiredis-dev (Debian, Ubuntu), hiredis-dev (Alpine) or hiredis-devel (Fedora), or leave Redis out with --without-cfsession-redis])
    fi
    PHP_EVAL_INCLINE([`$PKG_CONFIG --cflags-only-I hiredis`])
    PHP_EVAL_LIBLINE([`$PKG_CONFIG --libs hiredis`], [CFSESSION_SHARED_LIBADD])
    AC_DEFINE([HAVE_CFSESSION_REDIS], [1], [Whether cfsession keeps sessions in Redis])
    CFSESSION_SOURCES="$CFSESSION_SOURCES backends/redis.c backends/redis_call.c backends/redis_lock.c backends/redis_write.c backends/redis_probe.c backends/redis_connection.c backends/redis_topology.c backends/redis_command.c backends/redis_errors.c backends/redis_reader.c backends/redis_tags.c backends/stream.c backends/tls.c"
    CFSESSION_BACKENDS="$CFSESSION_BACKENDS redis"

    if test "$PHP_CFSESSION_TLS" != "no"; then
      AC_MSG_CHECKING([for OpenSSL 1.1.1 or later])
      if $PKG_CONFIG --atleast-version=1.1.1 openssl; then
        AC_MSG_RESULT([$($PKG_CONFIG --modversion openssl)])
        PHP_EVAL_INCLINE([`$PKG_CONFIG --cflags-only-I openssl`])
        PHP_EVAL_LIBLINE([`$PKG_CONFIG --libs openssl`], [CFSESSION_SHARED_LIBADD])
        AC_DEFINE([HAVE_CFSESSION_TLS], [1], [Whether cfsession speaks TLS with Redis])
      elif test "$PHP_CFSESSION_TLS" = "yes"; then
        AC_MSG_RESULT([not found])
        AC_MSG_ERROR([OpenSSL 1.1.1 or later is needed for TLS: install libssl-dev (Debian, Ubuntu), openssl-dev (Alpine) or openssl-devel (Fedora)])
      else
        AC_MSG_RESULT([not found: tls:// will say so])
      fi
    fi

    if test "$PHP_CFSESSION_ZSTD" != "no"; then
      AC_MSG_CHECKING([for libzstd 1.4.0 or later])
      if $PKG_CONFIG --atleast-version=1.4.0 libzstd; then
        AC_MSG_RESULT([$($PKG_CONFIG --modversion libzstd)])
        PHP_EVAL_INCLINE([`$PKG_CONFIG --cflags-only-I libzstd`])
        PHP_EVAL_LIBLINE([`$PKG_CONFIG --libs libzstd`], [CFSESSION_SHARED_LIBADD])
        AC_DEFINE([HAVE_CFSESSION_ZSTD], [1], [Whether cfsession compresses sessions with zstd])
      elif test "$PHP_CFSESSION_ZSTD" = "yes"; then
        AC_MSG_RESULT([not found])
        AC_MSG_ERROR([libzstd 1.4.0 or later is needed for zstd: install libzstd-dev (Debian, Ubuntu), zstd-dev (Alpine) or libzstd-devel (Fedora)])
      else
        AC_MSG_RESULT([not found: sessions that are compressed with zstd cannot be read])
      fi
    fi

    if test "$PHP_CFSESSION_LZ4" != "no"; then
      AC_MSG_CHECKING([for liblz4 1.8 or later])
      if $PKG_CONFIG --atleast-version=1.8 liblz4; then
        AC_MSG_RESULT([$($PKG_CONFIG --modversion liblz4)])
        PHP_EVAL_INCLINE([`$PKG_CONFIG --cflags-only-I liblz4`])
        PHP_EVAL_LIBLINE([`$PKG_CONFIG --libs liblz4`], [CFSESSION_SHARED_LIBADD])
        AC_DEFINE([HAVE_CFSESSION_LZ4], [1], [Whether cfsession compresses sessions with lz4])
      elif test "$PHP_CFSESSION_LZ4" = "yes"; then
        AC_MSG_RESULT([not found])
        AC_MSG_ERROR([liblz4 1.8 or later is needed for lz4: install liblz4-dev (Debian, Ubuntu), lz4-dev (Alpine) or lz4-devel (Fedora)])
      else
        AC_MSG_RESULT([not found: sessions that are compressed with lz4 cannot be read])
      fi
    fi
  fi

  if test "$PHP_CFSESSION_MEMCACHED" != "no"; then
    AC_MSG_CHECKING([for libmemcached 1.0.18 or later])
    if $PKG_CONFIG --atleast-version=1.0.18 libmemcached; then
      AC_MSG_RESULT([$($PKG_CONFIG --modversion libmemcached)])
    else
      AC_MSG_RESULT([not found])
      AC_MSG_ERROR([libmemcached is needed for sessions in Memcached: install libmemcached-dev (Debian, Ubuntu, Alpine) or libmemcached-awesome-devel (Fedora), or leave Memcached out with --without-cfsession-memcached])
    fi
    PHP_EVAL_INCLINE([`$PKG_CONFIG --cflags-only-I libmemcached`])
    PHP_EVAL_LIBLINE([`$PKG_CONFIG --libs libmemcached`], [CFSESSION_SHARED_LIBADD])
    AC_DEFINE([HAVE_CFSESSION_MEMCACHED], [1], [Whether cfsession keeps sessions in Memcached])
    CFSESSION_SOURCES="$CFSESSION_SOURCES backends/memcached.c backends/memcached_call.c backends/memcached_lock.c backends/memcached_write.c backends/memcached_probe.c backends/memcached_connection.c backends/memcached_text.c backends/memcached_answer.c backends/memcached_peer.c backends/watchdog.c"
    CFSESSION_BACKENDS="$CFSESSION_BACKENDS memcached"
  fi

  if test -z "$CFSESSION_BACKENDS"; then
    AC_MSG_ERROR([cfsession needs a place to keep sessions in: do not leave both Redis and Memcached out])
  fi

  CFSESSION_CFLAGS="-DZEND_ENABLE_STATIC_TSRMLS_CACHE=1"
  dnl PHP asks for get_module() alone: no other extension meets our names, and calls between our files are direct.
  if test "$GCC" = "yes"; then
    CFSESSION_CFLAGS="$CFSESSION_CFLAGS -fvisibility=hidden"
  fi
  dnl PHP's callbacks have parameters that not every implementation needs.
  if test "$PHP_CFSESSION_DEV" != "no"; then
    CFSESSION_CFLAGS="$CFSESSION_CFLAGS -Wall -Wextra -Werror -Wno-unused-parameter"
  fi
  if test "$PHP_CFSESSION_SANITIZERS" != "no"; then
    CFSESSION_CFLAGS="$CFSESSION_CFLAGS -fsanitize=$PHP_CFSESSION_SANITIZERS -fno-sanitize-recover=undefined -fno-omit-frame-pointer"
    LDFLAGS="$LDFLAGS -fsanitize=$PHP_CFSESSION_SANITIZERS"
  fi

  PHP_SUBST([CFSESSION_SHARED_LIBADD])
  PHP_NEW_EXTENSION([cfsession], [$CFSESSION_SOURCES], [$ext_shared],, [$CFSESSION_CFLAGS])
  PHP_ADD_BUILD_DIR([$ext_builddir/backends])
  PHP_ADD_BUILD_DIR([$ext_builddir/bindings])
  PHP_ADD_BUILD_DIR([$ext_builddir/session])
  PHP_ADD_BUILD_DIR([$ext_builddir/target])
  PHP_ADD_EXTENSION_DEP([cfsession], [session])
  PHP_ADD_EXTENSION_DEP([cfsession], [json])
fi
