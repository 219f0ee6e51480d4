--TEST--
Redis: a restart of the server goes unnoticed, between requests and within one
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$server = RedisServer::start(['save' => '3600 1']);
configure($server->savePath());
$count = fn () => $_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;

foreach (['1', '0'] as $lock) {
	echo "cfsession.lock=$lock\n";
	ini_set('cfsession.lock', $lock);
	attempt('before', $count);
	[$connects, $retries] = [counter('connects'), counter('retries')];
	$server->restart();
	attempt('after', $count);
	attempt('a restart between read and write', function () use ($count, $server) {
		$count();
		$server->restart();
	});
	echo 'connects: ', counter('connects') - $connects, ', retries: ', counter('retries') - $retries, "\n";
	show_store($server);
}
echo 'errors: ', counter('errors'), "\n";
?>
--EXPECT--
cfsession.lock=1
before: started
after: started
a restart between read and write: started
connects: 2, retries: 0
  in the store: PHPREDIS_SESSION:ID = n|i:3;
cfsession.lock=0
before: started
after: started
a restart between read and write: started
connects: 2, retries: 0
  in the store: PHPREDIS_SESSION:ID = n|i:6;
errors: 0
