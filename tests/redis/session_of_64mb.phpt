--TEST--
Redis: a session of 64 MB
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
getenv('USE_ZEND_ALLOC') !== '0' or die('skip memory is not measured without the allocator of PHP');
?>
--INI--
memory_limit=1G
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$server = RedisServer::start();
foreach (['1', '0'] as $lock) {
	configure($server->savePath(), ['cfsession.lock' => $lock, 'cfsession.timeout' => '60']);
	$server->call('FLUSHALL');
	$value = str_repeat(random_bytes(1 << 10), 64 << 10);
	attempt("lock=$lock, new", fn () => $_SESSION['value'] = $value);
	attempt('read and changed', function () use ($value): void {
		echo $_SESSION['value'] === $value ? "  the same\n" : "  DIFFERENT\n";
		$_SESSION['value'][0] = '!';
	});
	$value[0] = '!';
	attempt('read', fn () => print($_SESSION['value'] === $value ? "  the same\n" : "  DIFFERENT\n"));
	echo 'bytes stored: ', $server->call('STRLEN', KEY) - strlen('value|s:67108864:"";'), "\n";
	unset($value);

	/* cfsession does not keep the memory. (PHP keeps the previous session's data.) */
	attempt('small', fn () => $_SESSION = ['n' => 1]);
	attempt('small again', fn () => $_SESSION['n']++);
	preg_match('/^RssAnon:\s+(\d+)/m', file_get_contents('/proc/self/status'), $found);
	echo 'memory: ', $found[1] < 48 << 10 ? 'little' : "$found[1] kB", "\n";
}
echo 'connects: ', counter('connects'), ', errors: ', counter('errors'), "\n";
?>
--EXPECT--
lock=1, new: started
  the same
read and changed: started
  the same
read: started
bytes stored: 67108864
small: started
small again: started
memory: little
lock=0, new: started
  the same
read and changed: started
  the same
read: started
bytes stored: 67108864
small: started
small again: started
memory: little
connects: 1, errors: 0
