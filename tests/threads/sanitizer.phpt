--TEST--
Threads: ThreadSanitizer sees a race, and cfsession is built with it
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/threads.inc';

$server = RedisServer::start();
$threads = new Threads('', ['session.save_path' => $server->savePath()], [], 100, 'race');
$threads->serve();
$threads->endThreads();
echo preg_match('/^WARNING: ThreadSanitizer: data race .*\n.*\n +#0 run_thread .*threads\.c/m', $report = $threads->end()) ? "seen\n" : $report;
echo str_contains(file_get_contents(getenv('THREADS_BUILD') . '/modules/cfsession.so'), '__tsan_func_entry') ? "in\n" : "not in\n";
?>
--EXPECT--
seen
in
