--TEST--
Redis: a user's sessions can be listed and destroyed
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../handler/tags_devices.inc';
?>
--EXPECT--
alice: {"a1":1440,"b2":1440,"c3":1440}
bob: {"d4":1440}
nobody: []
names in keys: []
after another visit: {"a1":1440,"b2":1440,"c3":1440}
listed by a1: [3,[]]
listed by b2: [3,[]]
listed by a1: [3,[]]
listed by b2: [3,[]]
the others, from b2: 2
alice: {"b2":1440}
stored: ["b2","d4"]
b2: {"user":"alice"}
a1: []
c3: []
without a session, everywhere: 2
alice: []
once more: 0
destroyed: 2
status is none: true
everywhere, this one too: no warning
bob: []
before it is written: [[],1,true]
left beside tombstones: ["PHPREDIS_SESSION:a1","PHPREDIS_SESSION:c3"]