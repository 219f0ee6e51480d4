--TEST--
Bound services: sessions in a bound Redis, without any configuration
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without(redis_program());
?>
--FILE--
<?php
require __DIR__ . '/servers.inc';

$server = RedisServer::start(['requirepass' => PASSWORD]);
$server->call('ACL', 'SETUSER', 'app', 'on', '>' . PASSWORD, '~PHPREDIS_SESSION:*', '+@all');
$url = rawurlencode(PASSWORD) . "@127.0.0.1:{$server->port}";

/** @return list<array{string, array<string, string>}> the ways to bind the server */
function ways(RedisServer $server, string $url): array
{
	$password = credentials($server, ['password' => PASSWORD]);
	$files = write_files([
		'vcap' => vcap($password),
		'bindings/x/type' => "php-redis-session\n",
		'bindings/x/host' => "127.0.0.1\n",
		'bindings/x/port' => "{$server->port}\n",
		'bindings/x/password' => PASSWORD . "\n",
	]);
	return [
		['a password', ['VCAP_SERVICES' => vcap($password)]],
		['a user', ['VCAP_SERVICES' => vcap($password + ['username' => 'app'])]],
		['a database', ['VCAP_SERVICES' => vcap($password + ['database' => 1])]],
		['a URI', ['VCAP_SERVICES' => vcap(['uri' => "redis://app:$url/2"])]],
		['a file', ['VCAP_SERVICES_FILE_PATH' => "$files/vcap"]],
		['a directory', ['SERVICE_BINDING_ROOT' => "$files/bindings"]],
	];
}

foreach (ways($server, $url) as [$label, $env]) {
	visit_twice($label, $env);
	$server->call('FLUSHALL');
}
visit_twice('a variable', ['REDIS_URL' => "redis://:$url"], []);
echo 'in the server: ', implode(' ', $server->keys()), ' => ', $server->call('GET', 'PHPREDIS_SESSION:visitor'), "\n";
visit_twice('a wrong password', ['VCAP_SERVICES' => vcap(credentials($server, ['password' => 'wr0ng-s3cr3t']))]);
visit_twice('none', ['VCAP_SERVICES' => vcap(credentials($server))]);
$server->kill();
visit_twice('a server that is not there', ['VCAP_SERVICES' => vcap(credentials($server, ['password' => PASSWORD]))]);
?>
--EXPECT--
a password
  PHPSESSIONID cfsession 1
  PHPSESSIONID cfsession 2
a user
  PHPSESSIONID cfsession 1
  PHPSESSIONID cfsession 2
a database
  PHPSESSIONID cfsession 1
  PHPSESSIONID cfsession 2
a URI
  PHPSESSIONID cfsession 1
  PHPSESSIONID cfsession 2
a file
  PHPSESSIONID cfsession 1
  PHPSESSIONID cfsession 2
a directory
  PHPSESSIONID cfsession 1
  PHPSESSIONID cfsession 2
a variable
  PHPSESSIONID cfsession 1
  PHPSESSIONID cfsession 2
in the server: PHPREDIS_SESSION:visitor => n|i:2;
a wrong password
  Warning: session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our password: "WRONGPASS invalid username-password pair or user is disabled."; check the credentials of the bound service app-redis-sessions
  Warning: session_start(): Failed to read session data: cfsession (path: tcp://HOST:PORT?binding=app-redis-sessions)
  PHPSESSIONID cfsession 1
  Warning: session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our password: "WRONGPASS invalid username-password pair or user is disabled."; check the credentials of the bound service app-redis-sessions
  Warning: session_start(): Failed to read session data: cfsession (path: tcp://HOST:PORT?binding=app-redis-sessions)
  PHPSESSIONID cfsession 1
none
  Warning: session_start(): cfsession: cannot read the session: the server at HOST:PORT said "NOAUTH Authentication required."; it requires a password, and the bound service has none
  Warning: session_start(): Failed to read session data: cfsession (path: tcp://HOST:PORT?binding=app-redis-sessions)
  PHPSESSIONID cfsession 1
  Warning: session_start(): cfsession: cannot read the session: the server at HOST:PORT said "NOAUTH Authentication required."; it requires a password, and the bound service has none
  Warning: session_start(): Failed to read session data: cfsession (path: tcp://HOST:PORT?binding=app-redis-sessions)
  PHPSESSIONID cfsession 1
a server that is not there
  Warning: session_start(): cfsession: cannot read the session: cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs
  Warning: session_start(): Failed to read session data: cfsession (path: tcp://HOST:PORT?binding=app-redis-sessions)
  PHPSESSIONID cfsession 1
  Warning: session_start(): cfsession: cannot read the session: cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs
  Warning: session_start(): Failed to read session data: cfsession (path: tcp://HOST:PORT?binding=app-redis-sessions)
  PHPSESSIONID cfsession 1
