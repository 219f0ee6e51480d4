--TEST--
Doctor: servers that are down, refuse, are silent, or accept anyone
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without('saslpasswd2');
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/doctor.inc';
require __DIR__ . '/../support/redis.inc';
require __DIR__ . '/../support/memcached.inc';
require __DIR__ . '/../support/scripted.inc';

$redis = RedisServer::start(['requirepass' => PASSWORD, 'maxmemory' => '100mb', 'appendonly' => 'yes', 'bind' => '0.0.0.0',
	'protected-mode' => 'no']);
$sasl = MemcachedServer::sasl('app', PASSWORD);
$nobody = free_port();
$login = fn (string $password): string => "memcached://app:$password@127.0.0.1:$sasl->port";

echo "-- not there\n";
show_diagnosis('Redis', diagnosis(at("tcp://127.0.0.1:$nobody")));
show_diagnosis('Memcached', diagnosis(at("127.0.0.1:$nobody")));
show_diagnosis('one of two', diagnosis(at("tcp://127.0.0.1:$nobody,tcp://127.0.0.1:$redis->port?auth=" . PASSWORD)), 'reachable', 'topology');
$began = now();
$silent = ScriptedServer::start(['never']);
show_diagnosis('silent', diagnosis(at($silent->savePath(), ['cfsession.timeout' => '0.2'])));
echo now() < $began + 5 ? "in time\n" : "too late\n";

echo "-- refused\n";
show_diagnosis('wrong password', diagnosis(at($redis->savePath(['auth' => 'wrong']))));
show_diagnosis('no password', diagnosis(at($redis->savePath())));
show_diagnosis('wrong login', diagnosis(at($login('wrong'))));

echo "-- allowed too little\n";
$redis->call('ACL', 'SETUSER', 'app', 'on', '>' . PASSWORD, '~*', '+@all', '-select', '-wait');
$auth = ['auth' => ['user' => 'app', 'pass' => PASSWORD]];
show_diagnosis('SELECT', $told = diagnosis(at($redis->savePath($auth + ['database' => 1]))));
echo "  state: {$told['cfsession']['state']}\n";
show_diagnosis('WAIT', diagnosis(at($redis->savePath($auth + ['wait_replicas' => 1]))));
show_diagnosis('no such database', $told = diagnosis(at($redis->savePath(['auth' => PASSWORD, 'database' => 99]))));
echo "  state: {$told['cfsession']['state']}\n";
show_diagnosis('no replica', diagnosis(at($redis->savePath(['auth' => PASSWORD, 'wait_replicas' => 1, 'wait_timeout' => 1]))));

echo "-- accepted\n";
show_diagnosis('password', diagnosis(at($redis->savePath(['auth' => PASSWORD]))), 'credentials');
show_diagnosis('login', diagnosis(at($login(PASSWORD))), 'credentials', 'session');

echo "-- in clear\n";
/* An address of this machine that does not look local. */
show_diagnosis('with a password', $told = diagnosis(at("tcp://0.0.0.0:$redis->port?auth=" . PASSWORD)), 'tls', 'credentials');
$level = array_column($told['checks'], 'level', 'name')['libraries'];
echo 'could it be another way: ', $level === ($told['cfsession']['libraries']['tls'] ? 'ok' : 'note') ? 'told' : $level, "\n";
$redis->call('CONFIG', 'SET', 'requirepass', '');
show_diagnosis('without', diagnosis(at("tcp://0.0.0.0:$redis->port")), 'tls', 'credentials');
show_diagnosis('to this machine', diagnosis(at("tcp://127.0.0.1:$redis->port")));
$memcached = MemcachedServer::start();
show_diagnosis('Memcached', diagnosis(at("0.0.0.0:$memcached->port")), 'tls', 'credentials');
?>
--EXPECTF--
-- not there
Redis: failure, 1
  failure reachable: Cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs.
Memcached: failure, 1
  failure reachable: Cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs.
one of two: failure, 1
  failure reachable: Cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs.
  ok reachable: The server answers.
  note topology: 2 servers share the sessions: when one is down, its share of them fails.
silent: failure, 1
  failure reachable: The server at HOST:PORT did not answer within 200 ms (cfsession.timeout).
in time
-- refused
wrong password: failure, 1
  failure credentials: The server at HOST:PORT refused our password: "WRONGPASS invalid username-password pair or user is disabled."; check the credentials in session.save_path.
no password: failure, 1
  failure credentials: The server at HOST:PORT said "NOAUTH Authentication required."; it requires a password: give one in session.save_path.
wrong login: failure, 1
  failure credentials: The server at HOST:PORT refused our user name and password; check the SASL credentials.
-- allowed too little
SELECT: failure, 1
  failure reachable: The server at HOST:PORT refused database 1: "NOPERM %s has no permissions to run the 'select' command"; allow it with ACL SETUSER app +select.
  state: fails
WAIT: failure, 1
  failure session: The doctor's own session failed: cannot write the session: the server at HOST:PORT has stored the change, but does not say how many replicas have it (wait_replicas): "NOPERM %s has no permissions to run the 'wait' command"; allow its user +wait, or leave wait_replicas out.
no such database: failure, 1
  failure reachable: The server at HOST:PORT refused database 99: "ERR DB index is out of range"; check the database in session.save_path.
  state: fails
no replica: failure, 1
  failure session: The doctor's own session failed: cannot write the session: the server at HOST:PORT has stored the change, but only 0 of 1 replicas had it within 1 ms (wait_replicas): it is lost if that server fails first. Look at its replicas, or leave wait_replicas out of session.save_path.
-- accepted
password: ok, 0
  ok credentials: Not refused.
login: ok, 0
  ok credentials: Not refused.
  ok session: Written, read and destroyed in N ms.
-- in clear
with a password: warning, 0
  ok credentials: Not refused.
  warning tls: The password and all sessions cross the network unencrypted. If the server has TLS, write tls:// or rediss://.
could it be another way: told
without: ok, 0
  note credentials: It requires none: anyone who reaches it can read all sessions. Set a password.
  note tls: Sessions cross the network unencrypted. If the server has TLS, write tls:// or rediss://.
to this machine: ok, 0
Memcached: ok, 0
  note credentials: It requires none: anyone who reaches it can read all sessions. Set a password.
  note tls: Sessions cross the network unencrypted, because libmemcached has no TLS. Keep it in a network of your own.
