--TEST--
Sentinel: with cfsession.failover_wait no request fails when the master is killed under load
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--CONFLICTS--
all
--FILE--
<?php
require __DIR__ . '/failover_wait.inc';

/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/sentinel.inc';

$group = RedisSentinels::start(replicas: 2, sentinels: 3, lines: ['sentinel down-after-milliseconds ' . RedisSentinels::NAME . ' 500']);
failover_under_load($group, function () use ($group): void {
	$old = $group->master();
	$old->kill();
	wait_until(fn () => $group->master() !== $old, 90, 'a failover');
	RedisServer::start(['replicaof' => ['127.0.0.1', $group->master()->port], 'repl-diskless-sync-delay' => 0]);
}, 'Sentinel, master killed, cfsession.failover_wait=15');
?>
--EXPECT--
cfsession.lock=1
failures: []
it took a while: true
a request that was at work meanwhile, new: done
a request that was at work meanwhile, small: done
a request that was at work meanwhile, large: done
a request that was at work meanwhile, small with its lock: done
written: [true,true,true,true]
a request that waited for a lock meanwhile: {"v":"vvvvv","w":1}
acknowledged and lost: 0
mixed up with another: 0
locks left behind: []
cfsession.lock=0
failures: []
it took a while: true
a request that was at work meanwhile, new: done
a request that was at work meanwhile, small: done
a request that was at work meanwhile, large: done
a request that was at work meanwhile, small with its lock: done
written: [true,true,true,true]
acknowledged and lost: 0
mixed up with another: 0
locks left behind: []
cfsession.lock=merge
failures: []
it took a while: true
a request that was at work meanwhile, new: done
a request that was at work meanwhile, small: done
a request that was at work meanwhile, large: done
a request that was at work meanwhile, small with its lock: done
written: [true,true,true,true]
acknowledged and lost: 0
mixed up with another: 0
locks left behind: []
