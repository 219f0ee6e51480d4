--TEST--
Memcached: many requests for one session all get it, and no update is lost
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_sasl();
?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

/* A new connection each time, so that no retry on a second one hides a failure. */
foreach ([$text = MemcachedServer::start(), $binary = MemcachedServer::sasl(USER, PASSWORD)] as $server) {
	$ini = [
		'session.save_path' => $server === $text ? $server->savePath() : login_path($server),
		'cfsession.persistent' => 0,
		'cfsession.lock_wait' => 60,
	];
	$requests = [];
	for ($i = 0; $i < 4; $i++) {
		$requests[] = Php::start('
			say("ready");
			hear();
			for ($i = 0; $i < 100; $i++) {
				session_id("' . ID . '");
				session_start();
				$_SESSION["n"] = ($_SESSION["n"] ?? 0) + 1;
				session_write_close();
			}', $ini);
	}
	foreach ($requests as $request) {
		$request->readLine();
	}
	foreach ($requests as $request) {
		$request->writeLine('go');
	}
	foreach ($requests as $request) {
		echo preg_replace('/127\.0\.0\.1:\d+/', 'HOST:PORT', $request->output(60));
	}
	echo $server === $text ? 'text: ' : 'binary: ', $server->get(KEY), "\n";
}
?>
--EXPECT--
text: n|i:400;
binary: n|i:400;
