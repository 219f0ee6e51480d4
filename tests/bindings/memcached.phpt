--TEST--
Bound services: sessions in a bound Memcached, with and without SASL
--SKIPIF--
<?php
require __DIR__ . '/../memcached/skipif.inc';
skip_without_sasl();
?>
--FILE--
<?php
require __DIR__ . '/servers.inc';

$open = MemcachedServer::start();
$closed = MemcachedServer::sasl('sess user', PASSWORD);
$name = 'my-memcached-sessions';
$login = ['username' => 'sess user', 'password' => PASSWORD];
$files = write_files(['b/type' => 'php-memcached-session', 'b/servers' => "127.0.0.1:{$closed->port}\n",
	'b/username' => 'sess user', 'b/password' => PASSWORD]);

visit_twice('no login', ['VCAP_SERVICES' => vcap(['servers' => "127.0.0.1:{$open->port}"], $name)]);
echo 'in the server: ', $open->get('memc.sess.key.visitor'), "\n";
visit_twice('a login', ['VCAP_SERVICES' => vcap(['servers' => ["127.0.0.1:{$closed->port}"]] + $login, $name)]);
echo 'in the server: ', $closed->get('memc.sess.key.visitor'), "\n";
visit_twice('a directory', ['SERVICE_BINDING_ROOT' => $files]);
visit_twice('variables', ['MEMCACHIER_SERVERS' => "127.0.0.1:{$closed->port}", 'MEMCACHIER_USERNAME' => 'sess user',
	'MEMCACHIER_PASSWORD' => PASSWORD], []);
visit_twice('a wrong password', ['VCAP_SERVICES' =>
	vcap(['servers' => "127.0.0.1:{$closed->port}", 'username' => 'sess user', 'password' => 'wr0ng-s3cr3t'], $name)]);

/* The file gets the server's password only later. */
$dir = write_files(['vcap' => vcap(['servers' => "127.0.0.1:{$closed->port}", 'username' => 'sess user', 'password' => 'old-s3cr3t'], $name)]);
$web = WebServer::start('@session_start() ? print("started\n") : print("refused\n");', LEFT_ALONE,
	['VCAP_SERVICES_FILE_PATH' => "$dir/vcap"] + NOTHING_BOUND);
echo 'a password that changes: ', $web->get()[0];
file_put_contents("$dir/vcap", vcap(['servers' => "127.0.0.1:{$closed->port}"] + $login, $name));
echo '  and now: ', $web->get()[0], '  and now: ', $web->get()[0];
?>
--EXPECT--
no login
  PHPSESSIONID cfsession 1
  PHPSESSIONID cfsession 2
in the server: n|i:2;
a login
  PHPSESSIONID cfsession 1
  PHPSESSIONID cfsession 2
in the server: n|i:2;
a directory
  PHPSESSIONID cfsession 3
  PHPSESSIONID cfsession 4
variables
  PHPSESSIONID cfsession 5
  PHPSESSIONID cfsession 6
a wrong password
  Warning: session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our user name and password; check the SASL credentials
  Warning: session_start(): Failed to read session data: cfsession (path: PERSISTENT=app_sessions HOST:PORT?binding=my-memcached-sessions)
  PHPSESSIONID cfsession 1
  Warning: session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our user name and password; check the SASL credentials
  Warning: session_start(): Failed to read session data: cfsession (path: PERSISTENT=app_sessions HOST:PORT?binding=my-memcached-sessions)
  PHPSESSIONID cfsession 1
a password that changes: refused
  and now: started
  and now: started
