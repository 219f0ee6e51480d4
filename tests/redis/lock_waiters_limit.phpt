--TEST--
Redis: cfsession.lock_waiters limits the waiters of one session; one more fails at once
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/store_redis.inc';

const WAIT = "session_id('s'); session_start(); \$_SESSION['n']++; say((string) \$_SESSION['n']);";

/** A request that may wait long, unless as many others as the limit wait already. */
function waiter(string $limit = '2'): Process
{
	global $store;

	return start_request($store, WAIT, ['cfsession.lock_wait' => '30', 'cfsession.lock_waiters' => $limit]);
}

/** Runs a request that must fail at once. */
function refused(string $label, string $limit): void
{
	global $store;

	$began = now();
	$output = request($store, 'session_id("s"); say(json_encode(session_start())); say((string) cfsession_status()["counters"]["lock_waits"]);',
		['cfsession.lock_wait' => '30', 'cfsession.lock_waiters' => $limit]);
	echo "$label\n  ", str_replace("\n", "\n  ", rtrim(without_holder($output, getmypid()))), "\n";
	show('  at once', now() - $began < 2);
}

configure($store->savePath());
foreach (['the limit is reached', 'and again'] as $round) {
	echo "== $round\n";
	$store->put('s', 'n|i:0;');
	session_id('s');
	session_start();
	$waiters = [waiter()];
	$store->awaitWaiters(1);
	$waiters[] = waiter();
	$store->awaitWaiters(2);
	refused('a third one', '2');
	refused('one that would be the second', '1');
	/* Each request applies its own limit. */
	$waiters[] = waiter('0');
	$store->awaitWaiters(3);
	show_warnings('the holder', fn () => session_write_close());
	$read = array_map(fn ($waiter) => rtrim(plain($waiter->output())), $waiters);
	sort($read);
	show('those that have waited', $read);
	show('left behind', $store->leftovers());
}

echo "== nobody waits\n";
show('a request', rtrim(request($store, WAIT, ['cfsession.lock_waiters' => '1'])));
/* A waiter that died counts until its next poll would have been due. */
session_id('s');
session_start();
$dead = waiter('1');
$store->awaitWaiters(1);
$dead->kill();
session_write_close();
show('one that died', wait_until(fn () => $store->leftovers() === [] ? 'is forgotten' : '', 10));
?>
--EXPECT--
== the limit is reached
a third one
  Warning: session_start(): cfsession: cannot read the session: another request (HOLDER) holds the lock PHPREDIS_SESSION:..._LOCK at HOST:PORT, and 2 already wait for it (cfsession.lock_waiters)
  Warning: session_start(): Failed to read session data: cfsession (path: tcp://HOST:PORT)
  false
  0
  at once: true
one that would be the second
  Warning: session_start(): cfsession: cannot read the session: another request (HOLDER) holds the lock PHPREDIS_SESSION:..._LOCK at HOST:PORT, and 1 already wait for it (cfsession.lock_waiters)
  Warning: session_start(): Failed to read session data: cfsession (path: tcp://HOST:PORT)
  false
  0
  at once: true
the holder: no warning
those that have waited: ["1","2","3"]
left behind: []
== and again
a third one
  Warning: session_start(): cfsession: cannot read the session: another request (HOLDER) holds the lock PHPREDIS_SESSION:..._LOCK at HOST:PORT, and 2 already wait for it (cfsession.lock_waiters)
  Warning: session_start(): Failed to read session data: cfsession (path: tcp://HOST:PORT)
  false
  0
  at once: true
one that would be the second
  Warning: session_start(): cfsession: cannot read the session: another request (HOLDER) holds the lock PHPREDIS_SESSION:..._LOCK at HOST:PORT, and 1 already wait for it (cfsession.lock_waiters)
  Warning: session_start(): Failed to read session data: cfsession (path: tcp://HOST:PORT)
  false
  0
  at once: true
the holder: no warning
those that have waited: ["1","2","3"]
left behind: []
== nobody waits
a request: 4
one that died: is forgotten
