--TEST--
Redis: users whose ACL denies some commands
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$server = RedisServer::start();
$all = ['on', '>of-app', '~PHPREDIS_SESSION:*', '-@all'];
$scripts = ['+evalsha', '+eval', '+blpop', '+get', '+set', '+strlen', '+rename', '+del', '+exists', '+expire', '+pexpire', '+pttl', '+incr', '+decr', '+rpush'];
$commands = ['+getex', '+set', '+del', '+expire'];
$more = ['+evalsha', '+eval', '+get', '+exists', '+rename'];

function destroy(): void
{
	show_warnings(warnings(fn () => session_destroy()));
}

/* Requests that change the session, leave it unchanged, and destroy it. */
function use_sessions(string $label, array $ini, array $rules, array $requests = ['changed', 'enlarged', 'unchanged', 'destroyed']): void
{
	global $server, $all;

	$server->call('FLUSHALL');
	$server->call('ACL', 'SETUSER', 'app', 'reset', ...$all, ...$rules);
	configure($server->savePath(['auth[user]' => 'app', 'auth[pass]' => 'of-app']), $ini);
	echo "$label\n";
	foreach ([
		'changed' => fn () => $_SESSION['n'] = 1,
		'enlarged' => fn () => $_SESSION['large'] = str_repeat('x', 10000),
		'unchanged' => null,
		'destroyed' => destroy(...),
	] as $what => $body) {
		in_array($what, $requests) && attempt("  $what", $body);
	}
	$server->keys() && print('  left: ' . str_replace(ID, 'ID', implode(' ', $server->keys())) . "\n");
}

use_sessions('what the warning asks for, with a lock', ['cfsession.lock' => '1'], $scripts);
use_sessions('what the warning asks for, without', ['cfsession.lock' => '0'], $commands);
use_sessions('and with scripts, without a lock', ['cfsession.lock' => '0'], [...$commands, ...$more]);
use_sessions('all of @all', ['cfsession.lock' => '1'], ['+@all']);

foreach (['-evalsha', '-eval', '-set', '-get'] as $denied) {
	$server->call('SCRIPT', 'FLUSH');
	use_sessions("$denied, with a lock", ['cfsession.lock' => '1'], [...$scripts, $denied], ['changed']);
}
/* Commands that only tombstones need. */
foreach (['-evalsha', '-eval', '-get', '-exists', '-rename'] as $denied) {
	$server->call('SCRIPT', 'FLUSH');
	use_sessions("$denied, without a lock", ['cfsession.lock' => '0'], [...$commands, ...$more, $denied]);
}
foreach (['-getex' => 'changed', '-set' => 'changed', '-del' => 'destroyed'] as $denied => $request) {
	use_sessions("$denied, without", ['cfsession.lock' => '0'], [...$commands, $denied], [$request]);
}

$all[2] = '~another-application:*';
use_sessions('other keys, with a lock', ['cfsession.lock' => '1'], $scripts, ['changed']);
use_sessions('other keys, without', ['cfsession.lock' => '0'], $commands, ['changed']);
?>
--EXPECTF--
what the warning asks for, with a lock
  changed: started
  enlarged: started
  unchanged: started
  destroyed: started
  left: PHPREDIS_SESSION:ID_GONE
what the warning asks for, without
  changed: started
  enlarged: started
  unchanged: started
  destroyed: started
  left: PHPREDIS_SESSION:ID_GONE
and with scripts, without a lock
  changed: started
  enlarged: started
  unchanged: started
  destroyed: started
  left: PHPREDIS_SESSION:ID_GONE
all of @all
  changed: started
  enlarged: started
  unchanged: started
  destroyed: started
  left: PHPREDIS_SESSION:ID_GONE
-evalsha, with a lock
  changed: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "NOPERM %s has no permissions to run the 'evalsha' command"; allow it with ACL SETUSER app ~PHPREDIS_SESSION:* +evalsha %s +rpush (leave out what begins with ~ if the user has ~*), or set cfsession.lock=Off, which needs neither scripts nor waiting
-eval, with a lock
  changed: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "NOPERM %s has no permissions to run the 'eval' command"; allow it with ACL SETUSER app ~PHPREDIS_SESSION:* +evalsha %s +rpush (leave out what begins with ~ if the user has ~*), or set cfsession.lock=Off, which needs neither scripts nor waiting
-set, with a lock
  changed: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "%s"; allow it with ACL SETUSER app ~PHPREDIS_SESSION:* +evalsha %s +rpush (leave out what begins with ~ if the user has ~*), or set cfsession.lock=Off, which needs neither scripts nor waiting
-get, with a lock
  changed: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "%s"; allow it with ACL SETUSER app ~PHPREDIS_SESSION:* +evalsha %s +rpush (leave out what begins with ~ if the user has ~*), or set cfsession.lock=Off, which needs neither scripts nor waiting
-evalsha, without a lock
  changed: started
  enlarged: started
  unchanged: started
  destroyed: started
  left: PHPREDIS_SESSION:ID_GONE
-eval, without a lock
  changed: started
  enlarged: started
  unchanged: started
  destroyed: started
  left: PHPREDIS_SESSION:ID_GONE
-get, without a lock
  changed: started
  enlarged: started
  unchanged: started
  destroyed: started
  left: PHPREDIS_SESSION:ID_GONE
-exists, without a lock
  changed: started
  enlarged: started
  unchanged: started
  destroyed: started
  left: PHPREDIS_SESSION:ID_GONE
-rename, without a lock
  changed: started
  enlarged: started
  unchanged: started
  destroyed: started
  left: PHPREDIS_SESSION:ID_GONE
-getex, without
  changed: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "NOPERM %s has no permissions to run the 'getex' command"; allow it with ACL SETUSER app ~PHPREDIS_SESSION:* +getex +get +set +expire +del +evalsha +eval +exists +rename (leave out what begins with ~ if the user has ~*, and +getex before Redis 6.2)
-set, without
  changed: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT said "NOPERM %s has no permissions to run the 'set' command"; allow it with ACL SETUSER app ~PHPREDIS_SESSION:* +getex +get +set +expire +del +evalsha +eval +exists +rename (leave out what begins with ~ if the user has ~*, and +getex before Redis 6.2)
-del, without
  session_destroy(): cfsession: cannot destroy the session: the server at HOST:PORT said "NOPERM %s has no permissions to run the 'del' command"; allow it with ACL SETUSER app ~PHPREDIS_SESSION:* +getex +get +set +expire +del +evalsha +eval +exists +rename (leave out what begins with ~ if the user has ~*, and +getex before Redis 6.2)
  destroyed: started
  left: PHPREDIS_SESSION:ID_GONE
other keys, with a lock
  changed: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "NOPERM %s"%s
other keys, without
  changed: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "NOPERM %s"%s
