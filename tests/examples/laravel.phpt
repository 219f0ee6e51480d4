--TEST--
Laravel's session on two instances
--SKIPIF--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/skipif.inc';
require __DIR__ . '/examples.inc';
skip_without_backend('redis');
skip_without(redis_program());
skip_without_packages('mbstring', 'ctype', 'Illuminate/Session/autoload.php');
?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/visits.inc';
$ini = SHORT_TIMEOUT + debian_php('mbstring', 'ctype');
visit_instances($store, instances('laravel', $store->savePath(), $ini), 'laravel_session');
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
logs out at the second: another page (another id)
the session is gone
the first, with the id of that session: count 1, user -
the second, with an id that somebody made up: count 1, user -
the first: count 2, user -
