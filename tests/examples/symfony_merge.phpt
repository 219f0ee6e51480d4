--TEST--
Symfony's session with cfsession.lock=merge: two requests at once
--SKIPIF--
<?php
require __DIR__ . '/../support/skipif.inc';
require __DIR__ . '/examples.inc';
skip_without_backend('redis');
skip_without(redis_program());
skip_without_packages('mbstring', 'Symfony/Component/HttpFoundation/autoload.php');
?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../support/merging.inc';
require __DIR__ . '/examples.inc';

$symfony = <<<'PHP'
	use Symfony\Component\HttpFoundation\Session\{Session, Storage\NativeSessionStorage};
	use Symfony\Component\HttpFoundation\Session\Storage\{Handler\StrictSessionHandler, Proxy\SessionHandlerProxy};
	require_once 'Symfony/Component/HttpFoundation/autoload.php';
	PHP;
foreach (['null', 'new StrictSessionHandler(new \SessionHandler())'] as $handler) {
	echo "handler: $handler\n";
	$opens = "$symfony \$session = new Session(new NativeSessionStorage(['use_strict_mode' => 0], $handler)); \$session->setId('s'); \$session->start();";
	$one = new Other($store, debian_php('mbstring'));
	$two = new Other($store, debian_php('mbstring'));
	$one->do("$opens \$session->set('user', 'ada'); \$session->set('cart', ['x' => 1]); \$session->getFlashBag()->add('notice', 'first'); \$session->save();");
	$one->do($opens . '$session->set("cart", $session->get("cart") + ["y" => 2]); $session->set("one", true); $session->getFlashBag()->add("notice", "of the one");');
	$two->do($opens . '$session->set("cart", $session->get("cart") + ["z" => 3]); $session->remove("user"); $session->getFlashBag()->add("notice", "of the other"); $session->save();');
	$one->do('$session->save();');
	$two->do($opens . '$all = $session->all(); ksort($all); say(json_encode($all)); say(json_encode($session->getFlashBag()->peekAll())); $session->save();');

	echo "one shows the notices, the other adds one\n";
	$one->do($opens . '$session->getFlashBag()->all();');
	$two->do($opens . '$session->getFlashBag()->add("notice", "later"); $session->save();');
	$one->do('$session->save();');
	$two->do($opens . 'say(json_encode($session->getFlashBag()->all())); $session->save();');

	echo "logout while the other is at work\n";
	$one->do($opens . '$session->set("late", true);');
	$two->do($opens . '$session->invalidate(); $session->save();');
	$one->do('try { $session->save(); } catch (Throwable $error) { say(get_class($error) . ": " . $error->getMessage()); }');
	show('  stored', $store->value('s'));
	$one->tell('exit;');
	$two->tell('exit;');
}
?>
--EXPECT--
handler: null
{"cart":{"x":1,"y":2,"z":3},"one":true}
{"notice":["first","of the other","of the one"]}
one shows the notices, the other adds one
[]
logout while the other is at work
Warning: SessionHandler::write(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
Warning: session_write_close(): Failed to write session data using user defined save handler. (session.save_path: tcp://HOST:PORT, handler: Symfony\Component\HttpFoundation\Session\Storage\Proxy\SessionHandlerProxy::write)
  stored: null
handler: new StrictSessionHandler(new \SessionHandler())
{"cart":{"x":1,"y":2,"z":3},"one":true}
{"notice":["first","of the other","of the one"]}
one shows the notices, the other adds one
[]
logout while the other is at work
Warning: SessionHandler::write(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
Warning: session_write_close(): Failed to write session data using user defined save handler. (session.save_path: tcp://HOST:PORT, handler: Symfony\Component\HttpFoundation\Session\Storage\Proxy\SessionHandlerProxy::write)
  stored: null
