--TEST--
Settings: good and bad values of cfsession.lock_waiters, lock_failure and failover_wait
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/session.inc';

$values = [
	'lock_waiters' => [
		['0', '1', '007', '1000000', '3'],
		['', '-1', '+1', 'x', '1.0', '1e3', ' 1', '1 ', '0x1', "1\0", '1000001', '9999999', str_repeat('9', 400)],
	],
	'lock_failure' => [
		['readonly', 'ReadOnly', 'FAIL', 'fail', 'readonly'],
		['', '0', '1', 'On', 'read', 'read-only', 'readonly ', "readonly\0", 'fails'],
	],
	'failover_wait' => [
		['15', '0.5', '86400', '0', '.5'],
		['', '-1', 'x', '86401', '1s', '1e3', 'INF', "1\0"],
	],
];
foreach ($values as $name => [$good, $bad]) {
	foreach ($good as $value) {
		$messages = warnings(function () use ($name, $value) {
			ini_set("cfsession.$name", $value);
		});
		$messages || ini_get("cfsession.$name") !== $value and print("$name = '$value' was refused: " . implode(' ', $messages) . "\n");
	}
	foreach ($bad as $value) {
		$messages = warnings(function () use ($name, $value, &$old) {
			$old = ini_set("cfsession.$name", $value);
		});
		count($messages) === 1 && $old === false or print("$name = '" . addcslashes($value, "\0") . "' was not refused properly\n");
		$seen[$name][] = $messages[0] ?? '';
	}
	echo implode("\n", array_unique($seen[$name])), "\n  ", ini_get("cfsession.$name"), "\n";
}
?>
--EXPECT--
cfsession.lock_waiters has to be a number from 0 to 1000000; the previous value stays
  3
cfsession.lock_failure has to be fail or readonly; the previous value stays
  readonly
cfsession.failover_wait has to be a number of seconds from 0 to 86400; the previous value stays
  .5
