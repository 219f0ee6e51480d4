--TEST--
Weighted Redis servers: cfsession.lock=merge on each server
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/handler.inc';
require __DIR__ . '/../support/redis.inc';

$servers = [RedisServer::start(), RedisServer::start()];
$path = implode(',', array_map(fn ($server) => $server->savePath(), $servers));
$ini = ['session.save_path' => $path, 'cfsession.lock' => 'merge', 'cfsession.lock_wait' => 60, 'cfsession.timeout' => 20];
$code = <<<'PHP'
	[$id, $key] = explode(' ', hear());
	for ($i = 0; $i < 100; $i++) {
		session_id($id);
		session_start();
		$_SESSION[$key] = ($_SESSION[$key] ?? 0) + 1;
		$_SESSION['all'][] = $key;
		session_write_close();
	}
	say(cfsession_status()['counters']['merges'] > 0 ? 'merged' : 'never merged');
	PHP;

/* The lowest bit of an id's first byte selects the server, in reverse order. */
$requests = [];
for ($i = 0; $i < 8; $i++) {
	$requests[] = [Php::start($code, $ini), $i < 4 ? 'a1' : 'b1', "k$i"];
}
foreach ($requests as [$request, $id, $key]) {
	$request->writeLine("$id $key");
}
$merged = [];
foreach ($requests as [$request, $id]) {
	$merged[$id][] = trim(plain($request->output(60)));
}
foreach ($merged as $id => $lines) {
	show($id, array_values(array_unique(array_diff($lines, ['never merged']))));
}
configure($path, ['cfsession.lock' => '0']);
foreach (['a1', 'b1'] as $id) {
	$session = in_session($id, fn () => $_SESSION);
	show('  appended', array_count_values($session['all']) == array_diff_key($session, ['all' => 0]) ? 'as often as counted' : array_count_values($session['all']));
	unset($session['all']);
	ksort($session);
	show("  $id", $session);
}
foreach ($servers as $server) {
	show('left', $server->keys());
}
?>
--EXPECT--
a1: ["merged"]
b1: ["merged"]
  appended: as often as counted
  a1: {"k0":100,"k1":100,"k2":100,"k3":100}
  appended: as often as counted
  b1: {"k4":100,"k5":100,"k6":100,"k7":100}
left: ["PHPREDIS_SESSION:a1"]
left: ["PHPREDIS_SESSION:b1"]
