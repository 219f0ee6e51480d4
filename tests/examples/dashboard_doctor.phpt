--TEST--
The dashboard finds the doctor in its usual places, and shows failures without it; a session that PHP alone cannot start
--SKIPIF--
<?php
require __DIR__ . '/../support/skipif.inc';
skip_without_backend('redis');
skip_without(redis_program());
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/redis.inc';
require __DIR__ . '/prometheus.inc';

/** Prints the page's badge and findings; with $folder, open_basedir limits the page to that folder. */
function show_page(string $label, string $page, string $savePath, string $folder = '', array $ini = [], string $path = ''): void
{
	$before = $folder === '' ? '' : "ini_set('open_basedir', '$folder'); ";
	$html = near(fn () => dashboard(['session.save_path' => $savePath] + $ini, '', $before . "putenv('PATH=$path');", '', $page));
	preg_match('~<span class="state \w+">(.*?)</span>~', $html, $badge);
	preg_match_all('~<li><strong class="\w+">(\w+)</strong> <span>(.*?)</span></li>~', $html, $found, PREG_SET_ORDER);
	echo "$label: ", $badge[1] ?? $html, preg_match('/A session of its own/', $html) ? ', kept one' : '', "\n";
	foreach ($found as [, $level, $text]) {
		echo "  $level ", preg_replace('/127\.0\.0\.1:\d+/', 'HOST:PORT', html_entity_decode(strip_tags($text), ENT_QUOTES | ENT_HTML5)), "\n";
	}
	preg_match('/^.*(?:Warning|Deprecated|Fatal).*$/m', $html, $complaint) && print("$complaint[0]\n");
}

$redis = RedisServer::start(['maxmemory-policy' => 'allkeys-lru', 'maxmemory' => '100mb']);
$well = $redis->savePath();
$index = file_get_contents(example('dashboard/index.php'));
$doctor = file_get_contents(dirname(__DIR__, 2) . '/scripts/doctor');
$copy = fn (array $files) => write_files(['sessions.php' => $index] + $files);

echo "-- without\n";
$alone = $copy([]);
show_page('well', "$alone/sessions.php", $well, $alone);
show_page('away', "$alone/sessions.php", 'tcp://127.0.0.1:' . free_port(), $alone);
show_page('nowhere', "$alone/sessions.php", '/tmp', $alone, ['session.save_handler' => 'files']);
$old = $copy(['cfsession-doctor' => "#!/usr/bin/env php\n<?php exit('Run this on the command line.');"]);
show_page('with that of a version before', "$old/sessions.php", $well, $old);

echo "-- with\n";
$beside = $copy(['cfsession-doctor' => $doctor]);
show_page('beside it', "$beside/sessions.php", $well, $beside);
$line = $copy(['cfsession-doctor' => preg_replace('/^#!.*\n/', '', $doctor)]);
show_page('without its first line, as Debian has it', "$line/sessions.php", $well, $line);
show_page('on the PATH', "$alone/sessions.php", $well, '', [], "/nowhere:$beside");
show_page('in the sources', '', $well);

echo "-- what only the doctor finds\n";
show_page('a serializer that is not there', '', $well, '', ['session.serialize_handler' => 'none']);
?>
--EXPECT--
-- without
well: 1 warning
  warning doctor The doctor was not found, so that only failures are shown: put cfsession-doctor beside this page.
away: Unreachable
  failure sessions Cannot connect to the server at HOST:PORT: Connection refused; check the host and the port, and that the server runs.
  warning doctor The doctor was not found, so that only failures are shown: put cfsession-doctor beside this page.
nowhere: Sessions do not work
  failure sessions Sessions are not cfsession's (session.save_handler is "files"): nothing in the environment names a bound service.
  warning doctor The doctor was not found, so that only failures are shown: put cfsession-doctor beside this page.
with that of a version before: 1 warning
  warning doctor The doctor was not found, so that only failures are shown: put cfsession-doctor beside this page.
-- with
beside it: 1 warning, kept one
  warning eviction HOST:PORT: allkeys-lru: when memory is full it evicts sessions, and their visitors are logged out. Give it enough memory, and keep caches in another Redis; with noeviction it refuses writes instead.
without its first line, as Debian has it: 1 warning, kept one
  warning eviction HOST:PORT: allkeys-lru: when memory is full it evicts sessions, and their visitors are logged out. Give it enough memory, and keep caches in another Redis; with noeviction it refuses writes instead.
on the PATH: 1 warning, kept one
  warning eviction HOST:PORT: allkeys-lru: when memory is full it evicts sessions, and their visitors are logged out. Give it enough memory, and keep caches in another Redis; with noeviction it refuses writes instead.
in the sources: 1 warning, kept one
  warning eviction HOST:PORT: allkeys-lru: when memory is full it evicts sessions, and their visitors are logged out. Give it enough memory, and keep caches in another Redis; with noeviction it refuses writes instead.
-- what only the doctor finds
a serializer that is not there: Sessions do not work
  failure session The doctor's own session failed: PHP says "Cannot find session serialization handler "none" - session startup failed" (see php.ini, and what auto_prepend_file puts out).
  warning eviction HOST:PORT: allkeys-lru: when memory is full it evicts sessions, and their visitors are logged out. Give it enough memory, and keep caches in another Redis; with noeviction it refuses writes instead.
