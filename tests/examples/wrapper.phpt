--TEST--
A class around any session handler, on two instances configured by MEMCACHED_HOST and MEMCACHED_PORT
--SKIPIF--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/skipif.inc';
skip_without_backend('memcached');
skip_without('memcached');
?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/visits.inc';

$log = temp_dir() . '/log';
$code = 'require ' . var_export(example('wrapper/SessionWrapper.php'), true) . ';
	$log = fopen(' . var_export($log, true) . ', "a");
	SessionWrapper::fromEnvironment(fn (string $what, float $seconds) => fputs($log, "$what " . ($seconds < 5 ? "" : "$seconds s ")))->register();
	require ' . var_export(__DIR__ . '/pages.inc', true) . ';';
$env = ['MEMCACHED_HOST' => '127.0.0.1', 'MEMCACHED_PORT' => (string) $store->server->port];
$ini = SHORT_TIMEOUT + ['session.save_handler' => 'files'];
visit_instances($store, [WebServer::start($code, $ini, $env), WebServer::start($code, $ini, $env)]);
echo preg_replace('/ (?=open)/', "\n", file_get_contents($log)), "\n";
?>
--EXPECT--
the first: count 1, user -
the second: count 2, user -
logs in at the first: another page (another id)
the session before that is gone
the second: count 3, user ada, Hello!
the first: count 4, user ada
while another request has the session: fails
after it: count 5, user ada
while the store hangs: fails
when it is back: count 6, user ada
logs out at the second: another page
the session is gone
the first, with the id of that session: count 1, user - (another id)
the second, with an id that somebody made up: count 1, user - (another id)
the first: count 2, user -
open create_sid read write close
open read read write close
open read read destroy close
open create_sid read read write close
open read read write close
open read read write close
open read read close
open read read write close
open read read close
open read read write close
open read read destroy close
open read create_sid read write close
open read create_sid read write close
open read read write close
