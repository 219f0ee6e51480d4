--TEST--
Bound services: the service applies in each request, and later settings win
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without(redis_program());
skip_without_cgi();
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/servers.inc';

$server = RedisServer::start(['requirepass' => PASSWORD]);
$env = ['VCAP_SERVICES' => vcap(credentials($server, ['password' => PASSWORD]))] + NOTHING_BOUND;

/** @param callable(array): array $get */
function show_visits(string $label, callable $get): void
{
	echo "$label\n";
	$cookies = [];
	for ($i = 0; $i < 3; $i++) {
		[$body, $set] = $get($cookies);
		$cookies = $set + $cookies;
		echo '  ', trim($body), "\n";
	}
}

$web = WebServer::start(VISIT, LEFT_ALONE, $env);
show_visits('php -S', $web->get(...));
show_visits('php-cgi', fn ($cookies) => cgi_request(VISIT, LEFT_ALONE, $cookies, $env));

$auto = str_replace('session_start();', '', VISIT);
$web = WebServer::start($auto, LEFT_ALONE + ['session.auto_start' => 1], $env);
show_visits('php -S, session.auto_start', $web->get(...));
show_visits('php-cgi, session.auto_start', fn ($cookies) =>
	cgi_request($auto, LEFT_ALONE + ['session.auto_start' => 1], $cookies, $env));

$dir = temp_dir();
$web = WebServer::start("isset(\$_COOKIE['files']) && ini_set('session.save_handler', 'files') && ini_set('session.save_path', '$dir');" . VISIT, LEFT_ALONE, $env);
$count = 0;
show_visits('ini_set() in the second request', function ($cookies) use ($web, &$count) {
	return $web->get($count++ === 1 ? ['files' => 1] + $cookies : $cookies);
});
show_visits('.user.ini', fn ($cookies) => cgi_request(VISIT, LEFT_ALONE, $cookies, $env,
	['.user.ini' => "session.save_handler = files\nsession.save_path = $dir\nsession.name = MINE\n"]));
show_visits('a name of its own in php.ini', fn ($cookies) =>
	cgi_request(VISIT, LEFT_ALONE + ['session.name' => 'MINE'], $cookies, $env));
show_visits('the name that Cloud Foundry\'s buildpack sets', fn ($cookies) =>
	cgi_request(VISIT, LEFT_ALONE + ['session.name' => 'JSESSIONID'], $cookies, $env));
show_visits('session.save_handler = files, as in PHP\'s own php.ini', fn ($cookies) =>
	cgi_request(VISIT, ['session.save_handler' => 'files'], $cookies, $env));
echo 'connections: ', preg_match_all('/name=cfsession/', $server->call('CLIENT', 'LIST')), "\n";
?>
--EXPECT--
php -S
  PHPSESSIONID cfsession 1
  PHPSESSIONID cfsession 2
  PHPSESSIONID cfsession 3
php-cgi
  PHPSESSIONID cfsession 1
  PHPSESSIONID cfsession 2
  PHPSESSIONID cfsession 3
php -S, session.auto_start
  PHPSESSIONID cfsession 1
  PHPSESSIONID cfsession 2
  PHPSESSIONID cfsession 3
php-cgi, session.auto_start
  PHPSESSIONID cfsession 1
  PHPSESSIONID cfsession 2
  PHPSESSIONID cfsession 3
ini_set() in the second request
  PHPSESSIONID cfsession 1
  PHPSESSIONID files 1
  PHPSESSIONID cfsession 2
.user.ini
  MINE files 1
  MINE files 2
  MINE files 3
a name of its own in php.ini
  MINE cfsession 1
  MINE cfsession 2
  MINE cfsession 3
the name that Cloud Foundry's buildpack sets
  PHPSESSIONID cfsession 1
  PHPSESSIONID cfsession 2
  PHPSESSIONID cfsession 3
session.save_handler = files, as in PHP's own php.ini
  PHPSESSIONID cfsession 1
  PHPSESSIONID cfsession 2
  PHPSESSIONID cfsession 3
connections: 3
