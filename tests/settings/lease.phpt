--TEST--
Settings: cfsession.lock_lease, its limit by cfsession.lock_ttl, and the other new settings, on the command line
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/client.inc';

const SHOW = 'foreach (["lock", "lock_lease", "lock_ttl", "lock_waiters"] as $name) {
	echo $name, "=", ini_get("cfsession.$name"), " ";
} echo "\n";';

$cases = [
	[],
	['lock_lease' => '1'],
	['lock_ttl' => '3', 'lock_lease' => '1'],
	['lock_lease' => '3', 'lock_ttl' => '3'],
	/* The default of lock_lease is exempt from the limit. */
	['lock_ttl' => '3'],
	['lock_ttl' => '0.5'],
	['lock' => 'merge', 'lock_waiters' => '2'],
	['lock_ttl' => '3', 'lock_lease' => '4'],
	['lock_lease' => '3.001', 'lock_ttl' => '3'],
	['lock_lease' => '0.9'],
	['lock_lease' => '0'],
	['lock_lease' => '-1'],
	['lock_lease' => 'short'],
	['lock' => 'maybe'],
	['lock_waiters' => '-1'],
	['lock_waiters' => 'x'],
];
foreach ($cases as $case) {
	$ini = array_combine(array_map(fn ($name) => "cfsession.$name", array_keys($case)), $case);
	echo '-- ', str_replace('&', ' ', http_build_query($case)), "\n", preg_replace('/^\n|^PHP .*\n| in Unknown on line 0$/m', '', Php::run(SHOW, $ini));
}

echo "-- in a script\n";
echo preg_replace('/^\n| in \S+ on line \d+$/m', '', Php::run('
	foreach ([["lock_lease", "2"], ["lock_lease", "3.5"], ["lock_lease", "0.5"], ["lock", "maybe"], ["lock_waiters", "-1"], ["lock_waiters", "x"], ["lock_ttl", "1.5"]] as [$name, $value]) {
		echo "$name=$value: ", json_encode(ini_set("cfsession.$name", $value)), "\n";
	}' . SHOW, ['cfsession.lock_ttl' => '3', 'cfsession.lock_lease' => '1']));
?>
--EXPECT--
-- 
lock=1 lock_lease=5.0 lock_ttl=0 lock_waiters=0 
-- lock_lease=1
lock=1 lock_lease=1 lock_ttl=0 lock_waiters=0 
-- lock_ttl=3 lock_lease=1
lock=1 lock_lease=1 lock_ttl=3 lock_waiters=0 
-- lock_lease=3 lock_ttl=3
lock=1 lock_lease=3 lock_ttl=3 lock_waiters=0 
-- lock_ttl=3
lock=1 lock_lease=5.0 lock_ttl=3 lock_waiters=0 
-- lock_ttl=0.5
lock=1 lock_lease=5.0 lock_ttl=0.5 lock_waiters=0 
-- lock=merge lock_waiters=2
lock=merge lock_lease=5.0 lock_ttl=0 lock_waiters=2 
-- lock_ttl=3 lock_lease=4
Warning: cfsession.lock_lease has to be at most cfsession.lock_ttl, for which a lock may be held in total; the previous value stays
lock=1 lock_lease=5.0 lock_ttl=3 lock_waiters=0 
-- lock_lease=3.001 lock_ttl=3
Warning: cfsession.lock_lease has to be at most cfsession.lock_ttl, for which a lock may be held in total; the previous value stays
lock=1 lock_lease=5.0 lock_ttl=3 lock_waiters=0 
-- lock_lease=0.9
Warning: cfsession.lock_lease has to be a number of seconds from 1 to 86400; the previous value stays
lock=1 lock_lease=5.0 lock_ttl=0 lock_waiters=0 
-- lock_lease=0
Warning: cfsession.lock_lease has to be a number of seconds from 1 to 86400; the previous value stays
lock=1 lock_lease=5.0 lock_ttl=0 lock_waiters=0 
-- lock_lease=-1
Warning: cfsession.lock_lease has to be a number of seconds from 1 to 86400; the previous value stays
lock=1 lock_lease=5.0 lock_ttl=0 lock_waiters=0 
-- lock_lease=short
Warning: cfsession.lock_lease has to be a number of seconds from 1 to 86400; the previous value stays
lock=1 lock_lease=5.0 lock_ttl=0 lock_waiters=0 
-- lock=maybe
Warning: cfsession.lock has to be On, Off or merge; the previous value stays
lock=1 lock_lease=5.0 lock_ttl=0 lock_waiters=0 
-- lock_waiters=-1
Warning: cfsession.lock_waiters has to be a number from 0 to 1000000; the previous value stays
lock=1 lock_lease=5.0 lock_ttl=0 lock_waiters=0 
-- lock_waiters=x
Warning: cfsession.lock_waiters has to be a number from 0 to 1000000; the previous value stays
lock=1 lock_lease=5.0 lock_ttl=0 lock_waiters=0 
-- in a script
lock_lease=2: "1"
lock_lease=3.5: 
Warning: cfsession.lock_lease has to be at most cfsession.lock_ttl, for which a lock may be held in total; the previous value stays
false
lock_lease=0.5: 
Warning: cfsession.lock_lease has to be a number of seconds from 1 to 86400; the previous value stays
false
lock=maybe: 
Warning: cfsession.lock has to be On, Off or merge; the previous value stays
false
lock_waiters=-1: 
Warning: cfsession.lock_waiters has to be a number from 0 to 1000000; the previous value stays
false
lock_waiters=x: 
Warning: cfsession.lock_waiters has to be a number from 0 to 1000000; the previous value stays
false
lock_ttl=1.5: "3"
lock=1 lock_lease=2 lock_ttl=1.5 lock_waiters=0
