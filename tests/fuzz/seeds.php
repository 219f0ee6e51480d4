<?php
/*
 * Writes the inputs that the fuzzers begin with: php seeds.php DIR. They are the save paths and the bound
 * services of the other tests.
 */

declare(strict_types=1);

const SEPARATOR = "\x1e";

function write_seeds(string $dir, array $seeds): void
{
	@mkdir($dir, 0700, true);
	foreach (array_unique($seeds) as $seed) {
		file_put_contents("$dir/" . sha1($seed), $seed);
	}
}

/** The texts in the tests' sources that look like save paths. */
function save_paths(): array
{
	$seeds = [];
	foreach (glob(__DIR__ . '/../save_path/*.phpt') as $file) {
		preg_match_all('/\'((?:[^\'\\\\\n]|\\\\.)+)\'|"((?:[^"\\\\\n]|\\\\.)+)"/', file_get_contents($file), $texts);
		foreach (array_merge($texts[1], $texts[2]) as $text) {
			if (str_contains($text, ':')) {
				$seeds[] = stripcslashes($text);
			}
		}
	}
	/* Forms with a secret: two characters in the password, and what follows it. */
	foreach (range(0x80, 0x8f) as $form) {
		$seeds[] = chr($form) . "\x02\x04&\x09/host:6379?database=1";
	}
	return $seeds;
}

function cases(): array
{
	return json_decode(file_get_contents(__DIR__ . '/../bindings/corpus.json'), true, flags: JSON_THROW_ON_ERROR);
}

function vcap_services(): array
{
	$seeds = array_column(array_column(cases(), 'env'), 'VCAP_SERVICES');
	/* Without what is of no interest, so that the fuzzer does not toil at it. */
	$services = array_map(function (string $json): string {
		$json = preg_replace('/ *"(provider|plan|instance_guid|binding_guid|syslog_drain_url|volume_mounts)": *("[^"]*"|null|\[\]),?/', '', $json);
		return preg_replace('/,(\s*})/', '$1', $json);
	}, $seeds);
	return array_merge($services, $seeds);
}

/** The entries that binding_root.c reads. */
function entries(array $case): string
{
	$entries = [];
	foreach ($case['files'] ?? [] as $path => $content) {
		/* What lies one directory above lies in the root here. */
		$entries[] = "f$path=$content";
	}
	foreach ($case['env'] as $name => $value) {
		$value = preg_replace('~^\$\{FILES}/?~', '', $value);
		$entries[] = $name === 'PLATFORM_RELATIONSHIPS' ? 'r' . base64_decode($value) : "v$name=$value";
	}
	return implode(SEPARATOR, $entries);
}

function binding_roots(): array
{
	$with_files = array_filter(cases(), fn (array $case) => !isset($case['env']['VCAP_SERVICES']));
	$seeds = array_map('entries', array_values($with_files));
	$binding = fn (string $name, array $keys) => implode(SEPARATOR,
		array_map(fn (string $key, string $value) => "f$name/$key=$value", array_keys($keys), $keys));
	$redis = ['type' => 'redis', 'host' => '10.0.0.1', 'port' => '6379', 'password' => 'secret'];
	$seeds[] = $binding('redis-sessions', $redis) . SEPARATOR . $binding('other', ['type' => 'mysql']);
	$seeds[] = $binding('a', ['type' => 'php-redis-session', 'hosts' => '["10.0.0.1", "10.0.0.2"]', 'master_name' => 'm']);
	$seeds[] = $binding('..data', $redis) . SEPARATOR . implode(SEPARATOR,
		array_map(fn (string $key) => "lredis-sessions/$key=../..data/$key", array_keys($redis)));
	$seeds[] = $binding('redis-sessions', $redis) . SEPARATOR . 'predis-sessions/pipe' . SEPARATOR
		. 'lredis-sessions/loop=loop' . SEPARATOR . 'dredis-sessions/directory' . SEPARATOR . 'lredis-sessions/zero=/dev/zero';
	$seeds[] = $binding('x', ['type' => 'memcached', 'tags' => '["memcached"]', 'servers' => '[{"host":"a","port":1}]'])
		. SEPARATOR . 'fhome/.bp-config/options.json={"MEMCACHED_SESSION_STORE_SERVICE_NAME":"x"}' . SEPARATOR . 'vHOME=home';
	return $seeds;
}

write_seeds("$argv[1]/save_path", save_paths());
write_seeds("$argv[1]/bindings_json", vcap_services());
write_seeds("$argv[1]/binding_root", binding_roots());
