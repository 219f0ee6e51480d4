--TEST--
Bound services: PHP-FPM, whose workers may or may not see the environment
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without(redis_program());
skip_without_fpm();
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/servers.inc';
require __DIR__ . '/../support/fpm.inc';

$server = RedisServer::start(['requirepass' => PASSWORD]);
$env = ['VCAP_SERVICES' => vcap(credentials($server, ['password' => PASSWORD]))] + NOTHING_BOUND;
$code = VISIT . 'echo getenv("VCAP_SERVICES") === false ? "the environment is not seen\n" : "";'
	. 'echo "connects: ", cfsession_status()["counters"]["connects"], "\n";';

/** Prints three requests of one worker. */
function show_worker(string $label, array $env, array $pool, string $code): void
{
	$fpm = FpmServer::start($code, LEFT_ALONE, $env, $pool);
	echo "$label\n";
	$cookies = [];
	for ($i = 0; $i < 3; $i++) {
		[$body, $set] = $fpm->get($cookies);
		$cookies = $set + $cookies;
		show_output(str_replace(["\n\n", "\n"], ['', ', '], trim($body)));
	}
}

show_worker('clear_env = yes', $env, ['clear_env' => 'yes'], $code);
show_worker('clear_env = no', $env, ['clear_env' => 'no'], $code);
show_worker('session.auto_start', $env, ['php_admin_value[session.auto_start]' => '1'],
	str_replace('session_start();', '', $code));
$dir = temp_dir();
show_worker('a pool that wants files', $env,
	['php_value[session.save_handler]' => 'files', 'php_value[session.save_path]' => $dir], $code);
$home = write_files(['.bp-config/options.json' => '{"REDIS_SESSION_STORE_SERVICE_NAME": "store"}']);
show_worker('a search key in options.json', ['HOME' => $home,
	'VCAP_SERVICES' => vcap(credentials($server, ['password' => PASSWORD]), 'my-store')] + $env, [], $code);
show_worker('a service that cannot be used', ['VCAP_SERVICES' => vcap([])] + $env, [],
	'echo @session_start() ? "started" : error_get_last()["message"];');
?>
--EXPECT--
clear_env = yes
  PHPSESSIONID cfsession 1, the environment is not seen, connects: 1
  PHPSESSIONID cfsession 2, the environment is not seen, connects: 1
  PHPSESSIONID cfsession 3, the environment is not seen, connects: 1
clear_env = no
  PHPSESSIONID cfsession 1, connects: 1
  PHPSESSIONID cfsession 2, connects: 1
  PHPSESSIONID cfsession 3, connects: 1
session.auto_start
  PHPSESSIONID cfsession 1, the environment is not seen, connects: 1
  PHPSESSIONID cfsession 2, the environment is not seen, connects: 1
  PHPSESSIONID cfsession 3, the environment is not seen, connects: 1
a pool that wants files
  PHPSESSIONID files 1, the environment is not seen, connects: 0
  PHPSESSIONID files 2, the environment is not seen, connects: 0
  PHPSESSIONID files 3, the environment is not seen, connects: 0
a search key in options.json
  PHPSESSIONID cfsession 1, the environment is not seen, connects: 1
  PHPSESSIONID cfsession 2, the environment is not seen, connects: 1
  PHPSESSIONID cfsession 3, the environment is not seen, connects: 1
a service that cannot be used
  session_start(): Failed to initialize storage module: cfsession (path: binding:app-redis-sessions)
  session_start(): Failed to initialize storage module: cfsession (path: binding:app-redis-sessions)
  session_start(): Failed to initialize storage module: cfsession (path: binding:app-redis-sessions)
