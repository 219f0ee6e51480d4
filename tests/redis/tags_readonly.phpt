--TEST--
Redis: a read-only session's tags move to its new id, and an error handler may end the request
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
extension_loaded('pcntl') or die('skip pcntl is not loaded');
?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../support/tags.inc';

configure($store->savePath(), ['cfsession.lock_failure' => 'readonly', 'cfsession.lock_wait' => '0']);
sign_in('a1', 'alice');
$store->putLock('a1', 'another', 60000);
session_id('a1');
session_start();
show_warnings('regenerated', fn () => session_regenerate_id());
session_write_close();
show('listed', count(tagged('alice')));
$store->expireLock('a1');
show('destroyed', [cfsession_destroy_tagged('alice'), sessions($store)]);

echo "a fork\n";
ini_restore('cfsession.lock_wait');
sign_in('a1', 'alice');
echo request($store, <<<'PHP'
	session_id("a1");
	session_start();
	if (pcntl_fork() === 0) {
		session_regenerate_id();
		exit;
	}
	pcntl_wait($status);
	session_write_close();
	PHP);
show('listed', [tagged('alice'), sessions($store)]);

echo "an error handler that closes the session\n";
$line = '~PHPREDIS_SESSION:* +evalsha +eval +blpop +get +set +strlen +rename +del +exists +expire +pexpire +pttl +incr +decr +rpush';
$store->server->call('ACL', 'SETUSER', 'app', 'on', '>app', ...explode(' ', $line));
foreach (['$_SESSION["n"] = 1;', ''] as $change) {
	echo request($store, <<<PHP
		set_error_handler(function (int \$level, string \$message): bool {
			echo substr(\$message, 0, 40), "\\n";
			session_status() === PHP_SESSION_ACTIVE && session_abort();
			return true;
		});
		session_id("b2");
		session_start();
		$change
		cfsession_tag("bob");
		session_write_close();
		echo "done\\n";
		PHP, ['session.save_path' => $store->savePath(['auth[user]' => 'app', 'auth[pass]' => 'app'])]);
}
?>
--EXPECT--
regenerated: no warning
listed: 2
destroyed: [2,[]]
a fork
Warning: session_regenerate_id(): cfsession: cannot write the session: it belongs to the process from which this one was forked, which will write it; nothing was written here
Warning: session_regenerate_id(): Session write failed. ID: cfsession (path: tcp://HOST:PORT)
listed: [{"a1":1440},["a1"]]
an error handler that closes the session
session_write_close(): cfsession: cannot
done
session_write_close(): cfsession: cannot
done