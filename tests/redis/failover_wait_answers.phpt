--TEST--
Redis: cfsession.failover_wait: a server that cannot serve yet, or redirects to another one, is asked again
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

const READS = ['EVALSHA', 'EVAL', 'GET', 'GETEX'];

/** A connection that serves a session, or answers each command with the error. */
function connection(?string $error): array
{
	$lock = ini_get('cfsession.lock');
	$script = ":1\r\n";
	$answers = ['CLIENT' => "+OK\r\n", 'EVALSHA' => $script, 'EVAL' => $script, 'GET' => "\$6\r\nn|i:1;\r\n", 'GETEX' => "\$6\r\nn|i:1;\r\n"];
	$lock === '1' || $answers['GET'] = "\$-1\r\n";
	if ($error !== null) {
		$answers = array_fill_keys(READS, "-$error\r\n") + $answers;
	}
	return [['answers' => $answers]];
}

configure('', ['cfsession.timeout' => '1']);
$errors = [
	'LOADING Redis is loading the dataset in memory',
	"READONLY You can't write against a read only replica.",
	"MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
	'NOREPLICAS Not enough good replicas to write.',
	/* Redis 6's form of the error inside a script. */
	"ERR Error running script (call to f_1): @user_script:1: @user_script: 1: -READONLY You can't write against a read only replica.",
	'MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist to disk.',
];
foreach ($errors as $error) {
	foreach (str_starts_with($error, 'LOADING') ? ['1', '0', 'merge'] : ['1'] as $lock) {
		$word = substr($error, 0, strcspn($error, ' ('));
		foreach (['0', '5'] as $wait) {
			ini_set('cfsession.lock', $lock);
			ini_set('cfsession.failover_wait', $wait);
			$server = ScriptedServer::start([...array_fill(0, 4, connection($error)), connection(null)]);
			ini_set('session.save_path', $server->savePath());
			attempt("$word, lock=$lock, failover_wait=$wait", fn () => $_SESSION['n']++);
			echo '  connections: ', $server->connections(), "\n";
			$server->stop();
		}
	}
}

/* At the write: the first connection serves the read. */
foreach (['0', '5'] as $wait) {
	ini_set('cfsession.lock', '1');
	ini_set('cfsession.failover_wait', $wait);
	$nothing = "\$-1\r\n";
	$server = ScriptedServer::start([["+OK\r\n", ":1\r\n", $nothing, "-READONLY ...\r\n", ":1\r\n"],
		...array_fill(0, 3, connection('READONLY ...')), connection(null)]);
	ini_set('session.save_path', $server->savePath());
	attempt("READONLY when it writes, failover_wait=$wait", fn () => $_SESSION['n'] = 1);
	echo '  connections: ', $server->connections(), "\n";
	$server->stop();
}
?>
--EXPECT--
LOADING, lock=1, failover_wait=0: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "LOADING Redis is loading the dataset in memory"; it is loading its data after a start: wait until it has finished
  connections: 2
LOADING, lock=1, failover_wait=5: started
  connections: 5
LOADING, lock=0, failover_wait=0: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "LOADING Redis is loading the dataset in memory"; it is loading its data after a start: wait until it has finished
  connections: 2
LOADING, lock=0, failover_wait=5: started
  connections: 5
LOADING, lock=merge, failover_wait=0: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "LOADING Redis is loading the dataset in memory"; it is loading its data after a start: wait until it has finished
  connections: 2
LOADING, lock=merge, failover_wait=5: started
  connections: 5
READONLY, lock=1, failover_wait=0: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "READONLY You can't write against a read only replica."; this is a replica: name the master in session.save_path
  connections: 2
READONLY, lock=1, failover_wait=5: started
  connections: 5
MASTERDOWN, lock=1, failover_wait=0: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."; this is a replica that has lost its master: name the master in session.save_path, or wait until the failover is over
  connections: 2
MASTERDOWN, lock=1, failover_wait=5: started
  connections: 5
NOREPLICAS, lock=1, failover_wait=0: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "NOREPLICAS Not enough good replicas to write."; it has fewer replicas than it requires for a write: see its min-replicas-to-write
  connections: 1
NOREPLICAS, lock=1, failover_wait=5: started
  connections: 5
ERR, lock=1, failover_wait=0: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "ERR Error running script (call to f_1): @user_script:1: @user_script: 1: -READONLY You can't write against a read only replica."; this is a replica: name the master in session.save_path
  connections: 2
ERR, lock=1, failover_wait=5: started
  connections: 5
MISCONF, lock=1, failover_wait=0: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist to disk."; it cannot save to disk and refuses writes: see its log
  connections: 1
MISCONF, lock=1, failover_wait=5: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist to disk."; it cannot save to disk and refuses writes: see its log
  connections: 1
READONLY when it writes, failover_wait=0: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT said "READONLY ..."; this is a replica: name the master in session.save_path
  connections: 4
READONLY when it writes, failover_wait=5: started
  connections: 5
