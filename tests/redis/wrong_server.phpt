--TEST--
Redis: a server that says it is the wrong one is left for a new connection, and its connection is not kept
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

const OK = "+OK\r\n";
const NOTHING = "\$-1\r\n";
const REDIS_6 = 'ERR Error running script (call to f_c8c62e14c2ea7e57a4a0b5b42a9b7fd4d9b0b8e0): @user_script:1: @user_script: 1: ';

/* A visit, which takes the lock, reads, and writes. */
function visit(): array
{
	return [":1\r\n", NOTHING, ":1\r\n"];
}

function refusal(string $words): array
{
	return ["-$words\r\n", NOTHING];
}

/** Two visits, the second of which gets that answer on the kept connection. */
function refuse(string $label, string $words, string $again = '', ?string $path = null): void
{
	$second = $again === '' ? [OK, ...visit(), ...visit()] : [OK, ...refusal($again)];
	$server = ScriptedServer::start([[OK, ...visit(), ...refusal($words)], $second, [OK, ...visit()]]);
	configure(sprintf($path ?? 'tcp://127.0.0.1:%d', $server->port), ['cfsession.retry_interval' => '0']);
	echo "$label\n";
	foreach (['before', 'then', 'after'] as $visit) {
		attempt("  $visit", fn () => $_SESSION['n'] = 1);
		echo '    connections: ', $server->connections(), "\n";
	}
}

refuse('demoted', "READONLY You can't write against a read only replica.");
refuse('demoted, as Redis 6 says it of scripts', REDIS_6 . "-READONLY You can't write against a read only replica.");
refuse('demoted, without its master', "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.");
refuse('restarted', 'LOADING Redis is loading the dataset in memory');
refuse('the same, of scripts', REDIS_6 . '-LOADING Redis is loading the dataset in memory');
refuse('demoted, and the new connection leads to the same', "READONLY You can't write.", "READONLY You can't write.");
refuse('one of several', "READONLY You can't write.", '', 'tcp://127.0.0.1:%1$d?weight=1,tcp://127.0.0.1:%1$d?weight=2');
?>
--EXPECT--
demoted
  before: started
    connections: 1
  then: started
    connections: 2
  after: started
    connections: 2
demoted, as Redis 6 says it of scripts
  before: started
    connections: 1
  then: started
    connections: 2
  after: started
    connections: 2
demoted, without its master
  before: started
    connections: 1
  then: started
    connections: 2
  after: started
    connections: 2
restarted
  before: started
    connections: 1
  then: started
    connections: 2
  after: started
    connections: 2
the same, of scripts
  before: started
    connections: 1
  then: started
    connections: 2
  after: started
    connections: 2
demoted, and the new connection leads to the same
  before: started
    connections: 1
  then: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "READONLY You can't write."; this is a replica: name the master in session.save_path
    connections: 2
  after: started
    connections: 3
one of several
  before: started
    connections: 1
  then: started
    connections: 2
  after: started
    connections: 2
