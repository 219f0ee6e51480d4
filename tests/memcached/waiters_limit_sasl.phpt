--TEST--
Memcached with SASL: cfsession.lock_waiters and cfsession.lock_failure, in the binary protocol
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_sasl();
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$server = MemcachedServer::sasl(USER, PASSWORD);
configure(login_path($server), ['cfsession.lock_wait' => '0.1', 'cfsession.lock_waiters' => '1']);
$server->set(KEY, 'n|i:1;', 1440);
$waiting = fn (): int => (int) $server->get('memc.sess.key.wait.' . ID);
$request = fn (string $code): Process => Php::start("session_id('" . ID . "'); session_start(); $code",
	['session.save_path' => login_path($server), 'cfsession.lock_wait' => 20, 'cfsession.lock_waiters' => 1]);
$tell = function (string $label, ?callable $body = null): void {
	ob_start();
	attempt($label, $body);
	echo preg_replace('/\(process \d+ on [^,]+, for \d+ s\)/', '(HOLDER)', ob_get_clean());
};

$holder = $request('say("has it"); hear(); $_SESSION["n"]++;');
$holder->readLine();
$tell('one may wait, and gives up');
echo 'waiting: ', $waiting(), "\n";
$waiter = $request('$_SESSION["n"]++;');
wait_until(fn () => $waiting() === 1, 10, 'a request that waits');
$tell('another one may not');
ini_set('cfsession.lock_failure', 'readonly');
$tell('it may read', fn () => print("  $_SESSION[n]\n"));
$tell('it may not write', fn () => $_SESSION['n'] = 100);
echo 'waiting: ', $waiting(), "\n";
$holder->writeLine('');
echo $holder->output(), $waiter->output();
echo 'waiting: ', $waiting(), "\n";
show_store($server);
?>
--EXPECT--
one may wait, and gives up: refused
  session_start(): cfsession: cannot read the session: another request (HOLDER) holds the lock memc.sess.key.lock.Gg7Q... at HOST:PORT and did not release it within 100 ms (cfsession.lock_wait). Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait; if the request has died, its lock expires by itself within seconds (cfsession.lock_lease)
waiting: 0
another one may not: refused
  session_start(): cfsession: cannot read the session: another request (HOLDER) holds the lock memc.sess.key.lock.Gg7Q... at HOST:PORT, and 1 already wait for it (cfsession.lock_waiters)
  1
it may read: started
it may not write: started
  session_write_close(): cfsession: cannot write the session: it was read without its lock, which another request held, and is read-only (cfsession.lock_failure=readonly); nothing was written
waiting: 1
waiting: 0
  in the store: n|i:3;
