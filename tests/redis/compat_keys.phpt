--TEST--
Redis: keys, values and lifetimes are those of phpredis
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$server = RedisServer::start();

function show_keys(string $label): void
{
	global $server;

	echo "$label\n";
	foreach ([3, 0] as $database) {
		$server->call('SELECT', $database);
		foreach ($server->keys() as $key) {
			$left = $server->call('TTL', $key);
			echo "  $database: ", str_replace(ID, 'ID', $key), ' = ', $server->call('GET', $key),
				', lifetime ', $left > 0 ? round($left, -1) : $left, "\n";
		}
		$server->call('FLUSHDB');
	}
}

function session(string $query = '', array $ini = []): void
{
	global $server;

	configure(path($server, $query), $ini + ['session.gc_maxlifetime' => '1440', 'cfsession.prefix' => '']);
	in_session(ID, fn () => $_SESSION['user'] = 'admin');
}

session();
show_keys('defaults');
session('database=3');
show_keys('database=3');
session('prefix=app:');
show_keys('prefix in session.save_path');
session('', ['cfsession.prefix' => 'from-ini:']);
show_keys('cfsession.prefix');
session('prefix=app%3A%20', ['cfsession.prefix' => 'from-ini:']);
show_keys('both: session.save_path is nearer');
session('prefix=');
show_keys('an empty prefix');
foreach (['60', '0', '-1', (string) PHP_INT_MAX] as $lifetime) {
	session('', ['session.gc_maxlifetime' => $lifetime]);
	show_keys("session.gc_maxlifetime=$lifetime");
}

configure($server->savePath());
in_session(ID, function () use ($server) {
	$token = $server->call('GET', KEY . '_LOCK');
	echo 'the lock: ', preg_match('~^cfsession:[0-9a-f]{32}/[A-Za-z0-9._-]+/\d+/\d{10}$~D', $token) ? 'a random token' : $token,
		', lifetime ', $server->call('PTTL', KEY . '_LOCK') > 4000 ? 5 : 'less', "\n";
	$server->call('SET', 'token', $token);
});
in_session(ID, fn () => print($server->call('GET', KEY . '_LOCK') === $server->call('GET', 'token') ? 'the same' : 'another'));
echo " the next time\n";

$settings = [['cfsession.lock_lease' => '20'], ['cfsession.lock_ttl' => '5'], ['cfsession.lock_ttl' => '30'], ['max_execution_time' => '300'],
	['cfsession.lock_ttl' => '0.5', 'max_execution_time' => '300']];
foreach ($settings as $ini) {
	ini_restore('cfsession.lock_lease');
	configure($server->savePath(), $ini + ['cfsession.lock_ttl' => '0', 'max_execution_time' => '0']);
	in_session(ID, fn () => printf("%s: the lock has %d ms\n", json_encode($ini), round($server->call('PTTL', KEY . '_LOCK'), -2)));
}
?>
--EXPECT--
defaults
  0: PHPREDIS_SESSION:ID = user|s:5:"admin";, lifetime 1440
database=3
  3: PHPREDIS_SESSION:ID = user|s:5:"admin";, lifetime 1440
prefix in session.save_path
  0: app:ID = user|s:5:"admin";, lifetime 1440
cfsession.prefix
  0: from-ini:ID = user|s:5:"admin";, lifetime 1440
both: session.save_path is nearer
  0: app: ID = user|s:5:"admin";, lifetime 1440
an empty prefix
  0: ID = user|s:5:"admin";, lifetime 1440
session.gc_maxlifetime=60
  0: PHPREDIS_SESSION:ID = user|s:5:"admin";, lifetime 60
session.gc_maxlifetime=0
  0: PHPREDIS_SESSION:ID = user|s:5:"admin";, lifetime 1440
session.gc_maxlifetime=-1
  0: PHPREDIS_SESSION:ID = user|s:5:"admin";, lifetime 1440
session.gc_maxlifetime=9223372036854775807
  0: PHPREDIS_SESSION:ID = user|s:5:"admin";, lifetime 2147483650
the lock: a random token, lifetime 5
another the next time
{"cfsession.lock_lease":"20"}: the lock has 20000 ms
{"cfsession.lock_ttl":"5"}: the lock has 5000 ms
{"cfsession.lock_ttl":"30"}: the lock has 5000 ms
{"max_execution_time":"300"}: the lock has 5000 ms
{"cfsession.lock_ttl":"0.5","max_execution_time":"300"}: the lock has 500 ms
