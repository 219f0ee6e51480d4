--TEST--
Memcached: if one of several servers is down, its sessions fail, the others work, and none moves
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

$servers = [MemcachedServer::start(), MemcachedServer::start()];
$proxies = array_map(fn ($server) => Proxy::to($server->port, 'memcached'), $servers);
$path = implode(',', array_map(fn ($proxy) => $proxy->savePath(), $proxies));
configure($path, ['cfsession.timeout' => '0.3', 'cfsession.connect_timeout' => '0.3', 'cfsession.retry_interval' => '1']);

/* Two sessions on each server. */
$ids = [[], []];
for ($i = 0; count($ids[0]) < 2 || count($ids[1]) < 2; $i++) {
	in_session($id = md5("session $i"), count_up(...));
	$ids[$servers[0]->get("memc.sess.key.$id") === null ? 1 : 0][] = $id;
}

/** Starts all sessions; prints how many start on each server, and the warnings without what differs. */
function visit(string $label): void
{
	global $ids;

	$started = [0, 0];
	$slowest = 0;
	$messages = [];
	foreach ([0, 1] as $place) {
		foreach (array_slice($ids[$place], 0, 2) as $id) {
			$began = now();
			array_push($messages, ...warnings(function () use ($id, $place, &$started) {
				session_id($id);
				if (session_start()) {
					$started[$place] += $_SESSION !== [];
					count_up();
					session_write_close();
				}
			}));
			$slowest = max($slowest, now() - $began);
		}
	}
	echo "$label: $started[0] of the one, $started[1] of the other\n";
	foreach (array_count_values(preg_replace('/again for [\d.]+ m?s/', 'again for N ms', preg_grep('/cfsession: /', $messages))) as $message => $count) {
		echo "  $count times: $message\n";
	}
	$slowest < 0.3 + 0.5 or print("  which took $slowest s\n");
}

visit('both up');
$proxies[0]->stall();
/* A silent kept connection proves nothing about its server; a silent new one does. */
visit('the one is silent');
visit('still silent');
$proxies[0]->cut();
$proxies[0]->stall(false);
wait_until(function () use ($ids) {
	session_id($ids[0][0]);
	return @session_start();
}, 5, 'the end of cfsession.retry_interval');
session_abort();
visit('back');

/* Its sessions are lost, and cfsession does not look for them on another server. */
$servers[0]->kill();
$proxies[0]->refuse();
visit('the one is down');
$moved = array_filter($ids[0], fn ($id) => $servers[1]->get("memc.sess.key.$id") !== null);
echo 'moved: ', count($moved), "\n";
$servers[0]->restart();
$proxies[0]->listen();
visit('up again, empty');
visit('and used');
?>
--EXPECT--
both up: 2 of the one, 2 of the other
the one is silent: 0 of the one, 2 of the other
  2 times: session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer within 300 ms (cfsession.timeout)
still silent: 0 of the one, 2 of the other
  2 times: session_start(): cfsession: cannot read the session: the server at HOST:PORT did not answer a moment ago and is not asked again for N ms (cfsession.retry_interval)
back: 2 of the one, 2 of the other
the one is down: 0 of the one, 2 of the other
  2 times: session_start(): cfsession: cannot read the session: cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs
moved: 0
up again, empty: 0 of the one, 2 of the other
and used: 2 of the one, 2 of the other
