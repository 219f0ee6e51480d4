--TEST--
Bound services: cfsession, chosen late and without session.save_path, finds the bound service; a folder is no socket
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without(redis_program());
skip_without_cgi();
skip_without_fpm();
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/servers.inc';
require __DIR__ . '/../support/fpm.inc';

$server = RedisServer::start(['requirepass' => PASSWORD]);
$env = ['REDIS_URL' => 'redis://:' . rawurlencode(PASSWORD) . "@127.0.0.1:{$server->port}"] + NOTHING_BOUND;
$nothing = NOTHING_BOUND;

/* The outcome of a session or the error, and the server in cfsession_status(). */
const SHOW = <<<'PHP'
	set_error_handler(function ($level, $message) {
		/* PHP's own only says that it failed. */
		return preg_match('/cfsession: (.*)/', $message, $match) ? (bool) print("$match[1]\n") : str_contains($message, 'Failed to ');
	});
	if (session_start()) {
		$_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
		echo session_name(), ' ', session_module_name(), " $_SESSION[n]\n";
		session_write_close();
	}
	$status = cfsession_status();
	echo 'by ', $status['configured_by'] ?? 'nothing', ', service ', $status['service'] ?? 'none', "\n";
	foreach ($status['services_seen'] as ['source' => $source, 'reason' => $reason]) {
		echo "seen: $source ", $reason ?? 'taken', "\n";
	}
	if ($status['not_configured_because'] !== null && $status['not_configured_because'] !== $status['error']) {
		echo "not configured: $status[not_configured_because]\n";
	}
	PHP;

const IN_SCRIPT = 'ini_set("session.save_handler", "cfsession");' . SHOW;

/** Prints two requests. */
function show_requests(string $label, callable $get): void
{
	echo "-- $label\n";
	for ($i = 0, $cookies = []; $i < 2; $i++) {
		[$body, $set] = $get($cookies);
		$cookies = $set + $cookies;
		show_output(preg_replace('/(cannot connect to the server at) .*/', '$1 the socket', $body));
	}
}

function show_pool(string $label, array $env, array $pool, array $ini = [], string $code = SHOW): void
{
	show_requests($label, FpmServer::start($code, LEFT_ALONE + $ini, $env, $pool)->get(...));
}

$pool = ['php_admin_value[session.save_handler]' => 'cfsession'];
show_pool('FPM, php_admin_value', $env, $pool);
show_pool('FPM, php_value, clear_env = no', $env, ['clear_env' => 'no', 'php_value[session.save_handler]' => 'cfsession']);
show_pool('FPM, a script', $env, [], [], IN_SCRIPT);
show_requests('php -S, a script', WebServer::start(IN_SCRIPT, LEFT_ALONE, $env)->get(...));
show_requests('.user.ini', fn ($cookies) => cgi_request(SHOW, LEFT_ALONE, $cookies, $env,
	['.user.ini' => "session.save_handler = cfsession\n"]));
show_requests('an empty path in php.ini', WebServer::start(IN_SCRIPT, LEFT_ALONE + ['session.save_path' => ''], $env)->get(...));
$folder = temp_dir();
show_pool('a folder in php.ini', $env, $pool, ['session.save_path' => $folder]);
show_requests('a folder in php.ini, as files write it', WebServer::start(IN_SCRIPT, LEFT_ALONE + ['session.save_path' => "1;0600;$folder"], $env)->get(...));
show_requests('a folder in php.ini, and cfsession', WebServer::start(SHOW, ['session.save_handler' => 'cfsession', 'session.save_path' => $folder] + LEFT_ALONE, $env)->get(...));
show_requests('an empty path of a script', WebServer::start('ini_set("session.save_path", " ");' . IN_SCRIPT, LEFT_ALONE, $env)->get(...));
show_requests('a class', WebServer::start('ini_set("session.save_handler", "cfsession");
	class Mine extends SessionHandler {} session_set_save_handler(new Mine());' . SHOW, LEFT_ALONE, $env)->get(...));

echo "\nNothing is bound\n";
show_pool('FPM', $nothing, $pool);
show_pool('FPM, a variable of the pool, which comes too late', $nothing, $pool + ['env[REDIS_URL]' => "redis://127.0.0.1:{$server->port}"]);
show_requests('on the command line', fn () => [run_bound(SHOW, [], []), []]);
show_requests('a service that is none for sessions', WebServer::start(IN_SCRIPT, LEFT_ALONE, ['VCAP_SERVICES' => vcap(['host' => 'h'], 'mail')] + $nothing)->get(...));
show_requests('cfsession.auto_configure = Off', WebServer::start(IN_SCRIPT, LEFT_ALONE + ['cfsession.auto_configure' => '0'], $env)->get(...));
show_requests('a directory that is not there', WebServer::start(IN_SCRIPT, LEFT_ALONE, ['SERVICE_BINDING_ROOT' => '/nonexistent/bindings'] + $nothing)->get(...));
show_requests('a variable that makes no sense', WebServer::start(IN_SCRIPT, LEFT_ALONE, ['REDIS_URL' => 's3cr3t'] + $nothing)->get(...));

echo "\nWhat somebody wrote stays what it is\n";
$path = "tcp://127.0.0.1:{$server->port}?auth=" . rawurlencode(PASSWORD) . '&prefix=mine:';
show_pool('the pool', $env, $pool + ['php_value[session.save_path]' => "\"$path\""]);
show_pool('php.ini', $env, $pool, ['session.save_path' => $path]);
show_requests('a script', WebServer::start("ini_set('session.save_path', '$path');" . IN_SCRIPT, LEFT_ALONE, $env)->get(...));
$dir = temp_dir();
show_requests('a socket', WebServer::start("session_save_path('$dir/none.sock');" . IN_SCRIPT, LEFT_ALONE, $env)->get(...));
/* A script that sets the default value counts as having set session.save_path. */
$default = ini_get_all('session')['session.save_path']['global_value'];
$written = $default === '' ? "$dir/none.sock" : $default;
show_requests('PHP\'s own path, of a script', WebServer::start("session_save_path('$written');" . IN_SCRIPT, LEFT_ALONE, $env)->get(...));
?>
--EXPECT--
-- FPM, php_admin_value
  PHPSESSID cfsession 1
  by REDIS_URL, service REDIS_URL
  seen: REDIS_URL taken
  PHPSESSID cfsession 2
  by REDIS_URL, service REDIS_URL
  seen: REDIS_URL taken
-- FPM, php_value, clear_env = no
  PHPSESSID cfsession 1
  by REDIS_URL, service REDIS_URL
  seen: REDIS_URL taken
  PHPSESSID cfsession 2
  by REDIS_URL, service REDIS_URL
  seen: REDIS_URL taken
-- FPM, a script
  PHPSESSID cfsession 1
  by REDIS_URL, service REDIS_URL
  seen: REDIS_URL taken
  PHPSESSID cfsession 2
  by REDIS_URL, service REDIS_URL
  seen: REDIS_URL taken
-- php -S, a script
  PHPSESSID cfsession 1
  by REDIS_URL, service REDIS_URL
  seen: REDIS_URL taken
  PHPSESSID cfsession 2
  by REDIS_URL, service REDIS_URL
  seen: REDIS_URL taken
-- .user.ini
  PHPSESSID cfsession 1
  by REDIS_URL, service REDIS_URL
  seen: REDIS_URL taken
  PHPSESSID cfsession 2
  by REDIS_URL, service REDIS_URL
  seen: REDIS_URL taken
-- an empty path in php.ini
  PHPSESSID cfsession 1
  by REDIS_URL, service REDIS_URL
  seen: REDIS_URL taken
  PHPSESSID cfsession 2
  by REDIS_URL, service REDIS_URL
  seen: REDIS_URL taken
-- a folder in php.ini
  PHPSESSID cfsession 1
  by REDIS_URL, service REDIS_URL
  seen: REDIS_URL taken
  PHPSESSID cfsession 2
  by REDIS_URL, service REDIS_URL
  seen: REDIS_URL taken
-- a folder in php.ini, as files write it
  PHPSESSID cfsession 1
  by REDIS_URL, service REDIS_URL
  seen: REDIS_URL taken
  PHPSESSID cfsession 2
  by REDIS_URL, service REDIS_URL
  seen: REDIS_URL taken
-- a folder in php.ini, and cfsession
  PHPSESSIONID cfsession 1
  by REDIS_URL, service REDIS_URL
  seen: REDIS_URL taken
  PHPSESSIONID cfsession 2
  by REDIS_URL, service REDIS_URL
  seen: REDIS_URL taken
-- an empty path of a script
  PHPSESSID cfsession 1
  by REDIS_URL, service REDIS_URL
  seen: REDIS_URL taken
  PHPSESSID cfsession 2
  by REDIS_URL, service REDIS_URL
  seen: REDIS_URL taken
-- a class
  PHPSESSID user 1
  by nothing, service none
  seen: REDIS_URL variables are used only where session.save_handler = cfsession is set, and no session.save_path
  not configured: the bound service "REDIS_URL" (REDIS_URL) is not used: variables are used only where session.save_handler = cfsession is set, and no session.save_path
  PHPSESSID user 2
  by nothing, service none
  seen: REDIS_URL variables are used only where session.save_handler = cfsession is set, and no session.save_path
  not configured: the bound service "REDIS_URL" (REDIS_URL) is not used: variables are used only where session.save_handler = cfsession is set, and no session.save_path

Nothing is bound
-- FPM
  cannot use session.save_path: session.save_path is not set: write a server into it, as in session.save_path = "tcp://HOST:PORT", or bind a Redis or Memcached service (nothing in the environment names a bound service)
  by session.save_path, service none
  cannot use session.save_path: session.save_path is not set: write a server into it, as in session.save_path = "tcp://HOST:PORT", or bind a Redis or Memcached service (nothing in the environment names a bound service)
  by session.save_path, service none
-- FPM, a variable of the pool, which comes too late
  cannot use session.save_path: session.save_path is not set: write a server into it, as in session.save_path = "tcp://HOST:PORT", or bind a Redis or Memcached service (nothing in the environment names a bound service)
  by session.save_path, service none
  cannot use session.save_path: session.save_path is not set: write a server into it, as in session.save_path = "tcp://HOST:PORT", or bind a Redis or Memcached service (nothing in the environment names a bound service)
  by session.save_path, service none
-- on the command line
  cannot use session.save_path: session.save_path is not set: write a server into it, as in session.save_path = "tcp://HOST:PORT", or bind a Redis or Memcached service (nothing in the environment names a bound service)
  by session.save_path, service none
  cannot use session.save_path: session.save_path is not set: write a server into it, as in session.save_path = "tcp://HOST:PORT", or bind a Redis or Memcached service (nothing in the environment names a bound service)
  by session.save_path, service none
-- a service that is none for sessions
  cannot use session.save_path: session.save_path is not set: write a server into it, as in session.save_path = "tcp://HOST:PORT", or bind a Redis or Memcached service (the bound service "mail" (VCAP_SERVICES) is not used: neither its tags, its label, its type nor a URI says that it is Redis or Memcached)
  by session.save_path, service none
  seen: VCAP_SERVICES neither its tags, its label, its type nor a URI says that it is Redis or Memcached
  cannot use session.save_path: session.save_path is not set: write a server into it, as in session.save_path = "tcp://HOST:PORT", or bind a Redis or Memcached service (the bound service "mail" (VCAP_SERVICES) is not used: neither its tags, its label, its type nor a URI says that it is Redis or Memcached)
  by session.save_path, service none
  seen: VCAP_SERVICES neither its tags, its label, its type nor a URI says that it is Redis or Memcached
-- cfsession.auto_configure = Off
  cannot use session.save_path: session.save_path is not set, and cfsession.auto_configure is Off: write a server into it, as in session.save_path = "tcp://HOST:PORT"
  by session.save_path, service none
  cannot use session.save_path: session.save_path is not set, and cfsession.auto_configure is Off: write a server into it, as in session.save_path = "tcp://HOST:PORT"
  by session.save_path, service none
-- a directory that is not there
  cannot use session.save_path: session.save_path is not set: write a server into it, as in session.save_path = "tcp://HOST:PORT", or bind a Redis or Memcached service (SERVICE_BINDING_ROOT names /nonexistent/bindings, which is not there)
  by session.save_path, service none
  seen: SERVICE_BINDING_ROOT names /nonexistent/bindings, which is not there
  cannot use session.save_path: session.save_path is not set: write a server into it, as in session.save_path = "tcp://HOST:PORT", or bind a Redis or Memcached service (SERVICE_BINDING_ROOT names /nonexistent/bindings, which is not there)
  by session.save_path, service none
  seen: SERVICE_BINDING_ROOT names /nonexistent/bindings, which is not there
-- a variable that makes no sense
  cannot use session.save_path: the service "REDIS_URL" (REDIS_URL) cannot be used: its URI has to begin with redis://, rediss://, valkey://, valkeys:// or memcached://
  by REDIS_URL, service REDIS_URL
  seen: REDIS_URL its URI has to begin with redis://, rediss://, valkey://, valkeys:// or memcached://
  cannot use session.save_path: the service "REDIS_URL" (REDIS_URL) cannot be used: its URI has to begin with redis://, rediss://, valkey://, valkeys:// or memcached://
  by REDIS_URL, service REDIS_URL
  seen: REDIS_URL its URI has to begin with redis://, rediss://, valkey://, valkeys:// or memcached://

What somebody wrote stays what it is
-- the pool
  PHPSESSID cfsession 1
  by session.save_path, service none
  seen: REDIS_URL variables are used only where session.save_handler = cfsession is set, and no session.save_path
  PHPSESSID cfsession 2
  by session.save_path, service none
  seen: REDIS_URL variables are used only where session.save_handler = cfsession is set, and no session.save_path
-- php.ini
  PHPSESSID cfsession 1
  by session.save_path, service none
  seen: REDIS_URL variables are used only where session.save_handler = cfsession is set, and no session.save_path
  PHPSESSID cfsession 2
  by session.save_path, service none
  seen: REDIS_URL variables are used only where session.save_handler = cfsession is set, and no session.save_path
-- a script
  PHPSESSID cfsession 1
  by session.save_path, service none
  seen: REDIS_URL variables are used only where session.save_handler = cfsession is set, and no session.save_path
  PHPSESSID cfsession 2
  by session.save_path, service none
  seen: REDIS_URL variables are used only where session.save_handler = cfsession is set, and no session.save_path
-- a socket
  cannot read the session: cannot connect to the server at the socket
  by session.save_path, service none
  seen: REDIS_URL variables are used only where session.save_handler = cfsession is set, and no session.save_path
  cannot read the session: cannot connect to the server at the socket
  by session.save_path, service none
  seen: REDIS_URL variables are used only where session.save_handler = cfsession is set, and no session.save_path
-- PHP's own path, of a script
  cannot read the session: cannot connect to the server at the socket
  by session.save_path, service none
  seen: REDIS_URL variables are used only where session.save_handler = cfsession is set, and no session.save_path
  cannot read the session: cannot connect to the server at the socket
  by session.save_path, service none
  seen: REDIS_URL variables are used only where session.save_handler = cfsession is set, and no session.save_path
