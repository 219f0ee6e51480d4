--TEST--
Redis: the memory of a large session is freed when no request needs it any more
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
getenv('USE_ZEND_ALLOC') !== '0' or die('skip tools that watch memory take some themselves');
PHP_OS_FAMILY === 'Linux' or die('skip other systems count otherwise');
?>
--FILE--
<?php
require __DIR__ . '/../support/redis.inc';
require __DIR__ . '/../support/client.inc';

$server = RedisServer::start();
/* Makes the C library return freed memory to the system at once; PHP does so with blocks larger than 2 MB. */
$process = Php::start('
	$memory = function (): int {
		gc_mem_caches();
		preg_match("/^RssAnon:\s+(\d+)/m", file_get_contents("/proc/self/status"), $found);
		return (int) $found[1];
	};
	$visit = function (string $id, int $size, int $times): void {
		for ($i = 0; $i < $times; $i++) {
			session_id($id);
			session_start();
			$_SESSION["data"] ??= str_repeat("x", $size);
			session_write_close();
			$_SESSION = [];
		}
	};
	$visit("small", 100, 3);
	$first = $memory();
	$visit("large", 2_100_000, 3);
	$large = $memory();
	$visit("small", 100, 40);
	say(json_encode([$large > $first + 2000, $memory() < $first + 600]));
', [
	'session.save_path' => $server->savePath(),
], ['MALLOC_MMAP_THRESHOLD_' => '65536', 'MALLOC_TRIM_THRESHOLD_' => '65536']);
echo trim($process->output()), "\n";
?>
--EXPECT--
[true,true]
