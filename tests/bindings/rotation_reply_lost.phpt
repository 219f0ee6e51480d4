--TEST--
Bound services: the credentials change when the reply to a request gets lost
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without(redis_program(), 'memcached', 'saslpasswd2');
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/servers.inc';
require_once __DIR__ . '/../support/proxy.inc';

/** The code before and after the server becomes slow, and what shows in the server that the request has been done. */
const CASES = [
	'write' => ['session_start(); $_SESSION["n"]++;', 'session_write_close();', 'visitor', 'n|i:2;'],
	'lock and read' => ['', 'session_start(); $_SESSION["n"]++; session_write_close();', 'LOCK', null],
];

/**
 * Cuts a request's connection after the server has executed it, before the reply arrives; from then on the
 * server requires another password.
 *
 * @param callable(string): ?string $get the server's value for a word of CASES
 * @param callable(string): void $set the server's password
 */
function lose_replies(string $label, int $port, array $service, callable $get, callable $set): void
{
	foreach (CASES as $case => [$before, $after, $what, $wanted]) {
		$proxy = Proxy::to($port, $service[0]);
		$file = write_files([]) . '/vcap';
		$rotate = function (string $password) use ($proxy, $file, $service, $set): void {
			$set($password);
			file_put_contents($file, vcap(['host' => '127.0.0.1', 'port' => $proxy->port, 'password' => $password] + $service[1],
				"app-$service[0]-sessions"));
		};
		$rotate('first-s3cr3t');
		/* On a connection that has been used before. */
		$process = Php::start('session_id("visitor"); session_start(); $_SESSION["n"] = 1; session_write_close();'
			. "$before say('ready'); hear(); $after" . 'say("$_SESSION[n], errors: " . cfsession_status()["counters"]["errors"]);',
			NOT_CHOSEN + ['cfsession.timeout' => 10, 'cfsession.lock_wait' => 1, 'cfsession.lock_lease' => 60], ['VCAP_SERVICES_FILE_PATH' => $file] + NOTHING_BOUND);
		$process->readLine();
		/* The client has not waited for the release of its first lock. */
		wait_until(fn () => ($get('LOCK') === null) === ($wanted === null));
		/* The request arrives, and its reply takes this long. */
		$proxy->delay(5);
		$process->writeLine('');
		wait_until(fn () => $wanted === null ? $get($what) !== null : $get($what) === $wanted);
		$rotate('second-s3cr3t');
		/* First ends the delay, because it would also slow down a client that reconnects quickly. */
		$proxy->delay(0);
		$proxy->cut();
		echo "$label, $case: ", trim($process->output()), '; in the server: ', $get('visitor'), ', ',
			wait_until(fn () => $get('LOCK') === null) ? "unlocked\n" : '';
	}
}

$server = RedisServer::start();
lose_replies('Redis', $server->port, ['redis', []],
	fn (string $what) => $server->call('GET', 'PHPREDIS_SESSION:visitor' . ($what === 'LOCK' ? '_LOCK' : '')),
	fn (string $password) => $server->call('CONFIG', 'SET', 'requirepass', $password));

$server = MemcachedServer::sasl('user', 'first-s3cr3t');
lose_replies('Memcached', $server->port, ['memcached', ['username' => 'user']],
	fn (string $what) => $server->get('memc.sess.key.' . ($what === 'LOCK' ? 'lock.visitor' : $what)),
	$server->setPassword(...));
?>
--EXPECT--
Redis, write: 2, errors: 0; in the server: n|i:2;, unlocked
Redis, lock and read: 2, errors: 0; in the server: n|i:2;, unlocked
Memcached, write: 2, errors: 0; in the server: n|i:2;, unlocked
Memcached, lock and read: 2, errors: 0; in the server: n|i:2;, unlocked
