--TEST--
Redis Cluster: cfsession.lock=merge, also while a slot moves
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/redis_store.inc';
require __DIR__ . '/../support/cluster.inc';
require __DIR__ . '/../support/bodies.inc';
require __DIR__ . '/../support/merging.inc';

const PREFIX = 'PHPREDIS_CLUSTER_SESSION:';

$cluster = RedisCluster::start();
$store = new RedisStore($cluster, PREFIX);
$processes = 8;
$writes = 100;
require __DIR__ . '/../handler/merge_concurrent.inc';
run_bodies($store, ['merge_logout', 'merge_mixed', 'merge_large']);

echo "== the slot moves\n";
configure($store->savePath(), ['cfsession.lock' => 'merge', 'cfsession.timeout' => '0.5']);
$cluster->flush();
$other = new Other($store, ['cfsession.timeout' => '0.5']);
$slot = $cluster->slot(PREFIX . 's');
$owner = $cluster->owner(PREFIX . 's');
$next = $cluster->nodes[0] === $owner ? $cluster->nodes[1] : $cluster->nodes[0];
$store->put('s', encoded(['l' => ['first']]));
session_id('s');
session_start();
$_SESSION['l'][] = 'of us';
$cluster->move($slot, $owner, $next, function () use ($other): void {
	echo "the session has not moved yet\n";
	$other->change('$_SESSION["l"][] = "of the other"');
	close_merging('  changed');
	session_start();
	show('  read', $_SESSION);
	$_SESSION['l'][] = 'more';
});
echo "it has moved\n";
$other->change('$_SESSION["l"][] = "more of the other"');
close_merging('  changed');
show('  stored', $store->value('s'));
?>
--EXPECT--
merges in sessions of their own: 0
waits of starts: 0
merges: some
conflicts: 0
starts take: as long as in sessions of their own
counted: all
left behind: []
== merge_logout
destroyed
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  enlarged: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  emptied: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  unchanged: written
    stored: null
changed, then destroyed
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  enlarged: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  emptied: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  unchanged: written
    stored: null
destroyed, and made anew
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  enlarged: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  emptied: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  unchanged: written
    stored: of|s:12:"the next one";
destroyed, and made anew without a lock
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  enlarged: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  emptied: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  unchanged: written
    stored: of|s:12:"the next one";
destroyed, and made anew with a lock
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  enlarged: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  emptied: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  unchanged: written
    stored: of|s:12:"the next one";
given another id
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  enlarged: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  emptied: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  unchanged: written
    stored: null
given another id, and made anew
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  enlarged: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  emptied: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
  unchanged: written
    stored: of|s:12:"the next one";
expired
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  enlarged: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  emptied: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  unchanged: written
    stored: null
destroyed while it was merged
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
made and destroyed by another while it was new here
  changed: refused: it was destroyed or has expired since it was read; nothing was written
    stored: null
  and made again: refused: it was destroyed or has expired since it was read; nothing was written
    stored: of|s:12:"the next one";
made by two requests at once, strict mode 0
  the id is the one that was asked for: true
  changed: merged
    stored: a|i:1;b|a:2:{i:0;s:12:"of the other";i:1;s:5:"of us";}
made by two requests at once, strict mode 1
  the id is the one that was asked for: false
  changed: merged
    stored: a|i:1;b|a:2:{i:0;s:12:"of the other";i:1;s:5:"of us";}
made anew by one request
  changed: written
  and changed by two: merged
    stored: n|i:2;b|i:2;
we give it another id
  deleting the old one: true
  regenerate: written
  written: written
    stored: [null,"n|i:3;"]
  keeping the old one: true
  regenerate: merged
  written: written
    stored: ["n|i:2;b|i:2;","n|i:3;"]
left behind: []
== merge_mixed
a request that locks, and writes
  started, 0 waits
  stored meanwhile: n|i:1;list|a:1:{i:0;s:5:"first";}
  1 waits, 1 merges, 0 conflicts
  stored: n|i:2;list|a:3:{i:0;s:5:"first";i:1;s:5:"locks";i:2;s:6:"merges";}of|s:19:"the one that merges";
a request that locks, and changes nothing
  started, 0 waits
  stored meanwhile: n|i:1;list|a:1:{i:0;s:5:"first";}
  1 waits, 0 merges, 0 conflicts
  stored: n|i:1;list|a:2:{i:0;s:5:"first";i:1;s:6:"merges";}of|s:19:"the one that merges";
a request that locks, and aborts
  started, 0 waits
  stored meanwhile: n|i:1;list|a:1:{i:0;s:5:"first";}
  1 waits, 0 merges, 0 conflicts
  stored: n|i:1;list|a:2:{i:0;s:5:"first";i:1;s:6:"merges";}of|s:19:"the one that merges";
a request that locks, and destroys
  started, 0 waits
  stored meanwhile: n|i:1;list|a:1:{i:0;s:5:"first";}
  Warning: session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  Warning: session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (redis+cluster://HOST:PORT,HOST:PORT,HOST:PORT)
  1 waits, 0 merges, 0 conflicts
  stored: null
a request that has locked since
  started, 0 waits
  which is: written
  1 waits, 1 merges, 0 conflicts
  stored: n|i:2;list|a:3:{i:0;s:5:"first";i:1;s:5:"locks";i:2;s:6:"merges";}of|s:19:"the one that merges";
the lock of another handler
  started, 0 waits
  still its own: web-1|4711
  1 waits, 1 merges, 0 conflicts
  stored: n|i:2;list|a:3:{i:0;s:5:"first";i:1;s:7:"foreign";i:2;s:6:"merges";}of|s:19:"the one that merges";
it has changed the session since, and locked it
  started, 0 waits
  1 waits, 1 merges, 0 conflicts
  stored: n|i:3;list|a:4:{i:0;s:5:"first";i:1;s:7:"foreign";i:2;s:4:"more";i:3;s:6:"merges";}of|s:19:"the one that merges";
and destroyed it, and made it anew, while we waited
  started, 0 waits
  Warning: session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  Warning: session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (redis+cluster://HOST:PORT,HOST:PORT,HOST:PORT)
  1 waits, 0 merges, 0 conflicts
  stored: of|s:12:"the next one";
one that is not released
  session_write_close(): cfsession: cannot write the session: another request holds the lock {PHPREDIS_CLUSTER_SESSION:...}_LOCK at HOST:PORT and did not release it within 200 ms (cfsession.lock_wait); if that request has died, the lock expires in N. Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait
  session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (redis+cluster://HOST:PORT,HOST:PORT,HOST:PORT)
  stored: n|i:1;list|a:1:{i:0;s:5:"first";}
  still its own: web-1|4711
  reads: {"n":1,"list":["first"]}
  and changes nothing: written
  reads and closes: true
a handler that does not lock
  changed: merged
  stored: n|i:2;list|a:3:{i:0;s:5:"first";i:1;s:7:"foreign";i:2;s:6:"merges";}
  a request with lock=Off: merged
  stored: n|i:1;list|a:3:{i:0;s:5:"first";i:1;s:3:"off";i:2;s:6:"merges";}
left behind: []
== merge_large
10 bytes
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
10 bytes, new
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
2 kB
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
2 kB, new
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
3 kB
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
3 kB, new
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
100 kB
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
100 kB, new
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
1 MB
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
1 MB, new
  alone: written
  beside a small change: merged
  beside as much: merged
  beside 1 MB: merged
shrinks
  both: merged
  stored: n|i:1;
left behind: []
== the slot moves
the session has not moved yet
Warning: session_write_close(): cfsession: cannot write the session: the server at HOST:PORT said "TRYAGAIN Multiple keys request during rehashing of slot"; the session's slot is moving to another node: wait until it has moved
Warning: session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (redis+cluster://HOST:PORT,HOST:PORT,HOST:PORT)
  changed: refused: the server at HOST:PORT said "TRYAGAIN Multiple keys request during rehashing of slot"; the session's slot is moving to another node: wait until it has moved
  read: {"l":["first"]}
it has moved
  changed: merged
  stored: l|a:3:{i:0;s:5:"first";i:1;s:17:"more of the other";i:2;s:4:"more";}
