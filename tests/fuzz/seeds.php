<?php
/*
 * Writes the fuzzers' initial inputs: php seeds.php DIR. They are the save paths and bound services of the
 * other tests, answers of servers, and earlier findings.
 */

declare(strict_types=1);

require __DIR__ . '/../support/compression.inc';
require __DIR__ . '/../support/memcached_protocol.inc';

const SEPARATOR = "\x1e";
const NEXT_TURN = "\xff";

function write_seeds(string $dir, array $seeds): void
{
	$kept = file(__DIR__ . '/' . basename($dir) . '.corpus', FILE_IGNORE_NEW_LINES) ?: [];
	@mkdir($dir, 0700, true);
	foreach (array_unique([...$seeds, ...array_map('base64_decode', $kept)]) as $seed) {
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
	/* Forms with a secret: two characters in the password, and the text after it. */
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
	/* Without irrelevant fields, so that the fuzzer does not waste time on them. */
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
		/* Files one directory above lie in the root here. */
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

/* {{{ Answers of servers, in the form of replies.h and peer.h */

const TOKEN = 'cfsession:0f1e2d3c4b5a69788796a5b4c3d2e1';
const ID = '0ke7ik52n5ojmgbgt3rq8c1p4h';
const VALUE = 'name|s:5:"value";';

/** A conversation: the peer's turns, one for each wait of the client. */
function conversation(int $case, int $flags, string $operations, string ...$turns): string
{
	return chr($case) . chr($flags) . "$operations\n" . implode(NEXT_TURN, $turns);
}

function bulk(string $text): string
{
	return '$' . strlen($text) . "\r\n$text\r\n";
}

/** Answers of Redis. */
function redis_replies(): array
{
	$ok = "+OK\r\n";
	$nil = "\$-1\r\n";
	$value = bulk('name|s:5:"value";');
	$unknown = "-NOSCRIPT No matching script. Please use EVAL.\r\n";
	$master = "*2\r\n" . bulk('127.0.0.1') . bulk('6379');
	$role = "*3\r\n" . bulk('master') . ":0\r\n*0\r\n";
	$slots = "*1\r\n*3\r\n:0\r\n:16383\r\n*2\r\n" . bulk('c') . ":7000\r\n";
	/* The replies to the script that locks, and to the read of the session. */
	$read = ":1\r\n$value";
	$new = ":1\r\n$nil";
	$waits = "*2\r\n:5000\r\n:1\r\n$nil";
	$info = bulk("# Server\r\nredis_version:7.0.15\r\n") . bulk("# Memory\r\nmaxmemory_policy:noeviction\r\n");
	$tag = bulk('2bd806c97f0e00af1a1fc3328fa763a9269723c8db8fac4f93af71db186d6e90');
	$tags = "*1\r\n$tag";
	$members = "*4\r\n" . bulk('a') . bulk('1') . bulk('gone') . bulk('2');
	$scan = "*2\r\n" . bulk('0') . $members;
	$wrong_type = "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n";
	$seeds = [
		conversation(0, 0, 'swosw', $ok . $read, ":1\r\n", $read, ":1\r\n"),
		conversation(0, 0, 'swot', $ok . $unknown . $nil, $new, $unknown, ":1\r\n"),
		conversation(0, 0, 'stosrod', $ok . $read, ":1\r\n", $new, ":1\r\n", ":1\r\n"),
		conversation(0, 0, 'esd', $ok . $nil . $nil, ":1\r\n" . $nil, ":1\r\n"),
		conversation(0, 0, 's', $ok . $waits, $nil . $waits, "*2\r\n" . bulk('w') . bulk('1') . $read, ":1\r\n"),
		conversation(0, 4, 's', $ok . $waits),
		conversation(0, 1, 'swtd', $ok . $value, $ok, ":1\r\n", ":1\r\n"),
		conversation(0, 1, 'st', $ok . "-ERR unknown command 'GETEX'\r\n", $value . ":1\r\n", ":1\r\n"),
		conversation(0, 0, 'sw', $ok . $read, ":0\r\n"),
		conversation(0, 0, 'sw', $ok . $read, ":2\r\n"),
		conversation(0, 0, 'swos', "$ok$read", ":1\r\n", "\x04:1\r\n", $ok . $read, ":1\r\n"),
		conversation(0, 0, 'sw', "$ok$read", "\x01", "$ok:1\r\n"),
		conversation(0, 0, 'sw', "$ok$read", "\x01:1\r", "\x06"),
		conversation(0, 0, 'sws', "$ok$read", "\x02", ''),
		conversation(0, 8, 'sws', "$ok$read", "\x03", "\x05", "$ok:1\r\n"),
		conversation(0, 0, 'siw', "$ok$read", ":1\r\n"),
		conversation(0, 0, 'sisw', "$ok$read", ":1\r\n", $read, ":1\r\n"),
		conversation(0, 0, 'p', $ok . $info, "+PONG\r\n"),
		conversation(1, 0, 'sw', $ok . $ok . $read, ":1\r\n"),
		conversation(1, 0, 's', "-WRONGPASS invalid username-password pair or user is disabled.\r\n$ok$read", ":1\r\n"),
		conversation(1, 0, 's', "-ERR AUTH \xf0 called without any password configured\r\n$ok$read", ":1\r\n"),
		conversation(1, 0, 's', "$ok$ok-ERR unknown command 'EVALSHA', with args beginning with: '\xf1' '\xf2'\r\n"),
		conversation(1, 0, 's', "$ok$ok-NOPERM \xf2 \xf1 \xf0\r\n"),
		conversation(2, 0, 'sw', $ok . $ok . $ok, $read, ":1\r\n"),
		conversation(2, 0, 's', $ok . $ok . "-ERR DB index is out of range \xf0\r\n"),
		conversation(3, 0, 'sw', "-WRONGPASS invalid\r\n$ok$new", ":1\r\n", $ok . $ok . $new, ":1\r\n"),
		conversation(4, 0, 'sw', $ok . $read, ":1\r\n:2\r\n"),
		conversation(4, 0, 'sw', $ok . $read, ":1\r\n:1\r\n"),
		conversation(4, 1, 'sd', $ok . $value, ":1\r\n-ERR \xf1\r\n"),
		conversation(5, 0, 'swisw', $ok . $read, ":1\r\n", $ok . $read, ":1\r\n"),
		conversation(6, 0, 'sw', $ok . $ok . $read, ":1\r\n"),
		conversation(7, 0, 'swos', $ok . $ok . $master, $ok . $ok . $ok, $role . $read, ":1\r\n", $read, ":1\r\n"),
		conversation(8, 0, 'sw', $ok . $new, $ok . $master, $ok . $role . $read, ":1\r\n"),
		conversation(8, 0, 's', $ok . $master, $ok . "*3\r\n" . bulk('slave') . bulk('h') . ":1\r\n" . $read, $ok . $master, $ok . $role . $read, ":1\r\n"),
		conversation(8, 0, 's', $ok . $master, "$ok$role-READONLY You can't write against a read only replica.\r\n", "$ok-ERR\r\n"),
		conversation(8, 0, 's', "$ok-IDONTKNOW\r\n", "\x06"),
		conversation(8, 0, 'p', $ok . $info, "+PONG\r\n"),
		conversation(9, 0, 'sw', $ok . $ok . $read . $slots, $ok . $ok . ":1\r\n"),
		conversation(10, 0, 'sw', "$ok-MOVED 1234 c:7000\r\n$slots", $ok . $read, ":1\r\n"),
		conversation(10, 0, 'sw', "$ok-ASK 1234 d:7001\r\n$slots", "$ok$ok$read", "-MOVED 1 :7002\r\n", "$ok:1\r\n"),
		conversation(10, 0, 'sw', "$ok-TRYAGAIN\r\n$slots", $read, "-CLUSTERDOWN\r\n", ":1\r\n"),
		conversation(10, 0x20, 's', "$ok-CROSSSLOT\r\n*0\r\n"),
		conversation(0, 0, 'sw', "$ok-CROSSSLOT Keys in request don't hash to the same slot\r\n", $read . $slots, ":1\r\n"),
		conversation(0, 0x10, 'sw', "$ok-MOVED 1234 xyz:7000\r\n", $ok . $read . $slots, "$ok:1\r\n"),
		conversation(0, 0x20, 's', "$ok-MOVED 1 c:7000\r\n"),
		conversation(0, 0, 's', "$ok$waits", "-UNBLOCKED force unblock\r\n$waits", "-NOPERM no BLPOP\r\n$waits"),
		conversation(0, 0, 's', "$ok-LOADING Redis is loading\r\n"),
		conversation(0, 0, 's', "-ERR max number of clients reached\r\n"),
		conversation(0, 0, 's', "HTTP/1.1 400 Bad Request\r\n"),
		conversation(0, 0, 's', "\x01\x15\x03\x01"),
		/* Tags: given with a write, moved to a new id, listed, cleaned, and their sessions destroyed. */
		conversation(0, 0, 'sawd', $ok . $read, ":0\r\n:0\r\n:2\r\n:1\r\n:1\r\n$tags", ":1\r\n$tags"),
		conversation(0, 0, 'saw', $ok . $read, ":99\r\n$wrong_type:2\r\n:1\r\n:1\r\n*2\r\n" . bulk('other') . ":1\r\n"),
		conversation(0, 0, 'saw', $ok . $read, ":0\r\n:0\r\n$nil:1\r\n:1\r\n$nil"),
		conversation(0, 0, 'saw', $ok . $read, ":0\r\n:0\r\n:2\r\n:1\r\n:1\r\n*17\r\n" . str_repeat($tag, 17)),
		conversation(0, 1, 'sam', $ok . $value, ":1\r\n", ":1\r\n", ":1\r\n"),
		conversation(0, 0, 'sm', $ok . $new, ":1\r\n", ":0\r\n", ":1\r\n"),
		conversation(0, 0, 'l', $ok . $scan, ":5000\r\n:-2\r\n", "*1\r\n" . bulk('gone'), ":1\r\n", ":1\r\n"),
		conversation(0, 0, 'l', $ok . "*2\r\n" . bulk('7') . $members, ":-1\r\n:9223372036854775807\r\n", "*0\r\n", $scan, ":1\r\n$nil"),
		conversation(0, 0, 'l', "$ok*1\r\n*0\r\n"),
		conversation(0, 0, 'c', $ok . $members, ":5000\r\n:-2\r\n", "*1\r\n" . bulk('gone'), ":1\r\n", ":1\r\n", $members),
		conversation(0, 0, 'k', "$ok:2\r\n", ":0\r\n", "*2\r\n" . bulk(ID) . bulk('gone'), ":1\r\n:0\r\n", ":2\r\n"),
		conversation(0, 0, 'skw', "$ok$read", ":1\r\n", ":0\r\n", "*1\r\n" . bulk(ID), ":1\r\n", ":1\r\n"),
		conversation(4, 0, 'k', "$ok:1\r\n", ":0\r\n", "*1\r\n" . bulk('a'), ":1\r\n:1\r\n", ":1\r\n"),
		conversation(5, 0, 'sawlk', $ok . $read, "$ok:0\r\n", ":0\r\n", ":1\r\n:1\r\n:1\r\n$tags", "$ok$scan", $ok . ":5000\r\n"),
		conversation(8, 0, 'l', $ok . $master, $ok . $role . $scan, ":5000\r\n:-2\r\n", "*0\r\n"),
		conversation(10, 0, 'lk', "$ok-MOVED 1234 c:7000\r\n$slots", $ok . $scan, ":5000\r\n:-2\r\n", "*0\r\n", ":1\r\n", ":0\r\n", "*1\r\n" . bulk('a'), "-ASK 1 d:7001\r\n", "$ok$ok:1\r\n"),
		conversation(10, 0, 'sawm', "$ok$read$slots", "$ok:0\r\n", ":0\r\n", ":1\r\n:1\r\n:1\r\n$tags", ":1\r\n", ":1\r\n", ":1\r\n"),
		conversation(0, 0x20, 'k', "$ok:0\r\n", "*2\r\n" . bulk('a') . bulk('b'), "-MOVED 1 c:7000\r\n:1\r\n"),
		/* Endless, or large enough to exhaust memory. */
		conversation(0, 0, 'sos', "$ok:1\r\n$100000000000\r\n", "\x07xxxxxxxx"),
		conversation(0, 0, 's', "$ok:1\r\n$2000000\r\n", "\x07xxxxxxxx"),
		conversation(0, 0, 's', "$ok:1\r\n+", "\x07xxxxxxxx"),
		conversation(0, 0, 's', "$ok:1\r\n", "\x07*2147483647\r\n"),
		conversation(0, 0, 's', "$ok:1\r\n", "\x07*100000000\r\n"),
		conversation(0, 0, 's', "$ok:1\r\n", "\x07*1\r\n"),
		conversation(0, 0, 's', "$ok:1\r\n*100000000\r\n", "\x07:1\r\n"),
		conversation(0, 0, 's', "$ok:1\r\n*1000\r\n", "\x07*1000\r\n"),
		conversation(0, 0, 'sw', $ok . $read, "\x07:1\r\n"),
		conversation(0, 0, 's', "\x07-LOADING\r\n"),
		conversation(0, 0, 'p', "$ok$9000000\r\n", "\x07redis_version:7\r\n"),
		conversation(8, 0, 's', "$ok*2\r\n$100000000\r\n", "\x07h"),
		conversation(8, 0, 's', "$ok$master", "$ok*3\r\n" . bulk('master') . ":1\r\n*30000000\r\n", "\x07*0\r\n"),
		conversation(10, 0, 's', "$ok$read*1000000\r\n", "\x07*3\r\n:0\r\n:1\r\n*2\r\n\$1\r\nc\r\n:7000\r\n"),
	];
	return $seeds;
}
/** Answers of Memcached in text. */
function memcached_replies(): array
{
	$item = fn (string $key, string $value, int $cas = 7) => "VALUE $key 0 " . strlen($value) . " $cas\r\n$value\r\n";
	$lock = $item('memc.sess.key.lock.' . ID, TOKEN . '00');
	$session = $item('memc.sess.key.' . ID, VALUE, 8);
	$again = $item('memc.sess.key.lock.' . ID, TOKEN . '01');
	$other = $item('memc.sess.key.lock.' . ID, 'cfsession:other');
	$end = "END\r\n";
	/* Servers that know "mg" answer the start of a session in this form. */
	$meta = fn (string $key, string $value, string $cas = ' c7') => 'VA ' . strlen($value) . " k$key$cas\r\n$value\r\n";
	$none = "EN\r\n";
	$held = $meta('memc.sess.key.lock.' . ID, TOKEN . '00');
	$held_again = $meta('memc.sess.key.lock.' . ID, TOKEN . '01');
	$held_by_other = $meta('memc.sess.key.lock.' . ID, 'cfsession:other');
	$gone = $meta('memc.sess.key.gone.' . ID, '1', '');
	$started = "$held$none$session$end";
	$old = "ERROR\r\nERROR\r\nERROR\r\n";
	return [
		conversation(0, 0, 'stosto', $started, "$held_again$none$session$end"),
		conversation(0, 0, 'suosrod', $started, "TOUCHED\r\n", "$held_again$none$session$end", "DELETED\r\n"),
		conversation(0, 0, 'swosw', $started, "STORED\r\n", "$held_again$gone$session$end", "EXISTS\r\n", "$lock$session$end"),
		conversation(0, 0, 'swod', "$held$none$end", "STORED\r\n" . $item('memc.sess.key.gone.' . ID, '1') . $end, "$lock$session$end", "STORED\r\n"),
		conversation(0, 0, 'sw', "$held_by_other$none$session$end", "$other$end", "$lock$end", $started, "STORED\r\n"),
		conversation(0, 0, 's', $none . $none . $end, $none . $none . $end, $started),
		conversation(0, 1, 'stswd', "$none$session$end", "$none$session$end", "STORED\r\n", "STORED\r\nDELETED\r\n"),
		conversation(0, 1, 'st', "EN kmemc.sess.key.gone." . ID . "\r\n$session$end"),
		conversation(0, 0, 'stosto', $old, "$lock$session$end", "TOUCHED\r\n", "$again$session$end", "NOT_FOUND\r\n", "$again$end", "STORED\r\n$end"),
		conversation(0, 0, 'st', "\x01$held", "$lock$session$end", "TOUCHED\r\n"),
		conversation(0, 0, 'st', strtr($old, ['ERROR' => 'SERVER_ERROR no']), "$lock$session$end", "TOUCHED\r\n"),
		conversation(0, 1, 's', 'EN', "\r\nVALUE memc.sess.key." . ID . " 0 ", "17 8\r\n" . VALUE . "\r", "\nEND\r\n"),
		conversation(0, 1, 's', "{$none}VALUE memc.sess.key." . ID . " 0 2000000 8\r\n", "\x07xxxxxxxx"),
		conversation(0, 1, 's', strtr("$none$session$end", [' 0 ' => ' 16 '])),
		conversation(3, 0, 'sw', $started, "STORED\r\n"),
		conversation(4, 0, 'st', $started),
		conversation(0, 0, 'swosw', "$lock$session$end", "STORED\r\n", "$again$session$end", "EXISTS\r\n"),
		conversation(0, 0, 'swoesw', "$lock$end", "STORED\r\n", "$again$end", $item('memc.sess.key.lock.' . ID, TOKEN . '02') . $end, "NOT_STORED\r\n"),
		conversation(0, 0, 'stotd', "$lock$session$end", "TOUCHED\r\n", "DELETED\r\n"),
		conversation(0, 0, 'sto', "$lock$session$end", "NOT_FOUND\r\n", "$lock$end", "STORED\r\n"),
		conversation(0, 0, 'swo', "$lock$session$end", "NOT_FOUND\r\n", $lock . $item('memc.sess.key.gone.' . ID, '1') . $end),
		conversation(0, 0, 'srsd', "$lock$session$end", "$lock$session$end", "NOT_FOUND\r\n"),
		conversation(0, 4, 's', "$other$session$end"),
		conversation(0, 0, 'sw', "$other$end", "NOT_STORED\r\n", "STORED\r\n", "$lock$session$end", "STORED\r\n"),
		conversation(0, 0, 's', $end, $end, $end, $end, $end),
		conversation(0, 1, 'swtd', $item('memc.sess.key.lock.', '1') . $session . $end, "STORED\r\n", "TOUCHED\r\n", "DELETED\r\n"),
		conversation(0, 1, 'sw', $item('memc.sess.key.lock.', '1') . $end, "STORED\r\n"),
		conversation(0, 1, 'sw', $item('memc.sess.key.lock.', '1') . $session . $end, "NOT_STORED\r\n"),
		conversation(0, 0, 'sw', "$lock$session$end", "SERVER_ERROR object too large for cache\r\n", "STAT item_size_max 1048576\r\n$end"),
		conversation(0, 0, 'sw', "$lock$session$end", "CLIENT_ERROR bad data chunk\r\n"),
		conversation(0, 0, 's', "SERVER_ERROR out of memory storing object\r\n"),
		conversation(0, 0, 's', "$lock" . "SERVER_ERROR out of memory writing get response\r\n"),
		conversation(0, 0, 's', "ERROR\r\n"),
		conversation(0, 0, 'sw', "$lock$session$end", "\x01", "STORED\r\n"),
		conversation(0, 0, 'sw', "$lock$session$end", "\x01", "EXISTS\r\n", "$lock" . $item('memc.sess.key.' . ID, 'name|s:5:"value";') . $end),
		conversation(0, 0, 'sw', "$lock$session$end", "\x02", "\x02"),
		conversation(0, 0, 's', $lock, "\x02"),
		conversation(0, 0, 's', "\x06"),
		conversation(0, 0, 's', "\x03"),
		conversation(0, 0, 's', "\x05", "$lock$end"),
		conversation(0, 0, 'swos', "$lock$session$end", "STORED\r\n", "\x04STORED\r\n", "$again$end"),
		conversation(0, 0, 'p', "VERSION 1.6.18\r\n", "STAT version 1.6.18\r\nSTAT evictions 3\r\nEND\r\n", "STAT item_size_max 1048576\r\nEND\r\n", "NOT_STORED\r\n"),
		conversation(2, 0, 'swidsp', "$lock$session$end", "STORED\r\n", "NOT_FOUND\r\n", "$lock$end"),
		conversation(3, 0, 'sw', "$lock$session$end", "STORED\r\n"),
		conversation(4, 0, 'sw', "$lock$session$end", "STORED\r\n"),
		conversation(0, 0x20, 's', $end),
		conversation(0, 0x10, 's', $item('lock.' . ID, TOKEN . '00') . $end),
		/* Encoded by other clients; endless, or large enough to exhaust memory. */
		conversation(0, 0, 'sw', $lock . strtr($session, [' 0 ' => ' 16 ']) . $end, "STORED\r\n"),
		conversation(0, 1, 'sw', $item('memc.sess.key.lock.', '1') . strtr($session, [' 0 ' => ' 4 ']) . $end, "STORED\r\n"),
		conversation(0, 0, 'sos', $lock . 'VALUE memc.sess.key.' . ID . " 0 1000000000 8\r\n", "\x07xxxxxxxx"),
		conversation(0, 0, 's', $lock . 'VALUE memc.sess.key.' . ID . " 0 2000000 8\r\n", "\x07xxxxxxxx"),
		conversation(0, 0, 's', "\x07$lock"),
		conversation(0, 0, 's', 'VALUE ', "\x07x"),
		conversation(0, 0, 'sw', "$lock$session$end", "\x07STORED\r\n"),
		conversation(0, 0, 'sw', "$lock$session$end", "\x07xxxxxxxx"),
		conversation(0, 0, 'p', "VERSION 1.6.18\r\n", "\x07STAT version 1.6.18\r\n"),
	];
}

/** The same in the binary protocol, after a login. */
function memcached_binary_replies(): array
{
	$item = fn (string $key, string $value, int $cas = 7) => MemcachedBinary::response('GETKQ', 0, $key, "\0\0\0\0", $value, $cas);
	$login = MemcachedBinary::response('SASL_LIST', value: 'PLAIN');
	$in = MemcachedBinary::response('SASL_AUTH', value: 'Authenticated');
	$lock = $item('memc.sess.key.lock.' . ID, TOKEN . '00');
	$session = $item('memc.sess.key.' . ID, VALUE, 8);
	$end = MemcachedBinary::response('NOOP');
	$stored = MemcachedBinary::response('SET');
	$touched = MemcachedBinary::response('TOUCH');
	$failed = fn (int $status, string $name = 'SET') => MemcachedBinary::response($name, $status, value: 'An error');
	return [
		conversation(1, 0, 'swosw', $login, $in, "$lock$session$end", $stored, "$lock$session$end", $failed(MemcachedBinary::STATUS_EXISTS)),
		conversation(1, 0, 'stosd', $login, $in, "$lock$session$end", $touched, "$lock$end", MemcachedBinary::response('DELETE')),
		conversation(1, 0, 'st', $login, $in, "$lock$session$end", $failed(MemcachedBinary::STATUS_NOT_FOUND, 'TOUCH'), "$lock$end", $stored),
		conversation(1, 0, 'sw', $login, $in, "$lock$end", $failed(MemcachedBinary::STATUS_TOO_BIG), MemcachedBinary::response('STAT', key: 'item_size_max', value: '1048576') . MemcachedBinary::response('STAT')),
		conversation(1, 0, 's', $login, $failed(MemcachedBinary::STATUS_AUTH, 'SASL_AUTH')),
		conversation(1, 0, 's', $failed(MemcachedBinary::STATUS_UNKNOWN, 'SASL_LIST')),
		conversation(1, 0, 's', MemcachedBinary::response('SASL_LIST', value: 'SCRAM-SHA-512 NTLM')),
		conversation(1, 0, 's', $login, $in, $lock . $failed(MemcachedBinary::STATUS_BUSY, 'GETKQ') . $end),
		conversation(1, 0, 's', $login, $in, $failed(MemcachedBinary::STATUS_OUT_OF_MEMORY, 'GETKQ') . $end),
		conversation(1, 0, 's', $login, $in, "ERROR\r\n" . str_repeat(' ', 24)),
		conversation(1, 0, 's', $login, $in, "\x81\x0d" . pack('nCCnNNJ', 100, 4, 0, 0, 10, 0, 1) . str_repeat('x', 10) . $end),
		conversation(1, 0, 's', $login, $in, $failed(MemcachedBinary::STATUS_EXISTS, 'ADDQ') . $item('memc.sess.key.lock.' . ID, 'other') . $end, $failed(MemcachedBinary::STATUS_EXISTS, 'ADD'), MemcachedBinary::response('ADD'), "$lock$session$end"),
		conversation(1, 0, 'p', $login, $in, MemcachedBinary::response("VERSION", value: "1.6.18"), MemcachedBinary::response("STAT", key: "version", value: '1.6.18') . MemcachedBinary::response('STAT'),
			MemcachedBinary::response('STAT', key: 'item_size_max', value: '1048576') . MemcachedBinary::response('STAT'), $failed(MemcachedBinary::STATUS_NOT_FOUND)),
		conversation(1, 1, 'swd', $login, $in, $item('memc.sess.key.lock.', '1') . $session . $end, $stored, MemcachedBinary::response('DELETE')),
		conversation(1, 0, 'sw', $login, $in, "$lock$session$end", "\x01", $login, $in, $stored),
		conversation(1, 0, 's', $login, $in, $lock . "\x81\x0d" . pack('nCCnNNJ', 40, 4, 0, 0, 1000000000, 0, 8) . "\0\0\0\0memc.sess.key." . ID, "\x07xxxxxxxx"),
		conversation(1, 0, 's', "\x81\x20" . pack('nCCnNNJ', 0, 0, 0, 0, 1000000000, 0, 0), "\x07xxxxxxxx"),
		conversation(1, 0, 's', $login, $in, "\x07" . $lock),
	];
}
/* }}} */

/** Settings. */
function settings(): array
{
	$paths = ["\x80\x02\x04&\x09/host:6379?database=1", "\x84\x00host:6379", "\x87\x00host/1", "\x8a\x00host/1",
		"\x8b\x00host/1", "\x8c\x00host:1,b/master", "\x8d\x00host:1,b:2", "\x8f\x00", 'a:11211,b:11211', 'memcached://host',
		'binding:app-redis-sessions?timeout=2', 'binding:other', '<b>&"\'', 'tls://host:6380?stream[verify_peer]=0',
		'tls://host:6380?stream[verify_peer_name]=0', 'redis+sentinel://u:p@a,b/m?tls=1', '/tmp'];
	$sets = [
		['lock=Off', 'lock_wait=5', 'lock_ttl=30', 'connect_timeout=0.5', 'timeout=1'],
		['lock=maybe', 'lock_wait=-1', 'timeout=0', 'retry_interval=86400', 'persistent=no'],
		['prefix=app:'],
		['lock=merge', 'lock_ttl=3', 'lock_lease=1', 'lock_lease=4', 'lock_lease=0.5', 'lock_waiters=2', 'lock_waiters=-1'],
		['compression=zstd', 'compression_level=9', 'compression_threshold=0', 'compression=lzf', 'first_lifetime=60', 'store_empty=0'],
		["prefix=with\x01control"],
		['sasl_username=user', 'sasl_password=x'],
		["sasl_password=\x01"],
		['auto_configure=0', 'service=s', 'redis_service=r', 'memcached_service=m', 'options_file=/x'],
	];
	$seeds = [];
	foreach ($sets as $set) {
		$seeds[] = implode(SEPARATOR, array_map(fn (string $setting) => "cfsession.$setting", $set));
	}
	foreach ($paths as $i => $path) {
		$seeds[] = $seeds[$i % count($sets)] . SEPARATOR . "session.save_path=$path";
	}
	$seeds[] = 'session.save_handler=files' . SEPARATOR . 'session.save_path=/tmp';
	$seeds[] = 'session.save_handler=nothing' . SEPARATOR . 'max_execution_time=100';
	return $seeds;
}

/** Three texts of a session: "\x00" is from handler "php", and "\x01" from php_serialize. */
function merges(): array
{
	$seeds = [];
	foreach ([
		['', ['a' => 1], ['b' => 2]],
		[['a' => 1, 'b' => 1], ['a' => 2, 'b' => 1], ['a' => 1, 'c' => 'x']],
		[['a' => ['b' => ['c' => 1, 'd' => 1]]], ['a' => ['b' => ['c' => 2, 'd' => 1]]], ['a' => ['b' => ['c' => 1, 'd' => 2]]]],
		[['l' => ['a']], ['l' => ['a', 'b']], ['l' => ['a', 'c', 'd']]],
		[['l' => ['a', 'b']], ['l' => ['b', 'a']], ['l' => ['a', 'b', 'c']]],
		[['l' => ['a', ['x' => 1, 'y' => 1]]], ['l' => ['a', ['x' => 2, 'y' => 1], 'c']], ['l' => ['a', ['x' => 1, 'y' => 2]]]],
		[['m' => [1 => 'b', 2 => 'c', -5 => 1.5]], ['m' => [1 => 'b', 2 => 'd']], ['m' => [2 => 'c', 'k' => null]]],
		[['o' => (object) ['p' => 1]], ['o' => (object) ['p' => 2]], ['o' => (object) ['p' => 1], 'b' => [true, [], '']]],
	] as $sessions) {
		$names = array_map(fn (mixed $session) => $session === '' ? '' : implode('', array_map(
			fn (string $name, mixed $value) => "$name|" . serialize($value), array_keys($session), $session)), $sessions);
		$seeds[] = "\x00" . implode(SEPARATOR, $names);
		$seeds[] = "\x01" . implode(SEPARATOR, array_map(fn (mixed $session) => $session === '' ? '' : serialize($session), $sessions));
	}
	$seeds[] = "\x00" . implode(SEPARATOR, ['a|S:2:"\61b";', 'a|E:3:"A:B";', 'a|C:1:"A":2:{;}']);
	$seeds[] = "\x00" . implode(SEPARATOR, ['a|i:1;', 'a|i:1;b|R:1;', 'a|i:2;c|d:-1.5E+25;']);
	$seeds[] = "\x02" . implode(SEPARATOR, ["\1aN;", "\1bN;", '']);
	return $seeds;
}

/** Sessions stored by phpredis, and sessions for each library. */
function compressed(): array
{
	$sessions = ['', 'n|i:1;', str_repeat('user|s:5:"alice";', 30)];
	return [
		"\0" . zstd($sessions[1]),
		"\0" . zstd($sessions[2]),
		"\0" . zstd_head(300000) . zstd_block('a', 1 << 17, false) . zstd_block('a', 1 << 17, false) . zstd_block('a', 300000 - (1 << 18)),
		"\0" . zstd_head(1 << 40) . zstd_block('a', 1 << 17),
		"\0" . zstd($sessions[1]) . zstd($sessions[1]),
		"\0" . lz4($sessions[1]),
		"\0" . lz4($sessions[2]),
		"\0" . hex2bin('28b52ffd603a00dd0000a0757365727c733a3330303a22616c69636520223b010046a29630'),
		"\0" . hex2bin('c23a010000ff03757365727c733a3330303a22616c696365200600ff1150636520223b'),
		...array_map(fn ($session) => "\x80$session", $sessions),
		...array_map(fn ($session) => "\x87$session", $sessions),
	];
}

write_seeds("$argv[1]/save_path", save_paths());
write_seeds("$argv[1]/bindings_json", vcap_services());
write_seeds("$argv[1]/binding_root", binding_roots());
write_seeds("$argv[1]/replies_redis", redis_replies());
write_seeds("$argv[1]/replies_memcached", [...memcached_replies(), ...memcached_binary_replies()]);
write_seeds("$argv[1]/settings", settings());
write_seeds("$argv[1]/merge", merges());
write_seeds("$argv[1]/compression", compressed());
