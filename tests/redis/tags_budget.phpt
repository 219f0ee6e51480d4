--TEST--
Redis: round trips of tags
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../support/tags.inc';

/** The round trips that $request waits for. */
function trips(callable $request): int
{
	$before = counter('round_trips');
	$request();
	return counter('round_trips') - $before;
}

$begin = function (): void {
	session_id('a1');
	session_start();
};
$cases = [
	'changed' => fn () => $_SESSION['n'] = microtime(true),
	'changed, tagged' => function (): void {
		$_SESSION['n'] = microtime(true);
		cfsession_tag('alice');
		cfsession_tag('staff');
	},
	'unchanged' => fn () => null,
	'unchanged, tagged' => fn () => cfsession_tag('alice'),
	'a new id for a tagged one, kept' => fn () => session_regenerate_id(),
	'a new id for one without tags, kept' => fn () => session_regenerate_id(),
	'a new id for a tagged one, deleted' => fn () => session_regenerate_id(true),
	'a new id for one without tags, deleted' => fn () => session_regenerate_id(true),
];
configure($store->savePath());
printf("%-40s %-8s %-8s %s\n", 'case', 'locked', 'unlocked', 'merge');
foreach ($cases as $name => $body) {
	$row = [];
	foreach (['1', '0', 'merge'] as $lock) {
		ini_set('cfsession.lock', $lock);
		foreach (['warming up', 'counted'] as $round) {
			$store->server->flush();
			in_session('a1', function () use ($name): void {
				$_SESSION['n'] = 1;
				str_contains($name, 'a tagged one') && cfsession_tag('alice');
			});
			$count = trips(function () use ($begin, $body): void {
				$begin();
				$body();
				session_write_close();
			});
		}
		$row[] = $count;
	}
	printf("%-40s %-8s %-8s %s\n", $name, ...$row);
}
ini_set('cfsession.lock', '1');
$store->server->flush();
foreach (['a1', 'b2', 'c3'] as $id) {
	sign_in($id, 'alice');
}
$begin();
$connects = counter('connects');
show('list of three', trips(fn () => cfsession_tagged('alice')));
show('list of nobody', trips(fn () => cfsession_tagged('nobody')));
show('destroy the others', trips(fn () => cfsession_destroy_tagged('alice', true)));
show('connections beside the session\'s', counter('connects') - $connects);
session_write_close();
show('without a session', trips(fn () => cfsession_tagged('alice')));
?>
--EXPECT--
case                                     locked   unlocked merge
changed                                  2        2        2
changed, tagged                          2        2        2
unchanged                                1        1        1
unchanged, tagged                        2        2        2
a new id for a tagged one, kept          5        5        5
a new id for one without tags, kept      4        4        4
a new id for a tagged one, deleted       6        6        6
a new id for one without tags, deleted   4        4        4
list of three: 2
list of nobody: 1
destroy the others: 5
connections beside the session's: 0
without a session: 2
