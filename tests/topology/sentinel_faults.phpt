--TEST--
Sentinel: sentinels and masters that are down, or are not what they should be
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../redis/attempt.inc';
require __DIR__ . '/../support/sentinel.inc';

$count = fn () => $_SESSION['n'] = ($_SESSION['n'] ?? 0) + 1;
$group = RedisSentinels::start(replicas: 1, sentinels: 3, options: ['requirepass' => PASSWORD, 'masterauth' => PASSWORD], lines: [
	'requirepass sentinel-Passw0rd',
	'sentinel sentinel-pass sentinel-Passw0rd',
]);
$both = ['auth' => PASSWORD, 'sentinel_password' => 'sentinel-Passw0rd'];
$ports = array_map(fn ($sentinel) => $sentinel->port, $group->sentinels);
$nobody = free_port();

/** Like attempt(), with round trips. Each new save path starts without cached knowledge. */
function look(string $label, array $ports, array $query, string $name = RedisSentinels::NAME, ?callable $body = null): void
{
	global $count, $nobody;

	static $number = 0;

	$query += ['persistent_id' => ++$number];
	$path = str_replace(RedisSentinels::NAME . '?', "$name?", RedisSentinels::pathOf($ports, $query));
	ini_set('session.save_path', $path);
	$before = counter('round_trips');
	[$seconds] = attempt($label, $body ?? $count);
	echo '  round trips: ', counter('round_trips') - $before, "\n";
	$seconds < 2.5 or print("  which took $seconds s\n");
}

configure('', ['cfsession.timeout' => '0.5', 'cfsession.connect_timeout' => '0.5', 'cfsession.retry_interval' => '20']);
look('all well', $ports, $both);
look('and all known', $ports, $both);
look('a name that they do not know', $ports, $both, 'other');
look('no password for the sentinels', [$ports[0]], ['auth' => PASSWORD]);
look("the master's password for the sentinels", [$ports[0]], ['auth' => PASSWORD, 'sentinel_password' => PASSWORD]);
/* Redis may close the connection before it gets the command that undoes the refused one. */
ini_set('session.save_path', RedisSentinels::pathOf($ports, ['auth' => 'sentinel-Passw0rd', 'sentinel_password' => 'sentinel-Passw0rd']));
attempt("the sentinels' password for the master");
look('the first sentinel is not there', [$nobody, $ports[1]], $both);
look('none is there', [$nobody, $nobody], $both);

foreach (cfsession_status(true)['servers'] as $server) {
	echo 'probed: ', $server['reachable'] ? 'reachable' : 'not', "\n";
}
ini_set('session.save_path', RedisSentinels::pathOf($ports, $both));
$status = cfsession_status(true);
echo "topology: {$status['topology']} {$status['master_name']}\n";
foreach ($status['servers'] as $server) {
	echo 'probed: ', $server['reachable'] && $server['server_version'] && $server['latency_ms'] > 0 ? 'reachable' : 'not', " {$server['error']}\n";
}

echo "A sentinel that says nothing\n";
$group->sentinels[0]->freeze();
look('costs its time', $ports, $both);
look('once', $ports, $both);
look('and alone', [$ports[0]], $both);
$group->sentinels[0]->freeze(false);

echo "A sentinel that is wrong\n";
$replica = $group->servers[1];
$says = fn (RedisServer $server) => "*2\r\n\$9\r\n127.0.0.1\r\n\$" . strlen((string) $server->port) . "\r\n$server->port\r\n";
$answers = fn (string $answer) => ScriptedServer::start([[['answers' => [
	'AUTH' => "+OK\r\n",
	'CLIENT' => "+OK\r\n",
	'SENTINEL' => $answer,
]]]])->port;
$wrong = $answers($says($replica));
look('names a replica, another one knows better', [$wrong, $ports[1]], $both);
look('names a replica, and is alone', [$wrong], $both);
look('does not know the command', [$answers("-ERR unknown command 'SENTINEL', with args beginning with: 'get-master-addr-by-name' 'mymaster' \r\n")], $both);
look('says what makes no sense', [$answers("*2\r\n\$0\r\n\r\n\$1\r\nx\r\n")], $both);
look('is a Redis', [$replica->port], ['sentinel_password' => PASSWORD] + $both);
$replica->call('CONFIG', 'SET', 'replica-read-only', 'no');
look('names a replica that takes writes', [$wrong], $both);
look('the same, without locking', [$wrong], $both);
$replica->call('CONFIG', 'SET', 'replica-read-only', 'yes');

echo "A failover within a request\n";
look('before', $ports, $both + ['persistent_id' => 'failover']);
look('during', $ports, $both + ['persistent_id' => 'failover'], body: function () use ($count, $group) {
	$count();
	/* Waits until the replica has the lock, too. */
	$group->call('WAIT', 1, 5000);
	$group->failover();
});
look('after', $ports, $both + ['persistent_id' => 'failover']);
echo 'stored on the new master: ', $group->call('GET', KEY), "\n";
echo 'left behind: ', implode(' ', $group->keys('*_LOCK*')), "\n";

echo "Everything but the master is gone\n";
foreach ($group->sentinels as $sentinel) {
	$sentinel->kill();
}
look('a process that knows the master', $ports, $both + ['persistent_id' => 'failover']);
look('one that does not', $ports, $both);
?>
--EXPECT--
all well: started
  round trips: 5
and all known: started
  round trips: 3
a name that they do not know: refused
  session_start(): cfsession: cannot read the session: no sentinel says where the master "other" is: the sentinel at HOST:PORT does not know this master; the sentinel at HOST:PORT does not know this master; the sentinel at HOST:PORT does not know this master; SENTINEL MASTERS there lists those that it knows
  round trips: 3
no password for the sentinels: refused
  session_start(): cfsession: cannot read the session: no sentinel says where the master "mymaster" is: the server at HOST:PORT said "NOAUTH Authentication required."; it requires a password: give one in session.save_path
  round trips: 1
the master's password for the sentinels: refused
  session_start(): cfsession: cannot read the session: no sentinel says where the master "mymaster" is: the server at HOST:PORT refused our password: "WRONGPASS invalid username-password pair or user is disabled."; check the credentials in session.save_path
  round trips: 1
the sentinels' password for the master: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT refused our password: "WRONGPASS invalid username-password pair or user is disabled."; check the credentials in session.save_path
the first sentinel is not there: started
  round trips: 3
none is there: refused
  session_start(): cfsession: cannot read the session: no sentinel says where the master "mymaster" is: cannot connect to the server at HOST:PORT: Connection refused; cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs
  round trips: 0
probed: not
probed: not
topology: sentinel mymaster
probed: reachable 
probed: reachable 
probed: reachable 
A sentinel that says nothing
costs its time: started
  round trips: 4
once: started
  round trips: 3
and alone: refused
  session_start(): cfsession: cannot read the session: no sentinel says where the master "mymaster" is: the server at HOST:PORT did not answer a moment ago and is not asked again for N ms (cfsession.retry_interval)
  round trips: 0
A sentinel that is wrong
names a replica, another one knows better: started
  round trips: 5
names a replica, and is alone: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT, which the sentinels name as the master "mymaster", says that it is a replica: a failover may be under way
  round trips: 4
does not know the command: refused
  session_start(): cfsession: cannot read the session: no sentinel says where the master "mymaster" is: the server at HOST:PORT said "ERR unknown command 'SENTINEL'"; it is no sentinel: name the sentinels, which listen at port 26379 unless told otherwise
  round trips: 1
says what makes no sense: refused
  session_start(): cfsession: cannot read the session: no sentinel says where the master "mymaster" is: the sentinel at HOST:PORT sent an invalid address
  round trips: 1
is a Redis: refused
  session_start(): cfsession: cannot read the session: no sentinel says where the master "mymaster" is: the server at HOST:PORT said "ERR unknown command 'SENTINEL'"; it is no sentinel: name the sentinels, which listen at port 26379 unless told otherwise
  round trips: 1
names a replica that takes writes: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT, which the sentinels name as the master "mymaster", says that it is a replica: a failover may be under way
  round trips: 4
the same, without locking: refused
  session_start(): cfsession: cannot read the session: the server at HOST:PORT, which the sentinels name as the master "mymaster", says that it is a replica: a failover may be under way
  round trips: 4
A failover within a request
before: started
  round trips: 3
during: started
  round trips: 5
after: started
  round trips: 3
stored on the new master: n|i:9;
left behind: 
Everything but the master is gone
a process that knows the master: started
  round trips: 2
one that does not: refused
  session_start(): cfsession: cannot read the session: no sentinel says where the master "mymaster" is: the server at HOST:PORT did not answer a moment ago and is not asked again for N ms (cfsession.retry_interval); cannot connect to the server at HOST:PORT: Connection refused; cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs
  round trips: 0
