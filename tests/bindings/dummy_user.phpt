--TEST--
Bound services: if the server does not know a URL's user name, cfsession tries the password alone, once
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without(redis_program());
?>
--FILE--
<?php
require __DIR__ . '/servers.inc';
require_once __DIR__ . '/../support/proxy.inc';
require_once __DIR__ . '/../support/scripted.inc';

$server = RedisServer::start(['requirepass' => PASSWORD]);
$server->call('ACL', 'SETUSER', 'known', 'on', '>' . PASSWORD, '~*', '+@all');
$proxy = Proxy::to($server->port);

/* Prints the logins tried, one for each connection. */
function show_logins(Proxy $proxy): void
{
	$logins = array_filter($proxy->stats()['commands'], fn (array $command) => $command[0] === 'AUTH');
	echo '  logins: ', implode(', ', array_map(fn ($login) => count($login) === 3 ? $login[1] : '(password alone)', $logins)), "\n";
}

$code = <<<'PHP'
	foreach (['a', 'b', 'c'] as $id) {
		session_id($id);
		session_start() && session_write_close();
	}
	$counters = cfsession_status()['counters'];
	echo "connects: $counters[connects], errors: $counters[errors]\n";
	PHP;

function show_user(string $label, array $env, array $ini, Proxy $proxy): void
{
	global $code;
	$proxy->reset();
	echo "$label\n";
	show_output(run_bound($code, $env, $ini));
	show_logins($proxy);
}

$at = "127.0.0.1:{$proxy->port}";
$password = rawurlencode(PASSWORD);
$kept = NOT_CHOSEN;
$closed = NOT_CHOSEN + ['cfsession.persistent' => '0'];
show_user('Heroku', ['REDIS_URL' => "redis://h:$password@$at"], [], $proxy);
show_user('a connection for each request', ['VCAP_SERVICES' => vcap(['uri' => "redis://h:$password@$at"])], $closed, $proxy);
show_user('with a database', ['VCAP_SERVICES' => vcap(['uri' => "redis://h:$password@$at/1"])], $closed, $proxy);
show_user('a user that is known', ['VCAP_SERVICES' => vcap(['uri' => "redis://known:$password@$at"])], $kept, $proxy);
show_user('in session.save_path', [], ['session.save_path' => "redis://h:$password@$at"], $proxy);
show_user('a user that was not in a URL', ['VCAP_SERVICES' =>
	vcap(['host' => '127.0.0.1', 'port' => $proxy->port, 'username' => 'h', 'password' => PASSWORD])], $closed, $proxy);
show_user('a wrong password', ['VCAP_SERVICES' => vcap(['uri' => "redis://h:wr0ng-s3cr3t@$at"])], $kept, $proxy);

/* One attempt after refusals that do not depend on the user; one more after the error of Redis before 6. */
$refusals = ['-ERR max number of logins reached', '-NOPERM no permissions', "-ERR wrong number of arguments for 'auth' command"];
foreach ($refusals as $refusal) {
	$connection = [['answers' => ['AUTH' => "$refusal\r\n", 'CLIENT' => "+OK\r\n", 'EVALSHA' => "-NOAUTH\r\n", 'GET' => "-NOAUTH\r\n", 'EVAL' => ":0\r\n"]]];
	$scripted = ScriptedServer::start([$connection]);
	run_bound('session_id("a"); @session_start();', ['REDIS_URL' => "redis://h:$password@127.0.0.1:{$scripted->port}"], []);
	$logins = array_filter($scripted->commands(), fn ($entry) => $entry[1][0] === 'AUTH');
	echo "$refusal\n  logins: ", implode(', ', array_map(fn ($entry) => count($entry[1]) === 3 ? $entry[1][1] : '(password alone)', $logins)), "\n";
}
echo 'locks left: ', implode(' ', $server->keys('*_LOCK*')), "\n";
?>
--EXPECT--
Heroku
  connects: 2, errors: 0
  logins: h, (password alone)
a connection for each request
  connects: 4, errors: 0
  logins: h, (password alone), (password alone), (password alone)
with a database
  connects: 3, errors: 0
  logins: h, (password alone), (password alone), (password alone)
a user that is known
  connects: 1, errors: 0
  logins: known
in session.save_path
  connects: 2, errors: 0
  logins: h, (password alone)
a user that was not in a URL
  Warning: session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our user name and password: "WRONGPASS invalid username-password pair or user is disabled."; check the credentials of the bound service app-redis-sessions
  Warning: session_start(): Failed to read session data: cfsession (path: tcp://HOST:PORT?binding=app-redis-sessions)
  Warning: session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our user name and password: "WRONGPASS invalid username-password pair or user is disabled."; check the credentials of the bound service app-redis-sessions
  Warning: session_start(): Failed to read session data: cfsession (path: tcp://HOST:PORT?binding=app-redis-sessions)
  Warning: session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our user name and password: "WRONGPASS invalid username-password pair or user is disabled."; check the credentials of the bound service app-redis-sessions
  Warning: session_start(): Failed to read session data: cfsession (path: tcp://HOST:PORT?binding=app-redis-sessions)
  connects: 3, errors: 3
  logins: h, h, h
a wrong password
  Warning: session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our user name and password: "WRONGPASS invalid username-password pair or user is disabled."; check the credentials of the bound service app-redis-sessions
  Warning: session_start(): Failed to read session data: cfsession (path: tcp://HOST:PORT?binding=app-redis-sessions)
  Warning: session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our user name and password: "WRONGPASS invalid username-password pair or user is disabled."; check the credentials of the bound service app-redis-sessions
  Warning: session_start(): Failed to read session data: cfsession (path: tcp://HOST:PORT?binding=app-redis-sessions)
  Warning: session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our user name and password: "WRONGPASS invalid username-password pair or user is disabled."; check the credentials of the bound service app-redis-sessions
  Warning: session_start(): Failed to read session data: cfsession (path: tcp://HOST:PORT?binding=app-redis-sessions)
  connects: 6, errors: 3
  logins: h, (password alone), h, (password alone), h, (password alone)
-ERR max number of logins reached
  logins: h
-NOPERM no permissions
  logins: h
-ERR wrong number of arguments for 'auth' command
  logins: h, (password alone)
locks left:
