--TEST--
Memcached: refused credentials give one warning, soon
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_sasl();
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$closed = MemcachedServer::sasl(USER, 'correct-horse-battery');
$open = MemcachedServer::start();
$closed->set(KEY, 'n|i:1;');

$cases = [
	'wrong password' => login_path($closed),
	'no such user' => login_path($closed, 'nobody'),
	'no credentials' => $closed->savePath(),
	'credentials that are not needed' => login_path($open),
];
foreach (['1', '0'] as $lock) {
	echo "cfsession.lock=$lock\n";
	foreach ($cases as $label => $path) {
		configure($path, ['cfsession.lock' => $lock]);
		[$seconds] = attempt($label, count_up(...));
		show_time('took', $seconds, 0);
		/* libmemcached returns another error at the second attempt. */
		attempt('  and again', count_up(...));
	}
}
show_store($closed);
show_store($open);

echo "no mechanism of SASL installed here\n";
$ini = ['session.save_path' => login_path($closed, USER, 'correct-horse-battery')];
echo Php::run('session_id("s"); echo json_encode(session_start());', $ini, ['SASL_PATH' => temp_dir()]);
?>
--EXPECTF--
cfsession.lock=1
wrong password: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our user name and password; check the SASL credentials
  took: 0 s
  and again: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our user name and password; check the SASL credentials
no such user: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our user name and password; check the SASL credentials
  took: 0 s
  and again: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our user name and password; check the SASL credentials
no credentials: refused
  session_start(): cfsession: cannot read the session: the %Sserver at HOST:PORT %s
  took: 0 s
  and again: refused
  session_start(): cfsession: cannot read the session: the %Sserver at HOST:PORT %s
credentials that are not needed: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not accept a login; if it runs without SASL (memcached -S), leave the credentials out
  took: 0 s
  and again: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not accept a login; if it runs without SASL (memcached -S), leave the credentials out
cfsession.lock=0
wrong password: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our user name and password; check the SASL credentials
  took: 0 s
  and again: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our user name and password; check the SASL credentials
no such user: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our user name and password; check the SASL credentials
  took: 0 s
  and again: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our user name and password; check the SASL credentials
no credentials: refused
  session_start(): cfsession: cannot read the session: the %Sserver at HOST:PORT %s
  took: 0 s
  and again: refused
  session_start(): cfsession: cannot read the session: the %Sserver at HOST:PORT %s
credentials that are not needed: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not accept a login; if it runs without SASL (memcached -S), leave the credentials out
  took: 0 s
  and again: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT did not accept a login; if it runs without SASL (memcached -S), leave the credentials out
  in the store: n|i:1;
  in the store: nothing
no mechanism of SASL installed here

Warning: session_start(): cfsession: cannot read the session: the server at 127.0.0.1:%d offers no way to log in that this machine supports; install SASL's PLAIN mechanism (Debian: apt-get install libsasl2-modules) in %s on line 1

Warning: session_start(): Failed to read session data: cfsession (path: memcached://sess%20user:correct-horse-battery@127.0.0.1:%d) in %s on line 1
false
