--TEST--
Settings: a bad value is refused with a warning, and the old one stays
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/session.inc';

$good = [
	'prefix' => ['app:', '', str_repeat('p', 128), 'a b%c'],
	'lock' => ['0', '1', 'On', 'OFF', 'yes', 'No', 'true', 'False', ''],
	'persistent' => ['0', '1'],
	'lock_wait' => ['0', '0.5', '86400', '00.250', '.5', '5.'],
	'lock_ttl' => ['0', '30'],
	'connect_timeout' => ['0.001', '0.0001', '86400'],
	'timeout' => ['0.001'],
	'retry_interval' => ['0', '0.5'],
];
$bad = [
	'prefix' => [str_repeat('p', 129), "a\nb", "a\0b", "\x7f"],
	'lock' => ['2', '-1', 'maybe', ' 1', '1 ', "1\0", '1.0'],
	'persistent' => ['x'],
	'lock_wait' => ['', '-1', 'x', '1s', '1,5', '86401', '1e3', '1.2.3', '.', ' 1', '1 ', '+1', '0x1', 'INF', 'NAN', "1\0", str_repeat('9', 400)],
	'lock_ttl' => ['-1'],
	'connect_timeout' => ['0', '0.0', '-1', ''],
	'timeout' => ['0', '', 'x'],
	'retry_interval' => ['-0.1', ''],
	'sasl_username' => ["a\nb"],
	'sasl_password' => ["s3cr\0et"],
];
foreach ($good as $name => $values) {
	foreach ($values as $value) {
		$messages = warnings(function () use ($name, $value, &$old) {
			$old = ini_set("cfsession.$name", $value);
		});
		if ($messages || $old === false || ini_get("cfsession.$name") !== $value) {
			echo "$name = '$value' was refused: ", implode(' ', $messages), "\n";
		}
	}
}
foreach ($bad as $name => $values) {
	$before = ini_get("cfsession.$name");
	$seen = [];
	foreach ($values as $value) {
		$messages = warnings(function () use ($name, $value, &$old) {
			$old = ini_set("cfsession.$name", $value);
		});
		if (count($messages) !== 1 || $old !== false || ini_get("cfsession.$name") !== $before) {
			echo "$name = '" . addcslashes($value, "\0..\37") . "' was not refused properly\n";
		}
		array_push($seen, ...$messages);
	}
	echo implode("\n", array_unique($seen)), "\n";
}

/* They hold, and go back. */
ini_set('session.save_handler', 'cfsession');
ini_set('session.save_path', 'tcp://host');
ini_set('cfsession.prefix', 'app:');
@ini_set('cfsession.prefix', "a\nb");
echo cfsession_status()['prefix'], ' ';
ini_restore('cfsession.prefix');
echo cfsession_status()['prefix'], "\n";
?>
--EXPECT--
cfsession.prefix has to be at most 128 bytes without control characters; the value before stays
cfsession.lock has to be On or Off; the value before stays
cfsession.persistent has to be On or Off; the value before stays
cfsession.lock_wait has to be a number of seconds from 0 to 86400; the value before stays
cfsession.lock_ttl has to be a number of seconds from 0 to 86400; the value before stays
cfsession.connect_timeout has to be a number of seconds above 0 and up to 86400; the value before stays
cfsession.timeout has to be a number of seconds above 0 and up to 86400; the value before stays
cfsession.retry_interval has to be a number of seconds from 0 to 86400; the value before stays
cfsession.sasl_username has to be without control characters; the value before stays
cfsession.sasl_password has to be without control characters; the value before stays
app: PHPREDIS_SESSION:
