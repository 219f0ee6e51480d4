--TEST--
Redis: the ACL line in a warning grants all that the user lacks
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$server = RedisServer::start();

/** Uses sessions as a user with these rules, and adds the rules of each warning until there is none. */
function use_sessions(string $label, array $ini, string ...$rules): void
{
	global $server;

	$server->call('FLUSHALL');
	$server->call('ACL', 'SETUSER', 'app', 'reset', 'on', '>of-app', ...$rules);
	configure($server->savePath(['auth[user]' => 'app', 'auth[pass]' => 'of-app']), $ini + ['cfsession.prefix' => '']);
	echo "$label\n";
	for ($told = 0; $told < 3; $told++) {
		$messages = warnings(function () {
			session_id(ID);
			session_start() && ($_SESSION['n'] = 1) && session_write_close();
		});
		if (!$messages) {
			break;
		}
		if (!preg_match('/ACL SETUSER (app ~.*?)(?:,| \(|$)/', $messages[0], $line)) {
			echo "  $messages[0]\n";
			return;
		}
		echo "  ACL SETUSER $line[1]\n";
		$words = explode(' ', $line[1]);
		if (in_array('~*', $rules, true) && str_contains($messages[0], ' (leave out what begins with ~ if the user has ~*')) {
			$words = array_filter($words, fn (string $word): bool => $word[0] !== '~');
		}
		$server->call('ACL', 'SETUSER', ...$words);
	}
	echo '  ', $messages ? 'more is lacking' : 'works', "\n";
}

$locking = ['+evalsha', '+eval', '+blpop', '+get', '+set', '+strlen', '+rename', '+del', '+exists', '+expire', '+pexpire', '+pttl', '+incr', '+decr', '+rpush'];
foreach (['PHPREDIS_SESSION:', 'app:'] as $prefix) {
	foreach (['1', '0'] as $lock) {
		$ini = ['cfsession.lock' => $lock, 'cfsession.prefix' => $prefix];
		use_sessions("nothing, lock=$lock, $prefix", $ini);
		use_sessions("commands of its own, lock=$lock, $prefix", $ini, '+@all');
		use_sessions("keys of its own, lock=$lock, $prefix", $ini, '~other:*', '+@all');
	}
}
use_sessions('a command is denied', ['cfsession.lock' => '1', 'cfsession.prefix' => 'app:'], '~app:*', ...[...$locking, '-evalsha']);
foreach (['1', '0', 'merge'] as $lock) {
	use_sessions("all keys, some commands, lock=$lock", ['cfsession.lock' => $lock], '~*', '+@read', '+@write', '+@connection', '-getex');
}
?>
--EXPECT--
nothing, lock=1, PHPREDIS_SESSION:
  ACL SETUSER app ~PHPREDIS_SESSION:* +evalsha +eval +blpop +get +set +strlen +rename +del +exists +expire +pexpire +pttl +incr +decr +rpush
  works
commands of its own, lock=1, PHPREDIS_SESSION:
  ACL SETUSER app ~PHPREDIS_SESSION:*
  works
keys of its own, lock=1, PHPREDIS_SESSION:
  ACL SETUSER app ~PHPREDIS_SESSION:*
  works
nothing, lock=0, PHPREDIS_SESSION:
  ACL SETUSER app ~PHPREDIS_SESSION:* +getex +get +set +expire +del +evalsha +eval +exists +rename
  works
commands of its own, lock=0, PHPREDIS_SESSION:
  ACL SETUSER app ~PHPREDIS_SESSION:*
  works
keys of its own, lock=0, PHPREDIS_SESSION:
  ACL SETUSER app ~PHPREDIS_SESSION:*
  works
nothing, lock=1, app:
  ACL SETUSER app ~app:* +evalsha +eval +blpop +get +set +strlen +rename +del +exists +expire +pexpire +pttl +incr +decr +rpush
  works
commands of its own, lock=1, app:
  ACL SETUSER app ~app:*
  works
keys of its own, lock=1, app:
  ACL SETUSER app ~app:*
  works
nothing, lock=0, app:
  ACL SETUSER app ~app:* +getex +get +set +expire +del +evalsha +eval +exists +rename
  works
commands of its own, lock=0, app:
  ACL SETUSER app ~app:*
  works
keys of its own, lock=0, app:
  ACL SETUSER app ~app:*
  works
a command is denied
  ACL SETUSER app ~app:* +evalsha +eval +blpop +get +set +strlen +rename +del +exists +expire +pexpire +pttl +incr +decr +rpush
  works
all keys, some commands, lock=1
  ACL SETUSER app ~PHPREDIS_SESSION:* +evalsha +eval +blpop +get +set +strlen +rename +del +exists +expire +pexpire +pttl +incr +decr +rpush
  works
all keys, some commands, lock=0
  ACL SETUSER app ~PHPREDIS_SESSION:* +getex +get +set +expire +del +evalsha +eval +exists +rename
  works
all keys, some commands, lock=merge
  ACL SETUSER app ~PHPREDIS_SESSION:* +getex +evalsha +eval +blpop +get +set +strlen +rename +del +exists +expire +pexpire +pttl +incr +decr +rpush
  works
