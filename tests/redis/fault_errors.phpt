--TEST--
Redis: error replies, the warnings about them, and the commands sent after them
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

const OK = "+OK\r\n";
const NOTHING = "\$-1\r\n";

/* The replies to the handshake and to the read, and $replies. */
function after_read(string ...$replies): array
{
	return [OK, ini_get('cfsession.lock') ? ":1\r\n" : NOTHING, NOTHING, ...$replies];
}

/* On the second connection cfsession retries after an answer from the wrong server. */
function refuse(string $label, array $connection, array $query = [], ?array $second = null): void
{
	$server = ScriptedServer::start([$connection, $second ?? $connection]);
	ini_set('session.save_path', $server->savePath($query));
	attempt($label, fn () => $_SESSION['n'] = 1);
	echo '  sent: ', implode(' ', array_map(fn ($sent) => strtoupper($sent[1][0]), $server->commands())), "\n";
}

configure('', ['cfsession.timeout' => '0.5', 'cfsession.retry_interval' => '0']);

$errors = [
	'LOADING Redis is loading the dataset in memory',
	'MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist to disk.',
	'NOREPLICAS Not enough good replicas to write.',
	'MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to \'no\'.',
	'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
	'NOAUTH Authentication required.',
	'ERR max number of clients reached',
	'ERR something with ' . PASSWORD . ' and ' . KEY . ' and ' . ID,
	"ERR control \x1b[31m characters",
	'ERR ' . str_repeat('long ', 200),
	/* A secret at the place where the text is cut off. */
	'ERR ' . str_repeat('.', 200 - 4 - 12) . PASSWORD,
	'',
];
foreach (['1', '0'] as $lock) {
	ini_set('cfsession.lock', $lock);
	echo "cfsession.lock=$lock\n";
	foreach ($errors as $error) {
		if ($lock || !str_starts_with($error, 'ERR')) {
			refuse('read: ' . substr(strtok($error . ' ', ' '), 0, 20), [OK, OK, "-$error\r\n", "-$error\r\n"], ['auth' => PASSWORD]);
		}
	}
	foreach (['LOADING', 'MISCONF', 'READONLY', 'OOM command not allowed'] as $error) {
		refuse("write: $error", after_read("-$error ...\r\n", ":1\r\n"), [], [OK, "-$error ...\r\n", ":1\r\n"]);
	}
	refuse('write: MISCONF, and the lock stays too', after_read("-MISCONF ...\r\n", "-MISCONF ...\r\n"));
}

echo "In the handshake\n";
$full = ['send' => "-ERR max number of clients reached\r\n", 'then' => 'close'];
refuse('full', [$full]);
refuse('full, with a password', [$full], ['auth' => PASSWORD]);
refuse('full, with a database', [$full], ['database' => 1]);
refuse('loading, with a database', [OK, "-LOADING Redis is loading the dataset in memory\r\n"], ['database' => 1]);
refuse('no password, with a database', [OK, "-NOAUTH Authentication required.\r\n"], ['database' => 1]);
$echo = "-ERR unknown command 'AUTH', with args beginning with: '" . PASSWORD . "' \r\n";
refuse('a server that repeats the password', [$echo, OK, NOTHING, ":1\r\n"], ['auth' => PASSWORD]);

echo "What the server repeats elsewhere\n";
ini_set('cfsession.lock', '0');
$told = PASSWORD . ' ' . ID;
refuse('to AUTH', ["-WRONGPASS $told\r\n", OK, NOTHING], ['auth' => PASSWORD]);
refuse('to WAIT', [OK, OK, NOTHING, NOTHING, ":1\r\n", "-ERR $told\r\n"], ['auth' => PASSWORD, 'wait_replicas' => 1]);
refuse('to WAIT, cut off', [OK, OK, NOTHING, NOTHING, ":1\r\n", '-ERR ' . str_repeat('.', 100 - 4 - 12) . PASSWORD . "\r\n"], ['auth' => PASSWORD, 'wait_replicas' => 1]);
?>
--EXPECTF--
cfsession.lock=1
read: LOADING: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT %s"LOADING Redis is loading the dataset in memory"; it is loading its data%s
  sent: AUTH CLIENT EVALSHA GET AUTH CLIENT EVALSHA GET
read: MISCONF: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist to disk."; it cannot save to disk and refuses writes: see its log
  sent: AUTH CLIENT EVALSHA GET
read: NOREPLICAS: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "NOREPLICAS Not enough good replicas to write."; it has fewer replicas than it requires for a write: see its min-replicas-to-write
  sent: AUTH CLIENT EVALSHA GET
read: MASTERDOWN: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."; this is a replica that has lost its master: name the master in session.save_path, or wait until the failover is over
  sent: AUTH CLIENT EVALSHA GET AUTH CLIENT EVALSHA GET
read: BUSY: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE."
  sent: AUTH CLIENT EVALSHA GET
read: NOAUTH: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT %s"NOAUTH Authentication required."; it requires a password%s
  sent: AUTH CLIENT EVALSHA GET
read: ERR: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "ERR max number of clients reached"; raise its maxclients
  sent: AUTH CLIENT EVALSHA GET
read: ERR: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "ERR something with *** and PHPREDIS_SESSION:*** and ***"
  sent: AUTH CLIENT EVALSHA GET
read: ERR: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "ERR control ?[31m characters"
  sent: AUTH CLIENT EVALSHA GET
read: ERR: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "ERR long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long l"
  sent: AUTH CLIENT EVALSHA GET
read: ERR: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "ERR .......%s"
  sent: AUTH CLIENT EVALSHA GET
read: : refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said ""
  sent: AUTH CLIENT EVALSHA GET
write: LOADING: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT said "LOADING ..."; it is loading its data after a start: wait until it has finished
  sent: CLIENT EVALSHA GET EVALSHA CLIENT EVALSHA CLIENT EVALSHA CLIENT EVALSHA
write: MISCONF: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT said "MISCONF ..."; it cannot save to disk and refuses writes: see its log
  sent: CLIENT EVALSHA GET EVALSHA EVALSHA
write: READONLY: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT said "READONLY ..."; this is a replica: name the master in session.save_path
  sent: CLIENT EVALSHA GET EVALSHA CLIENT EVALSHA CLIENT EVALSHA CLIENT EVALSHA
write: OOM command not allowed: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT said "OOM command not allowed ..."; it is full: raise its maxmemory, and keep caches in another Redis
  sent: CLIENT EVALSHA GET EVALSHA EVALSHA
write: MISCONF, and the lock stays too: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT said "MISCONF ..."; it cannot save to disk and refuses writes: see its log
  sent: CLIENT EVALSHA GET EVALSHA EVALSHA
cfsession.lock=0
read: LOADING: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT %s"LOADING Redis is loading the dataset in memory"; it is loading its data%s
  sent: AUTH CLIENT GET GETEX AUTH CLIENT GET GETEX
read: MISCONF: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist to disk."; it cannot save to disk and refuses writes: see its log
  sent: AUTH CLIENT GET GETEX
read: NOREPLICAS: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "NOREPLICAS Not enough good replicas to write."; it has fewer replicas than it requires for a write: see its min-replicas-to-write
  sent: AUTH CLIENT GET GETEX
read: MASTERDOWN: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."; this is a replica that has lost its master: name the master in session.save_path, or wait until the failover is over
  sent: AUTH CLIENT GET GETEX AUTH CLIENT GET GETEX
read: BUSY: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE."
  sent: AUTH CLIENT GET GETEX
read: NOAUTH: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT %s"NOAUTH Authentication required."; it requires a password%s
  sent: AUTH CLIENT GET GETEX
read: : refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said ""
  sent: AUTH CLIENT GET GETEX
write: LOADING: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT said "LOADING ..."; it is loading its data after a start: wait until it has finished
  sent: CLIENT GET GETEX EVALSHA CLIENT EVALSHA
write: MISCONF: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT said "MISCONF ..."; it cannot save to disk and refuses writes: see its log
  sent: CLIENT GET GETEX EVALSHA
write: READONLY: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT said "READONLY ..."; this is a replica: name the master in session.save_path
  sent: CLIENT GET GETEX EVALSHA CLIENT EVALSHA
write: OOM command not allowed: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT said "OOM command not allowed ..."; it is full: raise its maxmemory, and keep caches in another Redis
  sent: CLIENT GET GETEX EVALSHA
write: MISCONF, and the lock stays too: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT said "MISCONF ..."; it cannot save to disk and refuses writes: see its log
  sent: CLIENT GET GETEX EVALSHA
In the handshake
full: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "ERR max number of clients reached"; raise its maxclients
  sent: CLIENT
full, with a password: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "ERR max number of clients reached"; raise its maxclients
  sent: AUTH
full, with a database: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT said "ERR max number of clients reached"; raise its maxclients
  sent: CLIENT
loading, with a database: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT %s"LOADING Redis is loading the dataset in memory"; it is loading its data%s
  sent: CLIENT SELECT
no password, with a database: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT %s"NOAUTH Authentication required."; it requires a password%s
  sent: CLIENT SELECT
a server that repeats the password: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our password: "ERR unknown command 'AUTH'%S
  sent: AUTH CLIENT GET GETEX
What the server repeats elsewhere
to AUTH: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our password: "WRONGPASS *** ***"; check the credentials in session.save_path
  sent: AUTH CLIENT GET GETEX
to WAIT: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT has stored the change, but does not say how many replicas have it (wait_replicas): "ERR *** ***"; allow its user +wait, or leave wait_replicas out
  sent: AUTH CLIENT GET GETEX EVALSHA WAIT
to WAIT, cut off: started
  session_write_close(): cfsession: cannot write the session: the server at HOST:PORT has stored the change, but does not say how many replicas have it (wait_replicas): "ERR ....................................................................................***"; allow its user +wait, or leave wait_replicas out
  sent: AUTH CLIENT GET GETEX EVALSHA WAIT
