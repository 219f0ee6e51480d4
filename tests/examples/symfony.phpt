--TEST--
Symfony's session on two instances
--SKIPIF--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/skipif.inc';
require __DIR__ . '/examples.inc';
skip_without_backend('redis');
skip_without(redis_program());
skip_without_packages('mbstring', 'Symfony/Component/HttpFoundation/autoload.php');
?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/visits.inc';
$ini = SHORT_TIMEOUT + debian_php('mbstring');
visit_instances($store, instances('symfony', $store->savePath(), $ini));

$classes = ['new SessionHandlerProxy(new \SessionHandler())', 'new StrictSessionHandler(new \SessionHandler())'];
foreach ($classes as $i => $handler) {
	echo "\n$handler\n";
	$server = WebServer::start('use Symfony\Component\HttpFoundation\Session\{Session, Storage\NativeSessionStorage};
		use Symfony\Component\HttpFoundation\Session\Storage\{Handler\StrictSessionHandler, Proxy\SessionHandlerProxy};
		require_once "Symfony/Component/HttpFoundation/autoload.php";
		$session = new Session(new NativeSessionStorage([], ' . $handler . '));
		$session->set("count", $session->get("count", 0) + 1);
		echo "count ", $session->get("count"), "\n";
		$session->save();', ['session.save_path' => $store->savePath()] + debian_php('mbstring'));
	[$page, $cookies] = $server->get();
	echo $page, $server->get($cookies)[0];
	$madeUp = ['PHPSESSID' => str_repeat((string) $i, 40)];
	[$page, $replaced] = $server->get($madeUp);
	echo 'an id that somebody made up is ', $replaced ? 'replaced' : 'taken', "\n", $page, $server->get($replaced ?: $madeUp)[0];
}
?>
--EXPECT--
the first: count 1, user -
the second: count 2, user -
logs in at the first: another page (another id)
the session before that is gone
the second: count 3, user ada, Hello!
the first: count 4, user ada
while another request has the session: fails
after it: count 5, user ada
while the store hangs: fails
when it is back: count 6, user ada
logs out at the second: another page (another id)
the session is gone
the first, with the id of that session: count 1, user - (another id)
the second, with an id that somebody made up: count 1, user - (another id)
the first: count 2, user -

new SessionHandlerProxy(new \SessionHandler())
count 1
count 2
an id that somebody made up is taken
count 1
count 2

new StrictSessionHandler(new \SessionHandler())
count 1
count 2
an id that somebody made up is replaced
count 1
count 2
