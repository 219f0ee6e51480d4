--TEST--
Memcached: reading a session extends its lifetime, and no other item's
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
require __DIR__ . '/../support/later.inc';
Clock::isThere() or exit('skip no C compiler');
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/attempt.inc';
require __DIR__ . '/../support/later.inc';

$server = MemcachedServer::start();
$proxy = Proxy::to($server->port, 'memcached');
configure($proxy->savePath(), ['session.gc_maxlifetime' => '700', 'cfsession.lock_lease' => '90']);

function show_wire(string $label): void
{
	global $proxy;

	$stats = $proxy->stats();
	echo "  $label: $stats[round_trips] round trips: ", implode(' ', array_merge(...$stats['bursts'])), "\n";
	$proxy->reset();
}

foreach (['1', '0'] as $lock) {
	echo "cfsession.lock=$lock\n";
	ini_set('cfsession.lock', $lock);
	$server->set(KEY, 'n|i:1;', 100);
	$server->set(TOMBSTONE_KEY, 'x', 600);
	in_session(ID, fn () => null);
	$proxy->reset();
	$before = counter('round_trips');
	in_session(ID, function () use ($server) {
		$client = $server->client();
		foreach (['session' => KEY, 'lock' => LOCK_KEY, 'tombstone' => TOMBSTONE_KEY] as $name => $key) {
			echo "  lifetime of the $name: ", json_encode($client->givenLifetime($key)), "\n";
		}
	});
	show_wire('unchanged');
	echo '  here: ', counter('round_trips') - $before, "\n";
	/* What others store stays, and nothing is written over it. */
	in_session(ID, fn () => $server->set(KEY, 'n|i:9;', 300));
	echo '  stored meanwhile: ', $server->get(KEY), ', for ', $server->client()->givenLifetime(KEY), " s\n";
	$server->delete(KEY);
	$server->delete(TOMBSTONE_KEY);
	$proxy->reset();
	in_session(ID, fn () => null);
	show_wire('new and empty');
	$server->delete(KEY);

	/* Values that look like the end of an answer. */
	foreach (['empty' => '', 'the end of an answer' => 'd|s:12:"' . "\r\nEND\r\nEND\r\n" . '";', 'long' => 'd|s:1000000:"' . str_repeat("\r\n", 500000) . '";'] as $name => $value) {
		$server->set(KEY, $value, 100);
		in_session(ID, fn () => print("  $name: " . strlen($_SESSION['d'] ?? '') . " bytes\n"));
		echo '    is as it was: ', json_encode($server->get(KEY) === $value), "\n";
	}

	/* A long request with a lock checks the lock at its end, because the release has no reply that tells of its loss. */
	$server->set(KEY, 'n|i:1;', 100);
	$clock = new Clock();
	$request = Php::start('session_id("' . ID . '"); session_start(); say("open"); hear(); session_write_close(); say("closed");',
		['session.save_path' => $proxy->savePath(), 'cfsession.lock' => $lock, 'session.gc_maxlifetime' => '700', 'cfsession.lock_lease' => '60'], $clock->env());
	$request->readLine();
	$server->client()->touch(KEY, 50);
	$clock->advance(11);
	$request->writeLine('');
	$request->output();
	echo '  after eleven seconds: ', $server->client()->givenLifetime(KEY), ' s', $server->get(LOCK_KEY) === null ? '' : ', locked', "\n";
}
?>
--EXPECT--
cfsession.lock=1
  lifetime of the session: 700
  lifetime of the lock: 90
  lifetime of the tombstone: 600
  unchanged: 1 round trips: add MG MG GATS cas
  here: 1
  stored meanwhile: n|i:9;, for 300 s
  new and empty: 2 round trips: add MG MG GATS ADD GET cas
  empty: 0 bytes
    is as it was: true
  the end of an answer: 12 bytes
    is as it was: true
  long: 1000000 bytes
    is as it was: true
  after eleven seconds: 700 s
cfsession.lock=0
  lifetime of the session: 700
  lifetime of the lock: null
  lifetime of the tombstone: 600
  unchanged: 1 round trips: MG GATS
  here: 1
  stored meanwhile: n|i:9;, for 300 s
  new and empty: 2 round trips: MG GATS ADD GET
  empty: 0 bytes
    is as it was: true
  the end of an answer: 12 bytes
    is as it was: true
  long: 1000000 bytes
    is as it was: true
  after eleven seconds: 50 s
