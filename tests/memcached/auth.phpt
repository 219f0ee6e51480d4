--TEST--
Memcached: the ways to give credentials
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_sasl();
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$passwords = ['plain' => PASSWORD, 'characters' => 'p@ss:wö/rd? %41#&+,'];
foreach ($passwords as $name => $password) {
	$server = MemcachedServer::sasl(USER, $password);
	configure(login_path($server, USER, $password));
	attempt("$name, in the URL", count_up(...));
	configure($server->savePath(), ['cfsession.sasl_username' => USER, 'cfsession.sasl_password' => $password]);
	attempt("$name, as settings", count_up(...));
	configure('PERSISTENT=app_sessions ' . $server->savePath());
	attempt("$name, as settings, with a named pool", count_up(...));
	/* The URL takes precedence. */
	ini_set('cfsession.sasl_password', 'another');
	configure(login_path($server, USER, $password));
	attempt("$name, in the URL in spite of settings", count_up(...));
	show_store($server);
	ini_set('cfsession.sasl_username', '');
	ini_set('cfsession.sasl_password', '');
}

ini_set('cfsession.sasl_username', USER);
configure($server->savePath());
attempt('half of them as settings');
ini_set('cfsession.sasl_username', '');
configure('memcached://:' . PASSWORD . '@' . $server->savePath());
attempt('half of them in the URL');
configure('memcached://' . rawurlencode(USER) . '@' . $server->savePath());
attempt('the other half');
?>
--EXPECT--
plain, in the URL: started
plain, as settings: started
plain, as settings, with a named pool: started
plain, in the URL in spite of settings: started
  in the store: n|i:4;
characters, in the URL: started
characters, as settings: started
characters, as settings, with a named pool: started
characters, in the URL in spite of settings: started
  in the store: n|i:4;
half of them as settings: refused
  session_start(): cfsession: cannot use session.save_path: cfsession.sasl_username and cfsession.sasl_password belong together
half of them in the URL: refused
  session_start(): cfsession: cannot use session.save_path: SASL needs a user name and a password
the other half: refused
  session_start(): cfsession: cannot use session.save_path: SASL needs a user name and a password
