--TEST--
Settings: a bad value is refused with a warning, and the old one stays
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/session.inc';

$good = [
	'prefix' => ['app:', '', str_repeat('p', 128), 'a b%c'],
	'lock' => ['0', '1', 'On', 'OFF', 'yes', 'No', 'true', 'False', '', 'merge', 'Merge', 'MERGE', 'on'],
	'persistent' => ['0', '1'],
	'lock_wait' => ['0', '0.5', '86400', '00.250', '.5', '5.'],
	'lock_ttl' => ['0', '30'],
	/* The limit set by lock_ttl. */
	'lock_lease' => ['1', '1.5', '30', '030.0', '5'],
	'lock_waiters' => ['0', '1', '1000000', '007'],
	'compression' => ['', 'none', 'None'],
	'compression_level' => ['22', '0', '3'],
	'compression_threshold' => ['0', '1000000', '2048'],
	'first_lifetime' => ['60', '0.5', '0'],
	'store_empty' => ['Off', '0', 'On', '1'],
	'connect_timeout' => ['0.001', '0.0001', '86400'],
	'timeout' => ['0.001'],
	'retry_interval' => ['0', '0.5'],
];
$bad = [
	'prefix' => [str_repeat('p', 129), "a\nb", "a\0b", "\x7f"],
	'lock' => ['2', '-1', 'maybe', ' 1', '1 ', "1\0", '1.0', 'merge ', 'mer', "merge\0"],
	'persistent' => ['x'],
	'lock_wait' => ['', '-1', 'x', '1s', '1,5', '86401', '1e3', '1.2.3', '.', ' 1', '1 ', '+1', '0x1', 'INF', 'NAN', "1\0", str_repeat('9', 400)],
	'lock_ttl' => ['-1'],
	'lock_lease' => ['', '0', '0.999', '.5', '-1', '86401', '5s', 'x', ' 5', "5\0", '30.001', '86400'],
	'lock_waiters' => ['', '-1', 'x', '1.5', '+1', ' 1', '1 ', '1000001', '10000000', '0x1', '1e3', "1\0"],
	'compression' => ['0', '1', 'On', 'lzf', 'gzip', 'zstd ', "lz4\0", 'zstd,lz4'],
	'compression_level' => ['', '-1', '23', '3.5', ' 3', '0x3', 'x', "3\0"],
	'compression_threshold' => ['', '-1', '2K', '1000001', '1.5'],
	'first_lifetime' => ['', '-1', '60s', '86401', 'x'],
	'store_empty' => ['2', 'never', "1\0"],
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

/* Only algorithms in the build are valid. */
foreach (['zstd', 'lz4'] as $compression) {
	$is_there = cfsession_status()['libraries'][$compression] !== null;
	$messages = warnings(fn () => ini_set('cfsession.compression', strtoupper($compression)));
	$expected = $is_there ? [] : ["cfsession.compression cannot be $compression, which this cfsession was built without; the previous value stays"];
	$messages === $expected && strcasecmp(ini_get('cfsession.compression'), $is_there ? $compression : 'none') === 0 || print("$compression\n" . implode("\n", $messages));
	ini_restore('cfsession.compression');
}

/* The values apply, and are restored. */
ini_set('session.save_handler', 'cfsession');
ini_set('session.save_path', 'tcp://host');
ini_set('cfsession.prefix', 'app:');
@ini_set('cfsession.prefix', "a\nb");
echo cfsession_status()['prefix'], ' ';
ini_restore('cfsession.prefix');
echo cfsession_status()['prefix'], "\n";
?>
--EXPECT--
cfsession.prefix has to be at most 128 bytes without control characters; the previous value stays
cfsession.lock has to be On, Off or merge; the previous value stays
cfsession.persistent has to be On or Off; the previous value stays
cfsession.lock_wait has to be a number of seconds from 0 to 86400; the previous value stays
cfsession.lock_ttl has to be a number of seconds from 0 to 86400; the previous value stays
cfsession.lock_lease has to be a number of seconds from 1 to 86400; the previous value stays
cfsession.lock_lease has to be at most cfsession.lock_ttl, for which a lock may be held in total; the previous value stays
cfsession.lock_waiters has to be a number from 0 to 1000000; the previous value stays
cfsession.compression has to be none, zstd or lz4; the previous value stays
cfsession.compression_level has to be a number from 0 to 22; the previous value stays
cfsession.compression_threshold has to be a number from 0 to 1000000; the previous value stays
cfsession.first_lifetime has to be a number of seconds from 0 to 86400; the previous value stays
cfsession.store_empty has to be On or Off; the previous value stays
cfsession.connect_timeout has to be a number of seconds above 0 and up to 86400; the previous value stays
cfsession.timeout has to be a number of seconds above 0 and up to 86400; the previous value stays
cfsession.retry_interval has to be a number of seconds from 0 to 86400; the previous value stays
cfsession.sasl_username has to be without control characters; the previous value stays
cfsession.sasl_password has to be without control characters; the previous value stays
app: PHPREDIS_SESSION:
