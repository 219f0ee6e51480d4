--TEST--
Memcached: a session lives for cfsession.first_lifetime until its visitor comes back
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/first_lifetime.inc';
?>
--EXPECT--
-- lock: On
made: 60
and then unchanged: 1000
and then changed: 1000
and then read_and_close: 1000
and then aborted: 1000
and then emptied: 1000
and then strict mode: 1000
and then lazy_write=0: 1000
in one request written again: 60
in one request opened again: 60
in one request read again: 60
in one request reset: 60
in one request in strict mode: 60
and the next one: 1000
regenerate_id(false) by the one that made it: [60,60]
regenerate_id(false) by one that came back: [1000,1000]
regenerate_id(true) by the one that made it: ["not there",60]
regenerate_id(true) by one that came back: ["not there",1000]
made by one that came back: 1000
another one that it opens: 1000
first_lifetime=0.5, gc_maxlifetime=1000: 10
first_lifetime=60, gc_maxlifetime=30: 30
first_lifetime=3000, gc_maxlifetime=1000: 1000
first_lifetime=0, gc_maxlifetime=1000: 1000
-- lock: Off
made: 60
and then unchanged: 1000
and then changed: 1000
and then read_and_close: 1000
and then aborted: 1000
and then emptied: 1000
and then strict mode: 1000
and then lazy_write=0: 1000
in one request written again: 60
in one request opened again: 60
in one request read again: 60
in one request reset: 60
in one request in strict mode: 60
and the next one: 1000
regenerate_id(false) by the one that made it: [60,60]
regenerate_id(false) by one that came back: [1000,1000]
regenerate_id(true) by the one that made it: ["not there",60]
regenerate_id(true) by one that came back: ["not there",1000]
made by one that came back: 1000
another one that it opens: 1000
first_lifetime=0.5, gc_maxlifetime=1000: 10
first_lifetime=60, gc_maxlifetime=30: 30
first_lifetime=3000, gc_maxlifetime=1000: 1000
first_lifetime=0, gc_maxlifetime=1000: 1000
-- lock: merge
made: 60
and then unchanged: 1000
and then changed: 1000
and then read_and_close: 1000
and then aborted: 1000
and then emptied: 1000
and then strict mode: 1000
and then lazy_write=0: 1000
in one request written again: 60
in one request opened again: 60
in one request read again: 60
in one request reset: 60
in one request in strict mode: 60
and the next one: 1000
regenerate_id(false) by the one that made it: [60,60]
regenerate_id(false) by one that came back: [1000,1000]
regenerate_id(true) by the one that made it: ["not there",60]
regenerate_id(true) by one that came back: ["not there",1000]
made by one that came back: 1000
another one that it opens: 1000
first_lifetime=0.5, gc_maxlifetime=1000: 10
first_lifetime=60, gc_maxlifetime=30: 30
first_lifetime=3000, gc_maxlifetime=1000: 1000
first_lifetime=0, gc_maxlifetime=1000: 1000
-- a class
that writes twice: 60
and then: 1000
-- two at once
the first one made it: 60
and the second one merges: 1000
left behind: []
