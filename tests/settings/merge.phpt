--TEST--
Settings: cfsession.lock=merge: how it is shown, and its counters
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without(redis_program());
?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../support/merging.inc';

$shown = 'ob_start(); phpinfo(INFO_MODULES); preg_match("/^cfsession\.lock => .*/m", ob_get_clean(), $line);
	say(ini_get("cfsession.lock") . ": $line[0]");';
foreach (['merge', 'Merge', 'MERGE', '1', 'On', '0', 'off', 'merged', 'mer', 'merge ', ' merge'] as $value) {
	echo Php::run($shown, ['cfsession.lock' => $value]);
}

configure($store->savePath());
foreach (['merge', 'MERGE', 'merged', 'off', 'merge'] as $value) {
	$set = null;
	foreach (warnings(function () use ($value, &$set) {
		$set = ini_set('cfsession.lock', $value);
	}) as $warning) {
		echo "  $warning\n";
	}
	show("set to $value, before", $set);
}
show('now', ini_get('cfsession.lock'));

/* The setting at session_start() applies. */
$other = new Other($store);
foreach (['merge' => 'off', 'off' => 'merge', 'on' => 'merge'] as $at => $later) {
	ini_set('cfsession.lock', $at);
	$store->put('s', encoded(['n' => 1]));
	session_id('s');
	session_start();
	show("$at at the beginning, locked", $store->isLocked('s'));
	$at === 'on' || $other->change('$_SESSION["other"] = true');
	$_SESSION['m'] = 2;
	ini_set('cfsession.lock', $later);
	close_merging("  $later at the end");
	show('  stored', $store->value('s'));
}

ini_set('cfsession.lock', 'merge');
change_both($store, $other, 'one conflict', ['n' => 1, 'm' => 1], fn () => $_SESSION['n'] = 2, '$_SESSION["n"] = 3; $_SESSION["m"] = 3');
change_both($store, $other, 'two', ['n' => 1, 'm' => 1], fn () => $_SESSION = ['n' => 2, 'm' => 2], '$_SESSION = ["n" => 3, "m" => 3]');
$counters = cfsession_status()['counters'];
foreach (['starts', 'writes', 'merges', 'merge_conflicts', 'lock_waits', 'lost_locks', 'errors'] as $name) {
	show($name, $counters[$name]);
}
?>
--EXPECT--
merge: cfsession.lock => merge => merge
Merge: cfsession.lock => merge => merge
MERGE: cfsession.lock => merge => merge
1: cfsession.lock => On => On
On: cfsession.lock => On => On
0: cfsession.lock => Off => Off
off: cfsession.lock => Off => Off

Warning: cfsession.lock has to be On, Off or merge; the previous value stays in Unknown on line 0
1: cfsession.lock => On => On

Warning: cfsession.lock has to be On, Off or merge; the previous value stays in Unknown on line 0
1: cfsession.lock => On => On

Warning: cfsession.lock has to be On, Off or merge; the previous value stays in Unknown on line 0
1: cfsession.lock => On => On

Warning: cfsession.lock has to be On, Off or merge; the previous value stays in Unknown on line 0
1: cfsession.lock => On => On
set to merge, before: 1
set to MERGE, before: merge
  cfsession.lock has to be On, Off or merge; the previous value stays
set to merged, before: false
set to off, before: MERGE
set to merge, before: off
now: merge
merge at the beginning, locked: false
  off at the end: merged
  stored: n|i:1;m|i:2;other|b:1;
off at the beginning, locked: false
  merge at the end: written
  stored: n|i:1;m|i:2;
on at the beginning, locked: true
  merge at the end: written
  stored: n|i:1;m|i:2;
one conflict: merged, conflicts: 1
  stored: n|i:2;m|i:3;
two: merged, conflicts: 2
  stored: n|i:2;m|i:2;
starts: 5
writes: 5
merges: 3
merge_conflicts: 3
lock_waits: 0
lost_locks: 0
errors: 0
