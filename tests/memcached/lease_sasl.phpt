--TEST--
Memcached: a lock is renewed in the binary protocol, too
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_sasl();
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/attempt.inc';

$server = MemcachedServer::sasl(USER, PASSWORD);
$code = <<<'PHP'
	session_id('s');
	session_start();
	$_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
	say('open');
	hear();
	session_write_close();
	$counters = cfsession_status()['counters'];
	say('renewed: ' . json_encode($counters['lock_renewals'] > 2) . ", lost locks: $counters[lost_locks]");
	PHP;
$request = fn () => Php::start($code, ['session.save_path' => login_path($server), 'cfsession.lock_lease' => '1', 'cfsession.lock_wait' => '20']);
const LOCK = 'memc.sess.key.lock.s';

echo "held for longer than the lease\n";
$holder = $request();
$holder->readLine();
$lock = $server->get(LOCK);
$next = $request();
for ($began = now(), $kept = true; $kept && now() < $began + 2.6; usleep(10000)) {
	$kept = $server->get(LOCK) === $lock;
}
echo '  the lock was kept: ', json_encode($kept), "\n";
$holder->writeLine('write');
echo '  ', $holder->output();
$next->readLine();
$next->writeLine('write');
echo '  the next one: ', preg_replace('/renewed: \w+, /', '', $next->output());
echo '  stored: ', $server->get('memc.sess.key.s'), "\n";

echo "frozen for longer than the lease\n";
$holder = $request();
$holder->readLine();
$holder->signal(Process::SIGSTOP);
$next = $request();
$next->readLine();
$next->writeLine('write');
$next->output();
$holder->signal(Process::SIGCONT);
$holder->writeLine('write');
preg_match_all('/its lock was lost|lost locks.*/', $holder->output(), $found);
echo '  ', implode(', ', $found[0]), "\n";
echo '  stored: ', $server->get('memc.sess.key.s'), "\n";
wait_until(fn () => $server->get(LOCK) === null, 1, 'the end of the lock');
?>
--EXPECT--
held for longer than the lease
  the lock was kept: true
  renewed: true, lost locks: 0
  the next one: lost locks: 0
  stored: n|i:2;
frozen for longer than the lease
  its lock was lost, lost locks: 1
  stored: n|i:3;
