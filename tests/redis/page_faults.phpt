--TEST--
Redis: a large session takes no memory from the system anew in each request
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
$visit = function (int $times): void {
	for ($i = 0; $i < $times; $i++) {
		in_session('large', function () use ($i): void {
			$_SESSION['data'] ??= str_repeat('x', 100000);
			$_SESSION['n'] = $i;
		});
	}
};
foreach (['1', '0'] as $lock) {
	configure($server->savePath(), ['cfsession.lock' => $lock]);
	$visit(20);
	$before = getrusage()['ru_minflt'];
	$visit(100);
	$faults = (getrusage()['ru_minflt'] - $before) / 100;
	echo "cfsession.lock=$lock: ", $faults < 3 ? "no page faults\n" : "$faults page faults in each request\n";
}
?>
--EXPECT--
cfsession.lock=1: no page faults
cfsession.lock=0: no page faults
