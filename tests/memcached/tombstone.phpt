--TEST--
Memcached: a tombstone outlives the lock of whoever destroyed the session, and is known in both protocols
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_sasl();
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

const GONE_KEY = 'memc.sess.key.gone.' . ID;
const DESTROY = 'session_destroy();';
const WRITE = '$_SESSION["n"] = 7; session_write_close();';

/** What others do meanwhile, who take no locks and whose own would be short. */
function others(string $path, string ...$steps): void
{
	foreach ($steps as $step) {
		$settings = ['session.save_path' => $path, 'cfsession.lock' => '0', 'cfsession.lock_ttl' => '1'];
		echo Php::start('session_id("' . ID . '"); session_start(); ' . $step, $settings)->output();
	}
}

$servers = [
	'text' => [$text = MemcachedServer::start(), $text->savePath()],
	'binary' => [$binary = MemcachedServer::sasl(USER, PASSWORD), login_path($binary)],
];
foreach ($servers as $protocol => [$server, $path]) {
	foreach (['locked' => '1', 'unlocked' => '0'] as $name => $lock) {
		configure($path, ['cfsession.lock' => $lock]);
		$cases = [
			'nobody else' => [],
			'written by another one' => [WRITE],
			'destroyed' => [DESTROY],
			'destroyed and made anew' => [DESTROY, WRITE],
		];
		foreach ($cases as $case => $steps) {
			$server->set(KEY, 'n|i:1;');
			attempt("$protocol, $name, $case", function () use ($path, $steps) {
				others($path, ...$steps);
				count_up();
			});
			show_store($server);
		}
		$server->delete(KEY);
		$first = $server->get(GONE_KEY);
		others($path, DESTROY);
		echo '  the next tombstone: ', $server->get(GONE_KEY) === $first ? 'the same' : 'another', "\n";
	}
}
echo 'lifetime of a tombstone: ', $text->client()->givenLifetime(GONE_KEY), "\n";

/* One of version 0.1. */
configure($text->savePath());
$text->set(KEY, 'n|i:1;');
$text->delete(GONE_KEY);
attempt('destroyed by 0.1', function () use ($text) {
	$text->set(GONE_KEY, '1', 61);
	$text->delete(KEY);
	count_up();
});
show_store($text);
attempt('and made anew', count_up(...));
attempt('and changed', count_up(...));
show_store($text);
?>
--EXPECT--
text, locked, nobody else: started
  in the store: n|i:2;
text, locked, written by another one: started
  session_write_close(): cfsession: cannot write the session: its lock expired before this request had finished (raise cfsession.lock_ttl), or another request wrote it without a lock; nothing was written
  in the store: n|i:7;
text, locked, destroyed: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  in the store: nothing
text, locked, destroyed and made anew: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  in the store: n|i:7;
  the next tombstone: another
text, unlocked, nobody else: started
  in the store: n|i:2;
text, unlocked, written by another one: started
  in the store: n|i:2;
text, unlocked, destroyed: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  in the store: nothing
text, unlocked, destroyed and made anew: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  in the store: n|i:7;
  the next tombstone: another
binary, locked, nobody else: started
  in the store: n|i:2;
binary, locked, written by another one: started
  session_write_close(): cfsession: cannot write the session: its lock expired before this request had finished (raise cfsession.lock_ttl), or another request wrote it without a lock; nothing was written
  in the store: n|i:7;
binary, locked, destroyed: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  in the store: nothing
binary, locked, destroyed and made anew: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  in the store: n|i:7;
  the next tombstone: another
binary, unlocked, nobody else: started
  in the store: n|i:2;
binary, unlocked, written by another one: started
  in the store: n|i:2;
binary, unlocked, destroyed: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  in the store: nothing
binary, unlocked, destroyed and made anew: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  in the store: n|i:7;
  the next tombstone: another
lifetime of a tombstone: 600
destroyed by 0.1: started
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  in the store: nothing
and made anew: started
and changed: started
  in the store: n|i:2;
