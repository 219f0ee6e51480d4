--TEST--
Memcached: with cfsession.store_empty=Off a new session without data is not stored
--SKIPIF--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/skipif.inc';
?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/store_empty.inc';
?>
--EXPECT--
-- lock: On
php, one with data: n|i:1;
php, one that becomes empty: ""
php, one that is empty: ""
php, one with data again: n|i:1;
php, one with data, then without in one request: ""
php_serialize, one with data: a:1:{s:1:"n";i:1;}
php_serialize, one that becomes empty: a:0:{}
php_serialize, one that is empty: a:0:{}
php_serialize, one with data again: a:1:{s:1:"n";i:1;}
php_serialize, one with data, then without in one request: a:0:{}
php_binary, one with data: ni:1;
php_binary, one that becomes empty: ""
php_binary, one that is empty: ""
php_binary, one with data again: ni:1;
php_binary, one with data, then without in one request: ""
starts, writes, round trips of a new one: [1,0,1]
with store_empty=On: [1,1,2]
  stored: ""
regenerate_id(true), with data: [null,"n|i:1;"]
destroyed, of an id that others may have: null
-- lock: Off
php, one with data: n|i:1;
php, one that becomes empty: ""
php, one that is empty: ""
php, one with data again: n|i:1;
php, one with data, then without in one request: ""
php_serialize, one with data: a:1:{s:1:"n";i:1;}
php_serialize, one that becomes empty: a:0:{}
php_serialize, one that is empty: a:0:{}
php_serialize, one with data again: a:1:{s:1:"n";i:1;}
php_serialize, one with data, then without in one request: a:0:{}
php_binary, one with data: ni:1;
php_binary, one that becomes empty: ""
php_binary, one that is empty: ""
php_binary, one with data again: ni:1;
php_binary, one with data, then without in one request: ""
starts, writes, round trips of a new one: [1,0,1]
with store_empty=On: [1,1,2]
  stored: ""
regenerate_id(true), with data: [null,"n|i:1;"]
destroyed, of an id that others may have: null
-- lock: merge
php, one with data: n|i:1;
php, one that becomes empty: ""
php, one that is empty: ""
php, one with data again: n|i:1;
php, one with data, then without in one request: ""
php_serialize, one with data: a:1:{s:1:"n";i:1;}
php_serialize, one that becomes empty: a:0:{}
php_serialize, one that is empty: a:0:{}
php_serialize, one with data again: a:1:{s:1:"n";i:1;}
php_serialize, one with data, then without in one request: a:0:{}
php_binary, one with data: ni:1;
php_binary, one that becomes empty: ""
php_binary, one that is empty: ""
php_binary, one with data again: ni:1;
php_binary, one with data, then without in one request: ""
starts, writes, round trips of a new one: [1,0,1]
with store_empty=On: [1,1,2]
  stored: ""
regenerate_id(true), with data: [null,"n|i:1;"]
destroyed, of an id that others may have: null
-- what another request stores meanwhile is not touched
On: ["","n|i:1;"]
Off: ["","n|i:1;"]
merge: ["","n|i:1;"]
-- a class
that writes twice, nothing: null
that writes twice, something: n|i:1;
that makes something else of what php makes of nothing: null
that makes something else of what php_serialize makes of nothing: n:0:{}
