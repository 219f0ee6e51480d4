--TEST--
session.save_path: the warning about a refused login with a "+" says that "+" means a blank
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without(redis_program());
?>
--FILE--
<?php
require __DIR__ . '/../support/session.inc';
require __DIR__ . '/../support/redis.inc';

$server = RedisServer::start(['requirepass' => 'one+two', 'user' => ['a+b', 'on', '>one two', '~*', '+@all']]);
$at = "127.0.0.1:{$server->port}";

foreach (["tcp://$at?auth=one+two", "tcp://$at?auth=one%2Btwo", "tcp://$at?auth[]=one+two", "tcp://$at?auth[user]=a+b&auth[pass]=x", "tcp://$at?auth[user]=a%2Bb&auth[pass]=one+two",
	"redis://:one+two@$at", "redis+cluster://$at?auth=one+two", "tcp://$at?auth=other", "tcp://$at?auth=other&prefix=a+b"] as $path) {
	configure($path);
	session_id('visitor');
	$messages = preg_grep('/cfsession: cannot/', warnings(fn () => session_start() && session_write_close()));
	echo str_replace($at, 'HOST:PORT', $path), "\n  ", preg_replace('/.*(refused our .*?): ".*?"(.*)/', '$1$2', implode($messages)) ?: 'started', "\n";
}
?>
--EXPECT--
tcp://HOST:PORT?auth=one+two
  refused our password; check the credentials in session.save_path (a "+" there is a space: write %2B)
tcp://HOST:PORT?auth=one%2Btwo
  started
tcp://HOST:PORT?auth[]=one+two
  refused our password; check the credentials in session.save_path (a "+" there is a space: write %2B)
tcp://HOST:PORT?auth[user]=a+b&auth[pass]=x
  refused our user name and password; check the credentials in session.save_path (a "+" there is a space: write %2B)
tcp://HOST:PORT?auth[user]=a%2Bb&auth[pass]=one+two
  started
redis://:one+two@HOST:PORT
  started
redis+cluster://HOST:PORT?auth=one+two
  refused our password; check the credentials in session.save_path (a "+" there is a space: write %2B)
tcp://HOST:PORT?auth=other
  refused our password; check the credentials in session.save_path
tcp://HOST:PORT?auth=other&prefix=a+b
  refused our password; check the credentials in session.save_path
