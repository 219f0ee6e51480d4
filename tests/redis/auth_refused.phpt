--TEST--
Redis: credentials that the server does not accept
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

function show_all(RedisServer $server): void
{
	$keys = $server->keys();
	echo '  left in the server: ', $keys ? str_replace(ID, 'ID', implode(' ', $keys)) : 'nothing', "\n";
	/* A connection whose login failed must not be kept. */
	preg_match_all('/ name=cfsession /', $server->call('CLIENT', 'LIST'), $clients);
	count($clients[0]) === 0 || print("  and a connection\n");
}

$closed = RedisServer::start(['requirepass' => 'correct-horse-battery']);
$closed->call('ACL', 'SETUSER', 'app', 'on', '>of-app', '~*', '+@all');
$open = RedisServer::start();

$cases = [
	'wrong password' => [$closed, ['auth' => PASSWORD]],
	'wrong password of a user' => [$closed, ['auth[user]' => 'app', 'auth[pass]' => PASSWORD]],
	'no such user' => [$closed, ['auth[user]' => 'nobody', 'auth[pass]' => PASSWORD]],
	'no password' => [$closed, []],
	'no password, but a database' => [$closed, ['database' => 1]],
	'no such database' => [$closed, ['auth' => 'correct-horse-battery', 'database' => 16]],
	'a password that is not needed' => [$open, ['auth' => PASSWORD]],
	'a user who is not known, nor needed' => [$open, ['auth[user]' => 'nobody', 'auth[pass]' => PASSWORD]],
	'the same with a database' => [$open, ['auth' => PASSWORD, 'database' => 1]],
];

/* Loads the scripts, so that the server would execute one sent together with the wrong password. */
configure($open->savePath(['persistent' => 0]));
in_session('another', fn () => $_SESSION['n'] = 1);
in_session('another', fn () => session_abort());
$open->call('FLUSHALL');

foreach (['1', '0'] as $lock) {
	ini_set('cfsession.lock', $lock);
	echo "cfsession.lock=$lock\n";
	foreach ($cases as $label => [$server, $query]) {
		ini_set('session.save_path', $server->savePath($query));
		attempt($label, fn () => $_SESSION['n'] = 1);
		show_all($server);
	}
}

ini_set('cfsession.lock', '1');
ini_set('session.save_path', $open->savePath(['auth' => PASSWORD]));
$open->call('SET', KEY . '_LOCK', 'cfsession:of somebody', 'PX', 10000);
echo "while somebody holds the lock\n";
[$seconds] = attempt('a password that is not needed');
show_time('took', $seconds, 0);
echo '  the lock: ', $open->call('GET', KEY . '_LOCK'), "\n";
?>
--EXPECTF--
cfsession.lock=1
wrong password: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our password: "WRONGPASS invalid username-password pair or user is disabled."; check the credentials in session.save_path
  left in the server: nothing
wrong password of a user: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our user name and password: "WRONGPASS invalid username-password pair or user is disabled."; check the credentials in session.save_path
  left in the server: nothing
no such user: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our user name and password: "WRONGPASS invalid username-password pair or user is disabled."; check the credentials in session.save_path
  left in the server: nothing
no password: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT %sit requires a password%s
  left in the server: nothing
no password, but a database: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT %sit requires a password%s
  left in the server: nothing
no such database: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused database 16: "ERR DB index is out of range"; check the database in session.save_path
  left in the server: nothing
a password that is not needed: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our password: "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?"; check the credentials in session.save_path
  left in the server: nothing
a user who is not known, nor needed: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our user name and password: "WRONGPASS invalid username-password pair or user is disabled."; check the credentials in session.save_path
  left in the server: nothing
the same with a database: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our password: "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?"; check the credentials in session.save_path
  left in the server: nothing
cfsession.lock=0
wrong password: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our password: "WRONGPASS invalid username-password pair or user is disabled."; check the credentials in session.save_path
  left in the server: nothing
wrong password of a user: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our user name and password: "WRONGPASS invalid username-password pair or user is disabled."; check the credentials in session.save_path
  left in the server: nothing
no such user: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our user name and password: "WRONGPASS invalid username-password pair or user is disabled."; check the credentials in session.save_path
  left in the server: nothing
no password: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "NOAUTH Authentication required."; it requires a password: give one in session.save_path
  left in the server: nothing
no password, but a database: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT %sit requires a password%s
  left in the server: nothing
no such database: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused database 16: "ERR DB index is out of range"; check the database in session.save_path
  left in the server: nothing
a password that is not needed: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our password: "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?"; check the credentials in session.save_path
  left in the server: nothing
a user who is not known, nor needed: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our user name and password: "WRONGPASS invalid username-password pair or user is disabled."; check the credentials in session.save_path
  left in the server: nothing
the same with a database: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our password: "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?"; check the credentials in session.save_path
  left in the server: nothing
while somebody holds the lock
a password that is not needed: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our password: "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?"; check the credentials in session.save_path
  took: 0 s
  the lock: cfsession:of somebody
