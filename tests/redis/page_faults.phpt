--TEST--
Redis: a large session does not make each request allocate memory from the system again
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
getenv('USE_ZEND_ALLOC') !== '0' or die('skip tools that watch memory take some themselves');
PHP_OS_FAMILY === 'Linux' or die('skip other systems count otherwise');
?>
--FILE--
<?php
require __DIR__ . '/../support/session.inc';
require __DIR__ . '/../support/redis.inc';

$server = RedisServer::start();
$visit = function (int $times, int $size): void {
	for ($i = 0; $i < $times; $i++) {
		in_session("large-$size", function () use ($i, $size): void {
			$_SESSION['data'] ??= str_repeat('x', $size);
			$_SESSION['n'] = $i;
		});
	}
};
foreach (['1', '0'] as $lock) {
	configure($server->savePath(), ['cfsession.lock' => $lock]);
	foreach ([100_000, 1_000_000] as $size) {
		$visit(20, $size);
		$before = getrusage()['ru_minflt'];
		$visit(100, $size);
		$faults = (getrusage()['ru_minflt'] - $before) / 100;
		echo "cfsession.lock=$lock, $size bytes: ", $faults < 3 ? "no page faults\n" : "$faults page faults in each request\n";
	}
}
?>
--EXPECT--
cfsession.lock=1, 100000 bytes: no page faults
cfsession.lock=1, 1000000 bytes: no page faults
cfsession.lock=0, 100000 bytes: no page faults
cfsession.lock=0, 1000000 bytes: no page faults
