--TEST--
Redis: cfsession.store_empty=Off recognizes empty sessions of igbinary and msgpack, compressed or not
--SKIPIF--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/skipif.inc';
require __DIR__ . '/phpredis.inc';
skip_without_phpredis();
?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/phpredis.inc';

$visit = fn (string $code) => "session_id('s'); session_start(); $code; session_write_close(); say(json_encode(\$_SESSION));";
foreach (['igbinary', 'msgpack', 'php_serialize'] as $handler) {
	$ini = phpredis() + ['session.serialize_handler' => $handler, 'cfsession.store_empty' => 0];
	if (cfsession_status()['libraries']['zstd'] !== null) {
		$ini += ['cfsession.compression' => 'zstd', 'cfsession.compression_threshold' => 0];
	}
	echo "$handler: ", request($store, $visit(''), $ini);
	show('  stored', $store->value('s'));
	foreach (['$_SESSION["text"] = str_repeat("text", 1000)', '$_SESSION["n"] = 1', 'unset($_SESSION["text"], $_SESSION["n"])'] as $code) {
		$said = request($store, $visit($code), $ini);
		show('  then', substr(trim($said), 0, 30));
	}
	show('  stored', $store->value('s') !== null);
	$store->remove('s');
}
show('left behind', $store->leftovers());
?>
--EXPECT--
igbinary: []
  stored: null
  then: {"text":"texttexttexttexttextt
  then: {"text":"texttexttexttexttextt
  then: []
  stored: true
msgpack: []
  stored: null
  then: {"text":"texttexttexttexttextt
  then: {"text":"texttexttexttexttextt
  then: []
  stored: true
php_serialize: []
  stored: null
  then: {"text":"texttexttexttexttextt
  then: {"text":"texttexttexttexttextt
  then: []
  stored: true
left behind: []
