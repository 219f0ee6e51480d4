--TEST--
Redis: listing and destroying 10,000 sessions of one user takes few round trips and little memory
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
getenv('USE_ZEND_ALLOC') !== '0' or die('skip tools that watch memory take some themselves');
?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../support/tags.inc';

const COUNT = 10000;

/** The process' peak memory in kB; $reset restarts the kernel's measurement. */
function peak(bool $reset = false): int
{
	$reset && file_put_contents('/proc/self/clear_refs', '5');
	preg_match('/^VmHWM:\s+(\d+)/m', file_get_contents('/proc/self/status'), $found);
	return (int) $found[1];
}

/** Runs $body and prints its cost. */
function cost(string $what, RedisStore $store, callable $body): mixed
{
	$store->server->call('CONFIG', 'RESETSTAT');
	$before = [counter('round_trips'), peak(true)];
	$result = $body();
	$grown = peak() - $before[1];
	$trips = counter('round_trips') - $before[0];
	preg_match_all('/^cmdstat_(\w+):calls=(\d+)/m', $store->server->call('INFO', 'commandstats'), $found);
	$commands = array_sum(array_diff_key(array_combine($found[1], $found[2]), ['config' => 0, 'info' => 0]));
	getenv('SHOW') && fprintf(STDERR, "%s: %d round trips, %d commands, %d kB\n", $what, $trips, $commands, $grown);
	/* Two or three round trips for 500 sessions, and the scripts' commands for each session. */
	show("$what: round trips", $trips <= 100 ? 'few' : $trips);
	show("$what: commands", $commands <= 7 * COUNT ? 'few' : $commands);
	show("$what: memory", $grown <= 6000 ? 'little' : $grown);
	return $result;
}

configure($store->savePath());
$store->server->call('EVAL', <<<'LUA'
	local later=redis.call('TIME')[1]*1000+1440000
	for i=1,ARGV[1] do
		redis.call('SET',KEYS[1]..i,'n|i:1;','EX',1440)
		redis.call('ZADD',KEYS[2],later,'s'..i)
	end
	LUA, 2, $store->key('s'), $store->key('_TAG:' . hash('sha256', 'alice')), COUNT);
session_id('s7');
session_start();
$list = cost('listed', $store, fn () => cfsession_tagged('alice'));
show('all of them', count($list) === COUNT && tens(min($list) - time()) === 1440 && isset($list['s1'], $list['s' . COUNT]));
unset($list);
show('destroyed', cost('others', $store, fn () => cfsession_destroy_tagged('alice', true)));
show('left', [sessions($store), array_keys(tagged('alice'))]);
?>
--EXPECT--
listed: round trips: few
listed: commands: few
listed: memory: little
all of them: true
others: round trips: few
others: commands: few
others: memory: little
destroyed: 9999
left: [["s7"],["s7"]]
