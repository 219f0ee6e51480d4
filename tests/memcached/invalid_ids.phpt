--TEST--
Memcached: invalid ids never become keys
--DESCRIPTION--
Not the body of tests/handler: the longest id depends on the prefix here (key_length.phpt).
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';

/* PHP itself always replaces some of these ids: those with characters that are dangerous in HTML. */
$ids = [
	'232 characters' => str_repeat('a', 232),
	'257 characters' => str_repeat('a', 257),
	'lock. at the beginning' => 'lock.a',
	'a second command' => "a\r\nflush_all\r\n",
	'NUL' => "a\0b",
	'control byte' => "a\x01",
	'line feed' => "a\n",
	'space' => 'a b',
	'quote' => 'a"b',
	'slash' => '../a',
	'UTF-8' => 'ä',
	'empty' => '',
];
$longest = str_repeat('a', 231);
$said = [];

/* The sessions that these ids would reach if they were truncated or used as keys. */
foreach (['a', $longest] as $id) {
	$store->put($id, 'n|i:1;');
}
$store->putLock('a', 'web-1|4711', 60000);

foreach (['1', '0'] as $strict) {
	configure($store->savePath(), ['session.use_strict_mode' => $strict, 'cfsession.lock_wait' => '0.1']);
	show('strict mode', (bool) $strict);
	foreach ($ids as $name => $id) {
		array_push($said, ...warnings(function () use ($id, $name) {
			session_id($id);
			$started = session_start();
			$_SESSION['n'] = 1;
			show("  $name", !$started ? false : (session_id() === $id ? 'accepted' : 'another id'));
			$started && session_destroy();
		}));
	}
}
echo implode("\n", array_unique($said)), "\n";
show('the lock', $store->lock('a'));
$store->expireLock('a');
show('the sessions', [$store->value('a'), $store->value($longest)]);
/* Without the tombstones of the ids that PHP has generated instead. */
show('left behind', array_values(preg_grep('/gone\.\w{26}$/', $store->leftovers(), PREG_GREP_INVERT)));

in_session($longest, fn () => $_SESSION['n']++);
show('231 characters', $store->value($longest));
?>
--EXPECT--
strict mode: true
  232 characters: another id
  257 characters: another id
  lock. at the beginning: another id
  a second command: another id
  NUL: another id
  control byte: another id
  line feed: another id
  space: another id
  quote: another id
  slash: another id
  UTF-8: another id
  empty: another id
strict mode: false
  232 characters: false
  257 characters: false
  lock. at the beginning: false
  a second command: another id
  NUL: false
  control byte: false
  line feed: another id
  space: another id
  quote: another id
  slash: false
  UTF-8: false
  empty: another id
session_start(): cfsession: cannot read the session: its id is empty, too long, or has characters other than A-Z, a-z, 0-9, "-" and ","
session_start(): Failed to read session data: cfsession (path: HOST:PORT)
the lock: web-1|4711
the sessions: ["n|i:1;","n|i:1;"]
left behind: []
231 characters: n|i:2;
