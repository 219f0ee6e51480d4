--TEST--
Sentinel: tags survive a failover, and destroyed sessions stay destroyed
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/redis_store.inc';
require __DIR__ . '/../support/sentinel.inc';
require __DIR__ . '/../support/tags.inc';

$sentinels = RedisSentinels::start(replicas: 1);
$store = new RedisStore($sentinels);
configure($store->savePath(['wait_replicas' => 1, 'wait_timeout' => 5000]), ['cfsession.failover_wait' => 20]);
foreach (['a1', 'b2', 'c3'] as $id) {
	sign_in($id, 'alice');
}
$open = start_request($store, 'session_id("a1"); session_start(); $_SESSION["n"] = 1; say("here"); hear(); session_write_close();',
	['session.save_path' => ini_get('session.save_path'), 'cfsession.failover_wait' => 20]);
$open->readLine();
show('destroyed but one', in_session('b2', fn () => cfsession_destroy_tagged('alice', true)));
$before = $sentinels->master();
$sentinels->failover();
show('another master', $sentinels->master() !== $before);
show('listed', tagged('alice'));
$open->writeLine('go on');
show('in flight', preg_match('/cannot write the session: it was destroyed/', $open->output()) === 1 ? 'refused' : 'written');
in_session('b2', fn () => cfsession_tag('staff'));
show('stored', [sessions($store), tagged('staff')]);
show('destroyed', [cfsession_destroy_tagged('alice'), sessions($store)]);

echo "replicas that do not have it\n";
sign_in('a1', 'alice');
foreach ($sentinels->servers as $server) {
	$server === $sentinels->master() || $server->freeze();
}
ini_set('session.save_path', $store->savePath(['wait_replicas' => 1, 'wait_timeout' => 100]));
try {
	show('destroyed', cfsession_destroy_tagged('alice'));
} catch (RuntimeException $exception) {
	echo preg_replace('/127\.0\.0\.1:\d+/', 'HOST:PORT', $exception->getMessage()), "\n";
}
foreach ($sentinels->servers as $server) {
	$server->freeze(false);
}
?>
--EXPECT--
destroyed but one: 2
another master: true
listed: {"b2":1440}
in flight: refused
stored: [["b2"],{"b2":1440}]
destroyed: [1,[]]
replicas that do not have it
cfsession: cannot destroy all sessions of the tag: the server at HOST:PORT has stored the change, but only 0 of 1 replicas had it within 100 ms (wait_replicas): it is lost if that server fails first
