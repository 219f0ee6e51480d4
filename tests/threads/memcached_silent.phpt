--TEST--
Threads: with a silent Memcached server each thread fails in time
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/threads.inc';
require __DIR__ . '/../support/proxy.inc';

$server = MemcachedServer::start();
$proxy = Proxy::to($server->port, 'memcached');
$proxy->stall();
$threads = new Threads(<<<'PHP'
	set_error_handler(fn ($level, $message) => !str_contains($message, 'cfsession:') || print(strstr($message, 'did not') . "\n"));
	session_start();
	PHP, [
		'session.save_path' => $proxy->savePath(),
		'cfsession.timeout' => '0.2',
		'cfsession.connect_timeout' => '5',
		'cfsession.retry_interval' => '0',
	], requests: 10);
show_threads('silent', $threads, fn () => 0);
?>
--EXPECT--
silent
  80 times: did not answer within 200 ms (cfsession.timeout)
  connections: 0
