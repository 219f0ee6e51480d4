--TEST--
Redis: errors of tags are reported, and no failure counts as success
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_backend('memcached');
?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../support/tags.inc';

/** A message without what differs between servers. */
function stripped(string $message): string
{
	return preg_replace(['/127\.0\.0\.1:\d+/', '/said ".*?"(?=;|$)/'], ['HOST:PORT', 'refused'], $message);
}

/** Prints the exception that $body throws or the value that it returns, and its warnings. */
function attempt(string $what, callable $body): void
{
	$warnings = warnings(function () use ($what, $body): void {
		try {
			show($what, $body());
		} catch (Throwable $thrown) {
			echo "$what: ", $thrown::class, ': ', stripped($thrown->getMessage()), "\n";
		}
	});
	foreach ($warnings as $warning) {
		echo '    ', stripped($warning), "\n";
	}
}

/** Attempts the three functions. */
function attempt_all(string $what, string $tag = 'alice', bool $open = true): void
{
	echo "$what\n";
	$open && attempt('  tag', fn () => in_session('a1', fn () => cfsession_tag($tag)));
	attempt('  list', fn () => array_keys(cfsession_tagged($tag)));
	attempt('  destroy', fn () => cfsession_destroy_tagged($tag));
}

configure($store->savePath());
attempt_all('no name', '');
attempt_all('the longest name', str_repeat('x', 1024));
attempt_all('longer', str_repeat('x', 1025));
attempt_all('any bytes', "a\0\xff");
echo "no session\n";
attempt('  tag', fn () => cfsession_tag('alice'));
attempt('  destroy others', fn () => cfsession_destroy_tagged('alice', true));
attempt('  read and closed', function (): void {
	session_id('a1');
	session_start(['read_and_close' => true]);
	cfsession_tag('alice');
});
attempt('  written', function (): void {
	session_set_save_handler(new class extends SessionHandler {
		public function write(string $id, string $data): bool
		{
			$written = parent::write($id, $data);
			cfsession_tag('alice');
			return $written;
		}
	});
	session_id('a1');
	session_start();
	$_SESSION['n'] = 0;
	session_write_close();
});
ini_set('session.save_handler', 'cfsession');
echo "given up\n";
in_session('a1', fn () => $_SESSION['n'] = 1);
attempt('  aborted', function (): void {
	session_id('a1');
	session_start();
	cfsession_tag('alice');
	session_abort();
});
show('  listed', tagged('alice'));
echo "many tags\n";
attempt('  the 17th', fn () => in_session('a1', function (): void {
	for ($i = 0; $i < 17; $i++) {
		cfsession_tag("tag$i");
		cfsession_tag("tag$i");
	}
}));
show('  the others', [array_keys(tagged('tag0')), array_keys(tagged('tag15')), array_keys(tagged('tag16'))]);
echo "a lock that others have\n";
$store->putLock('a1', 'another', 60000);
ini_set('cfsession.lock_failure', 'readonly');
ini_set('cfsession.lock_wait', '0');
attempt('  tag', fn () => in_session('a1', fn () => cfsession_tag('alice')));
ini_restore('cfsession.lock_failure');
ini_restore('cfsession.lock_wait');
$store->expireLock('a1');

foreach (['session.save_handler' => 'files', 'session.save_path' => 'memcached://127.0.0.1:' . free_port()] as $setting => $value) {
	$before = ini_get($setting);
	$dir = temp_dir();
	ini_set($setting, $value);
	$value === 'files' && ini_set('session.save_path', $dir);
	attempt_all($value === 'files' ? 'files' : 'Memcached', open: $value === 'files');
	ini_set($setting, $before);
	ini_set('session.save_path', $store->savePath());
}
ini_set('session.save_path', 'nonsense://');
attempt_all('no save path', open: false);
ini_set('session.save_path', $store->savePath());

echo "what the user may not\n";
$line = fn (string $what) => $store->server->call('ACL', 'SETUSER', 'default', 'reset', 'on', 'nopass', ...explode(' ', $what));
$store->server->flush();
$store->server->call('ACL', 'SETUSER', 'admin', 'on', '>secret', '~*', '+@all');
sign_in('a1', 'alice');
$line('~PHPREDIS_SESSION:* +evalsha +eval +blpop +get +set +strlen +rename +del +exists +expire +pexpire +pttl +incr +decr +rpush');
attempt_all('as for sessions alone');
show('  stored all the same', in_session('a1', fn () => $_SESSION['user']));
attempt('  a new id', function (): void {
	session_id('a1');
	session_start();
	session_regenerate_id(true);
	session_write_close();
});
/* The complete message once. */
try {
	cfsession_tagged('alice');
} catch (RuntimeException $exception) {
	preg_match('/ACL SETUSER (.*) \(leave out/', $exception->getMessage(), $told);
}
$store->server->call('AUTH', 'admin', 'secret');
foreach (['1' => '', '0' => '+getex ', 'merge' => '+getex '] as $lock => $more) {
	$store->server->flush();
	ini_set('cfsession.lock', (string) $lock);
	$store->server->call('ACL', 'SETUSER', ...explode(' ', "$told[1] $more-@dangerous"));
	for ($i = 0; $i < 20; $i++) {
		set_of($store, 'alice', 'ZADD', 1000 + $i, "over$i");
	}
	attempt("  with what it names, lock=$lock", function () use ($store): array {
		sign_in('a1', 'alice');
		session_id('a1');
		session_start();
		session_regenerate_id(true);
		session_write_close();
		return [set_of($store, 'alice', 'ZCARD'), count(cfsession_tagged('alice')), cfsession_destroy_tagged('alice')];
	});
}
ini_restore('cfsession.lock');
$line('~* +@all');

echo "more tags than it may have\n";
sign_in('a1', 'alice');
for ($i = 0; $i < 16; $i++) {
	$store->server->call('HSET', $store->key('a1_TAGS'), hash('sha256', "more$i"), '');
}
foreach ([true, false] as $delete) {
	attempt($delete ? '  a new id, the old one deleted' : '  a new id, the old one kept', function () use ($delete): bool {
		session_id('a1');
		session_start();
		$_SESSION['user'] = 'alice';
		return session_regenerate_id($delete);
	});
	session_status() === PHP_SESSION_ACTIVE && session_write_close();
}
show('  stored', sessions($store));
$store->server->flush();

echo "what others store at our keys\n";
$set = $store->key('_TAG:' . hash('sha256', 'alice'));
foreach (['a text for the set' => ['SET', $set, 'x'], 'a hash for the set' => ['HSET', $set, 'x', 'y']] as $what => $command) {
	$store->server->call(...$command);
	attempt_all("  $what");
	$store->server->flush();
}
foreach (['a text for the tags' => ['SET', 'x'], 'another hash for the tags' => ['HSET', 'x', 'y']] as $what => [$command, $argument]) {
	sign_in('a1', 'bob');
	$store->server->call('DEL', $store->key('a1_TAGS'));
	$store->server->call($command, $store->key('a1_TAGS'), $argument, ...($command === 'HSET' ? ['y'] : []));
	attempt("  $what", fn () => in_session('a1', fn () => cfsession_tag('alice')));
	show('  stored all the same', in_session('a1', fn () => $_SESSION['user']));
	$store->server->flush();
}
for ($i = 0; $i < 1100; $i++) {
	set_of($store, 'alice', 'ZADD', 1, str_repeat('x', 300) . $i);
}
sign_in('a1', 'alice');
attempt('  names in the set that are no ids', fn () => [array_keys(cfsession_tagged('alice')), cfsession_destroy_tagged('alice'), set_of($store, 'alice', 'ZCARD')]);
$store->server->flush();

echo "a server that is full\n";
sign_in('a1', 'alice');
sign_in('b2', 'alice');
$store->server->call('CONFIG', 'SET', 'maxmemory', '1');
attempt('  tag', fn () => in_session('a1', fn () => cfsession_tag('alice')));
attempt('  list', fn () => array_keys(tagged('alice')));
attempt('  destroy', fn () => cfsession_destroy_tagged('alice'));
$store->server->call('CONFIG', 'SET', 'maxmemory', '0');
attempt('  and when it is not full any more', fn () => [cfsession_destroy_tagged('alice'), sessions($store)]);

sign_in('a1', 'alice');
$store->server->call('REPLICAOF', '127.0.0.1', free_port());
attempt_all('a replica');
$store->server->call('REPLICAOF', 'NO', 'ONE');

$store->server->stop();
attempt_all('no server', open: false);
?>
--EXPECT--
no name
  tag: ValueError: cfsession_tag(): Argument #1 ($tag) must not be empty
  list: ValueError: cfsession_tagged(): Argument #1 ($tag) must not be empty
  destroy: ValueError: cfsession_destroy_tagged(): Argument #1 ($tag) must not be empty
the longest name
  tag: null
  list: ["a1"]
  destroy: 1
longer
  tag: ValueError: cfsession_tag(): Argument #1 ($tag) must be at most 1024 bytes long
  list: ValueError: cfsession_tagged(): Argument #1 ($tag) must be at most 1024 bytes long
  destroy: ValueError: cfsession_destroy_tagged(): Argument #1 ($tag) must be at most 1024 bytes long
any bytes
  tag: null
  list: ["a1"]
  destroy: 1
no session
  tag: Error: cfsession_tag() needs an open session of cfsession: call session_start() first
  destroy others: Error: cfsession_destroy_tagged() with $except_current needs an open session of cfsession: call session_start() first
  read and closed: Error: cfsession_tag() needs an open session of cfsession: call session_start() first
  written: RuntimeException: cfsession: cannot tag the session: it has been written already: tag it before that
given up
  aborted: null
  listed: []
many tags
  the 17th: RuntimeException: cfsession: cannot tag the session: it can have at most 16 tags
  the others: [["a1"],["a1"],[]]
a lock that others have
  tag: RuntimeException: cfsession: cannot tag the session: it was read without its lock, which another request held, and is read-only (cfsession.lock_failure=readonly)
files
  tag: Error: cfsession_tag() needs an open session of cfsession: call session_start() first
  list: RuntimeException: cfsession: cannot list the sessions of the tag: session.save_handler is files, not cfsession
  destroy: RuntimeException: cfsession: cannot destroy all sessions of the tag: session.save_handler is files, not cfsession
Memcached
  list: RuntimeException: cfsession: cannot list the sessions of the tag: session.save_path names Memcached, which cannot list the sessions of a user: that needs Redis
  destroy: RuntimeException: cfsession: cannot destroy all sessions of the tag: session.save_path names Memcached, which cannot list the sessions of a user: that needs Redis
no save path
  list: RuntimeException: cfsession: cannot list the sessions of the tag: unknown scheme before "://"; known are tcp, redis, valkey, unix, tls, ssl, rediss, valkeys, redis+sentinel, rediss+sentinel, redis+cluster, rediss+cluster, memcached
  destroy: RuntimeException: cfsession: cannot destroy all sessions of the tag: unknown scheme before "://"; known are tcp, redis, valkey, unix, tls, ssl, rediss, valkeys, redis+sentinel, rediss+sentinel, redis+cluster, rediss+cluster, memcached
what the user may not
as for sessions alone
  tag: null
    session_write_close(): cfsession: cannot tag the session: the server at HOST:PORT refused; sessions of a user need more commands: allow them with ACL SETUSER default ~PHPREDIS_SESSION:* +eval +time +zadd +zrem +zscore +zcount +zrangebyscore +zscan +hset +hkeys +expire +pttl +get +set +del +exists (leave out what begins with ~ if the user has ~*)
  list: RuntimeException: cfsession: cannot list the sessions of the tag: the server at HOST:PORT refused; sessions of a user need more commands: allow them with ACL SETUSER default ~PHPREDIS_SESSION:* +eval +time +zadd +zrem +zscore +zcount +zrangebyscore +zscan +hset +hkeys +expire +pttl +get +set +del +exists (leave out what begins with ~ if the user has ~*)
  destroy: RuntimeException: cfsession: cannot destroy all sessions of the tag: the server at HOST:PORT refused; sessions of a user need more commands: allow them with ACL SETUSER default ~PHPREDIS_SESSION:* +eval +time +zadd +zrem +zscore +zcount +zrangebyscore +zscan +hset +hkeys +expire +pttl +get +set +del +exists (leave out what begins with ~ if the user has ~*)
  stored all the same: alice
  a new id: null
  with what it names, lock=1: [1,1,1]
  with what it names, lock=0: [1,1,1]
  with what it names, lock=merge: [1,1,1]
more tags than it may have
  a new id, the old one deleted: false
    session_regenerate_id(): cfsession: cannot take the session's tags along to its new id: it has more than 16 tags
    session_regenerate_id(): Session object destruction failed. ID: cfsession (path: tcp://HOST:PORT)
  a new id, the old one kept: false
    session_regenerate_id(): cfsession: cannot take the session's tags along to its new id: it has more than 16 tags
    session_regenerate_id(): Session write failed. ID: cfsession (path: tcp://HOST:PORT)
  stored: ["a1"]
what others store at our keys
  a text for the set
  tag: null
    session_write_close(): cfsession: cannot tag the session: the server at HOST:PORT refused; what is stored at PHPREDIS_SESSION:_TAG:..., or behind a session's id at ..._TAGS, is not cfsession's: delete it, or choose a cfsession.prefix that no other application uses
  list: RuntimeException: cfsession: cannot list the sessions of the tag: the server at HOST:PORT refused; what is stored at PHPREDIS_SESSION:_TAG:..., or behind a session's id at ..._TAGS, is not cfsession's: delete it, or choose a cfsession.prefix that no other application uses
  destroy: RuntimeException: cfsession: cannot destroy all sessions of the tag: the server at HOST:PORT refused; what is stored at PHPREDIS_SESSION:_TAG:..., or behind a session's id at ..._TAGS, is not cfsession's: delete it, or choose a cfsession.prefix that no other application uses
  a hash for the set
  tag: null
    session_write_close(): cfsession: cannot tag the session: the server at HOST:PORT refused; what is stored at PHPREDIS_SESSION:_TAG:..., or behind a session's id at ..._TAGS, is not cfsession's: delete it, or choose a cfsession.prefix that no other application uses
  list: RuntimeException: cfsession: cannot list the sessions of the tag: the server at HOST:PORT refused; what is stored at PHPREDIS_SESSION:_TAG:..., or behind a session's id at ..._TAGS, is not cfsession's: delete it, or choose a cfsession.prefix that no other application uses
  destroy: RuntimeException: cfsession: cannot destroy all sessions of the tag: the server at HOST:PORT refused; what is stored at PHPREDIS_SESSION:_TAG:..., or behind a session's id at ..._TAGS, is not cfsession's: delete it, or choose a cfsession.prefix that no other application uses
  a text for the tags: null
    session_write_close(): cfsession: cannot tag the session: the server at HOST:PORT refused; what is stored at PHPREDIS_SESSION:_TAG:..., or behind a session's id at ..._TAGS, is not cfsession's: delete it, or choose a cfsession.prefix that no other application uses
  stored all the same: bob
  another hash for the tags: null
    session_write_close(): cfsession: cannot tag the session: its tags cannot be read; what is stored at PHPREDIS_SESSION:_TAG:..., or behind a session's id at ..._TAGS, is not cfsession's: delete it, or choose a cfsession.prefix that no other application uses
  stored all the same: bob
  names in the set that are no ids: [["a1"],1,1100]
a server that is full
  tag: RuntimeException: Session a1 does not start
    session_start(): cfsession: cannot read the session: the server at HOST:PORT refused; it is full: raise its maxmemory, and keep caches in another Redis
    session_start(): Failed to read session data: cfsession (path: tcp://HOST:PORT)
  list: ["a1","b2"]
  destroy: 2
  and when it is not full any more: [0,[]]
a replica
  tag: RuntimeException: Session a1 does not start
    session_start(): cfsession: cannot read the session: the server at HOST:PORT refused; this is a replica: name the master in session.save_path
    session_start(): Failed to read session data: cfsession (path: tcp://HOST:PORT)
  list: ["a1"]
  destroy: RuntimeException: cfsession: cannot destroy all sessions of the tag: the server at HOST:PORT refused; this is a replica: name the master in session.save_path
no server
  list: RuntimeException: cfsession: cannot list the sessions of the tag: cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs
  destroy: RuntimeException: cfsession: cannot destroy all sessions of the tag: cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs
