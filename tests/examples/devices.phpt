--TEST--
Your devices, in real browsers: sign in on three, log out one, then the others, then everywhere
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

const NAME = 'Zoë <b>&"';

$redis = RedisServer::start();
$file = temp_dir() . '/devices.json';
[$first, $second] = instances('devices', $redis->savePath(), env: ['DEVICES_FILE' => $file]);

function show(string $what, string $text): void
{
	$text = preg_replace(['/(Chrome on Linux )+/', '/in 2[34] minutes/'], ['CHROMIUM ', 'in N minutes'], $text);
	/* Devices are sorted by last use, in seconds, so two of them may come in either order. */
	echo "$what: ", preg_replace('/(Tablet signed out [^.]*?Log out )(Phone <i> signed out [^.]*?Log out )/', '$2$1', $text), "\n";
}

function sign_in(Browser $browser, WebServer $server, string $user, string $device): void
{
	$browser->open($server->url());
	$browser->type('input[name=user]', $user);
	$device !== '' && $browser->type('input[name=name]', $device);
	$browser->click('button.main');
}

/** The page as a client without a browser gets it. */
function page(WebServer $server, array $cookies): string
{
	return $server->get($cookies)[0];
}

function token(string $page): string
{
	preg_match('/name="form_token" value="(\w+)"/', $page, $found);
	return $found[1];
}

/** Signs in without a browser; returns the cookies. */
function sign_in_plainly(WebServer $server, string $user, string $device): array
{
	[$page, $cookies] = $server->get();
	[, $new] = $server->post(['form_token' => token($page), 'user' => $user, 'name' => $device], $cookies);
	return $new + $cookies;
}

$desk = Browser::start();
$phone = Browser::start();
$desk->open($first->url());
show('nobody', $desk->text());
sign_in($desk, $first, NAME, '');
show('desk', $desk->text());
sign_in($phone, $second, NAME, 'Phone <i>');
$tablet = sign_in_plainly($first, NAME, 'Tablet');
$foreign = sign_in_plainly($second, 'somebody else', 'Laptop');
show('phone', $phone->text());
$desk->open($second->url());
show('desk, by the other instance', $desk->text());
getenv('SCREENSHOT') && file_put_contents(getenv('SCREENSHOT'), $desk->screenshot('main'));

echo "-- for those who see, and those who hear\n";
$labels = $desk->evaluate('[...document.querySelectorAll("li button")].map(b => b.getAttribute("aria-label"))');
sort($labels);
show('labels', implode(', ', $labels));
show('fields without a label', (string) $desk->evaluate('[...document.querySelectorAll("input:not([type=hidden])")].filter(i => !i.labels.length).length'));
show('scrolls aside', json_encode($desk->evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')));

echo "-- ids and tokens\n";
$page = page($first, $tablet);
$ids = preg_filter('/^PHPREDIS_SESSION:([^_]+)$/D', '$1', $redis->keys());
show('ids on the page', (string) count(array_filter($ids, fn ($id) => str_contains($page, $id))) . ' of ' . count($ids));
show('without the token', (string) $first->post(['everywhere' => ''], $tablet)[2]);
show('with another\'s', (string) $first->post(['everywhere' => '', 'form_token' => token(page($first, $foreign))], $tablet)[2]);
show('with none at all', (string) $first->post(['everywhere' => '', 'form_token' => ['']], $tablet)[2]);
preg_match('/name="device" value="(\w+)"/', page($first, $foreign), $device);
$first->post(['device' => $device[1], 'form_token' => token($page)], $tablet);
show('another user\'s device', preg_match('/role="status">(.*?)</', page($first, $tablet), $said) ? $said[1] : 'nothing said');
show('another user', str_contains(page($first, $foreign), 'Laptop') ? 'is signed in' : 'is logged out');

echo "-- one device\n";
$desk->click('button[aria-label="Log out Tablet"]');
show('desk', $desk->text());
show('tablet', str_contains(page($second, $tablet), 'Sign in') ? 'has to sign in' : 'is signed in');

echo "-- the others\n";
sign_in_plainly($first, NAME, 'Tablet');
$desk->click('button[name=others]');
show('desk', $desk->text());
$phone->open($first->url());
show('phone', $phone->text('h1'));

echo "-- everywhere\n";
sign_in($phone, $first, NAME, 'Phone');
$phone->click('button[name=everywhere]');
show('phone', $phone->text('h1'));
$desk->open($first->url());
show('desk', $desk->text('h1'));
show('another user', str_contains(page($first, $foreign), 'Laptop') ? 'is signed in' : 'is logged out');

echo "-- this device\n";
sign_in($phone, $first, NAME, 'Phone');
$phone->click('button[aria-label="Log out Phone"]');
show('phone', $phone->text('h1'));
?>
--EXPECT--
nobody: Sign in With any name: this is an example. Sign in with it in another browser, too. Your name This device (optional) Sign in
desk: Your devices Signed in as Zoë <b>&". CHROMIUM This device · signed out in N minutes, unless used Log out Log out the others Log out everywhere
phone: Your devices Signed in as Zoë <b>&". Phone <i> This device · signed out in N minutes, unless used Log out CHROMIUM signed out in N minutes, unless used Log out Log out the others Log out everywhere
desk, by the other instance: Your devices Signed in as Zoë <b>&". CHROMIUM This device · signed out in N minutes, unless used Log out Phone <i> signed out in N minutes, unless used Log out Tablet signed out in N minutes, unless used Log out Log out the others Log out everywhere
-- for those who see, and those who hear
labels: Log out Chrome on Linux, Log out Phone <i>, Log out Tablet
fields without a label: 0
scrolls aside: false
-- ids and tokens
ids on the page: 0 of 4
without the token: 403
with another's: 403
with none at all: 403
another user's device: That device is not signed in any more.
another user: is signed in
-- one device
desk: Your devices Signed in as Zoë <b>&". Tablet is logged out. CHROMIUM This device · signed out in N minutes, unless used Log out Phone <i> signed out in N minutes, unless used Log out Log out the others Log out everywhere
tablet: has to sign in
-- the others
desk: Your devices Signed in as Zoë <b>&". 2 other devices are logged out. CHROMIUM This device · signed out in N minutes, unless used Log out Log out the others Log out everywhere
phone: Sign in
-- everywhere
phone: Sign in
desk: Sign in
another user: is signed in
-- this device
phone: Sign in
