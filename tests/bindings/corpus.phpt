--TEST--
Bound services: bindings of real platforms, and the expected result of each
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/bindings.inc';

/* Too many processes for valgrind: the fuzzers look for leaks here. */

/** The differences from the expected result. */
function differences(array $case, array $status, array $settings, string $output): array
{
	$expected = $case['expect'];
	$differences = [];
	$check = function (string $what, mixed $is, mixed $should) use (&$differences): void {
		if ($is !== $should) {
			$differences[] = "$what: " . json_encode($is) . ', not ' . json_encode($should);
		}
	};
	/* A feature that the build lacks gives an error that names it; all else is as with the feature. */
	$lacks = preg_match('/^it (needs|wants) /', (string) $status['error']);
	$check('error', $status['error'] !== null && !$lacks, $expected['result'] === 'error');
	$check('a start-up warning', $output !== '', $expected['result'] === 'error' || $case['name'] === 'scalingo' || $lacks);
	if ($expected['result'] !== 'ok') {
		$check('servers', $status['servers'], []);
		return $differences;
	}
	$check('handler', $settings['save_handler'], 'cfsession');
	$check('name', $settings['name'], 'PHPSESSIONID');
	$check('backend', $status['backend'], $expected['driver']);
	$check('topology', $status['topology'],
		$expected['mode'] ?? (count($status['servers']) > 1 ? 'ketama' : 'single'));
	isset($expected['service']) && $check('service', $status['service'], $expected['service']);
	isset($expected['master_name']) && $check('master', $status['master_name'], $expected['master_name']);
	$servers = $expected['servers'] ?? $expected['sentinels'] ?? [array_intersect_key($expected, ['host' => 1, 'port' => 1])];
	$check('servers', count($status['servers']), count($servers));
	foreach ($servers as $i => $server) {
		$server += array_intersect_key($expected, ['tls' => 1, 'database' => 1, 'username' => 1]);
		array_key_exists('password', $expected) && $server['password'] = $expected['password'] !== null;
		isset($expected['sentinels']) && $server['password'] = isset($expected['sentinel_password']);
		foreach ($server as $key => $value) {
			$check($key, $status['servers'][$i][$key], $value);
		}
	}
	$secrets = array_filter([$expected['password'] ?? null, $expected['sentinel_password'] ?? null]);
	foreach ($secrets as $secret) {
		/* Short secrets may occur anywhere, and "password" is also the name of a field. */
		if (strlen($secret) > 3 && $secret !== 'password' && str_contains(json_encode([$status, $settings, $output]), $secret)) {
			$differences[] = 'the password is shown';
		}
	}
	return $differences;
}

$cases = json_decode(file_get_contents(__DIR__ . '/corpus.json'), true, flags: JSON_THROW_ON_ERROR);
foreach ($cases as $case) {
	$dir = write_files($case['files'] ?? []);
	$env = array_map(fn (string $value) => str_replace('${FILES}', $dir, $value), $case['env']);
	[$status, $output, $settings] = found($env, ($case['handler_chosen'] ?? false) ? [] : NOT_CHOSEN);
	$differences = differences($case, $status, $settings, $output);
	if ($differences) {
		echo "$case[name]: ", implode('; ', $differences), "\n  ", $status['error'] ?? 'no error', "\n  $output\n";
	}
}
echo count($cases), " cases\n";
?>
--EXPECT--
66 cases
