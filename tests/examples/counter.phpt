--TEST--
The counter in a real browser, on two instances, one of which is killed
--SKIPIF--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/skipif.inc';
skip_without_backend('redis');
skip_without(redis_program());
skip_without_browser();
?>
--FILE--
<?php
require __DIR__ . '/../support/browser.inc';
require __DIR__ . '/../support/redis.inc';
require __DIR__ . '/examples.inc';

$redis = RedisServer::start();
[$first, $second] = instances('counter', $redis->savePath());
$browser = Browser::start();

function show_page(Browser $browser, RedisServer $redis): void
{
	static $first = null;
	preg_match('/Session (\w{6})/', $text = $browser->text(), $session);
	$first ??= $session[1];
	echo strtr($text, [$session[1] => $session[1] === $first ? 'FIRST' : 'OTHER', "127.0.0.1:{$redis->port}" => 'HOST:PORT']), "\n";
}

foreach ([$first, $second, $first] as $server) {
	$browser->open($server->url());
	show_page($browser, $redis);
}
$first->kill();
try {
	$browser->open($first->url());
} catch (RuntimeException $error) {
	echo $error->getMessage(), "\n";
}
$browser->open($second->url());
show_page($browser, $redis);
$browser->click('button.main');
show_page($browser, $redis);
/* Takes the screenshot for the README. */
if ($file = getenv('SCREENSHOT')) {
	file_put_contents($file, $browser->screenshot('main'));
}
$browser->click('button[name=start-over]');
show_page($browser, $redis);
/* Without the tombstone of the destroyed session. */
echo 'sessions: ', count(preg_grep('/_GONE$/D', $redis->keys(), PREG_GREP_INVERT)), "\n";
?>
--EXPECT--
Visit 1 Answered by instance-1 Session FIRST… Kept in Redis HOST:PORT Visit again Start over
Visit 2 Answered by instance-2 Session FIRST… Kept in Redis HOST:PORT Visit again Start over
Visit 3 Answered by instance-1 Session FIRST… Kept in Redis HOST:PORT Visit again Start over
net::ERR_CONNECTION_REFUSED
Visit 4 Answered by instance-2 Session FIRST… Kept in Redis HOST:PORT Visit again Start over
Visit 5 Answered by instance-2 Session FIRST… Kept in Redis HOST:PORT Visit again Start over
Visit 1 Answered by instance-2 Session OTHER… Kept in Redis HOST:PORT Visit again Start over
sessions: 1
