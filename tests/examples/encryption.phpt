--TEST--
A class that encrypts sessions, on two instances
--SKIPIF--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/skipif.inc';
skip_without_backend('redis');
skip_without(redis_program());
?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/visits.inc';
$code = 'require ' . var_export(example('encryption/EncryptedSessionHandler.php'), true) . ';
	EncryptedSessionHandler::fromEnvironment()->register();
	require ' . var_export(__DIR__ . '/pages.inc', true) . ';';
[$old, $new] = [base64_encode(random_bytes(32)), base64_encode(random_bytes(32))];
$ini = SHORT_TIMEOUT + ['session.save_path' => $store->savePath()];
$serve = fn (string $keys): WebServer => WebServer::start($code, $ini, ['SESSION_KEYS' => $keys]);
visit_instances($store, [$server = $serve($old), $serve($old)]);

$show = function (string $what, WebServer $server, string $id, string $path = '') use ($store): void {
	$before = $store->value($id);
	[$page, , $status] = $server->get(['PHPSESSID' => $id], $path);
	echo "$what: ", $status === 200 ? trim($page) : 'fails',
		$before === $store->value($id) ? ', what is stored stays' : ', stored anew', "\n";
};
[$id, $other] = [$server->get()[1]['PHPSESSID'], $server->get()[1]['PHPSESSID']];

echo "\n-- what is stored\n";
$stored = $store->value($id);
echo str_contains($stored, 'count') ? $stored : strlen($stored) - strlen('count|i:1;') . ' bytes more', "\n";
$show('visited', $server, $id);
$stored = $store->value($id);

echo "\n-- what somebody else has stored there\n";
$store->put($other, $stored);
$show("another's session", $server, $other);
foreach (['nonce' => 0, 'tag' => 12, 'text' => 28] as $what => $at) {
	$store->put($id, substr_replace($stored, chr(ord($stored[$at]) ^ 1), $at, 1));
	$show("another $what", $server, $id);
}
foreach (['cut off' => substr($stored, 0, -1), 'the nonce alone' => substr($stored, 0, 12), 'plain' => 'count|i:9;'] as $what => $value) {
	$store->put($id, $value);
	$show($what, $server, $id);
}
$store->put($id, $stored);
$show('as it was', $server, $id);

echo "\n-- keys\n";
$show('another one', $serve($new), $id);
$both = $serve("$new,$old");
$store->setLifetime($id, 10);
$show('both, nothing changed', $both, $id, 'nothing');
echo 'its lifetime: ', tens($store->lifetime($id)), "\n";
$show('the new one', $serve($new), $id);
$show('the old one', $server, $id);
foreach (['none' => '', 'too short' => base64_encode('short'), 'not base64' => str_repeat('*', 44), 'one of two' => "$new,"] as $what => $keys) {
	$show($what, $serve($keys), $id);
}
echo 'left behind: ', json_encode($store->leftovers()), "\n";
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
logs out at the second: another page
the session is gone
the first, with the id of that session: count 1, user - (another id)
the second, with an id that somebody made up: count 1, user - (another id)
the first: count 2, user -

-- what is stored
28 bytes more
visited: count 2, user -, stored anew

-- what somebody else has stored there
another's session: fails, what is stored stays
another nonce: fails, what is stored stays
another tag: fails, what is stored stays
another text: fails, what is stored stays
cut off: fails, what is stored stays
the nonce alone: fails, what is stored stays
plain: fails, what is stored stays
as it was: count 3, user -, stored anew

-- keys
another one: fails, what is stored stays
both, nothing changed: , stored anew
its lifetime: 1440
the new one: count 4, user -, stored anew
the old one: fails, what is stored stays
none: fails, what is stored stays
too short: fails, what is stored stays
not base64: fails, what is stored stays
one of two: fails, what is stored stays
left behind: []
