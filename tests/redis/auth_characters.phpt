--TEST--
Redis: each printable character in passwords, percent-encoded
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$server = RedisServer::start();
$at = "127.0.0.1:{$server->port}";
configure('', ['cfsession.lock' => '0']);

$passwords = ['%41', '%', '%%', 'a%2Fb', '+', 'a b', "\u{e4}\u{20ac}", implode(array_map('chr', range(0x20, 0x7e)))];
foreach (range(0x20, 0x7e) as $code) {
	$passwords[] = 'x' . chr($code) . 'y' . chr($code);
}

function works(string $path): string
{
	ini_set('session.save_path', $path);
	$messages = warnings(fn () => in_session(ID, fn () => null));
	return $messages ? implode(' ', $messages) : 'works';
}

$results = [];
foreach ($passwords as $password) {
	$server->call('ACL', 'SETUSER', 'app', 'reset', 'on', ">$password", '~*', '+@all');
	foreach (['rawurlencode', 'urlencode'] as $encode) {
		$encoded = $encode($password);
		$paths = ["tcp://$at?auth[user]=app&auth[pass]=$encoded", "tcp://$at?auth[]=app&auth[]=$encoded"];
		/* "+" means a blank only after the question mark. */
		$encode === 'rawurlencode' && $paths[] = "redis://app:$encoded@$at";
		foreach ($paths as $path) {
			$result = works($path);
			$results[$result] = ($results[$result] ?? 0) + 1;
		}
	}
	/* So that no connection is reused for a path with the same password. */
	$server->call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
}
print_r($results);

/* As the default user's password, alone before "@". */
$all = implode(array_map('chr', range(0x20, 0x7e)));
$server->call('CONFIG', 'SET', 'requirepass', $all);
$encoded = rawurlencode($all);
foreach (["tcp://$at?auth=$encoded", "redis://:$encoded@$at", "redis://$encoded@$at"] as $path) {
	echo works($path), "\n";
}

/* Unencoded, where the characters have no special meaning. */
foreach (['?' => 'tcp', '#' => 'tcp', '/' => 'tcp', '=' => 'tcp', '@' => 'tcp', ':' => 'redis', '@ ' => 'redis', '#' => 'redis'] as $character => $scheme) {
	$character = trim($character);
	$server->call('CONFIG', 'SET', 'requirepass', "x{$character}y");
	echo "$scheme:// with $character: ", works($scheme === 'tcp' ? "tcp://$at?auth=x{$character}y" : "redis://:x{$character}y@$at"), "\n";
}
?>
--EXPECT--
Array
(
    [works] => 515
)
works
works
works
tcp:// with ?: works
redis:// with #: works
tcp:// with /: works
tcp:// with =: works
tcp:// with @: works
redis:// with :: works
redis:// with @: works
