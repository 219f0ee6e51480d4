--TEST--
Memcached: a session is written however the request ends
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/request_ends.inc';
?>
--EXPECT--
at the end of the script
  stored: n|s:3:"new";
  left behind: []
exit
  stored: n|s:3:"new";
  left behind: []
uncaught exception
Fatal error: Uncaught Exception: uncaught
  stored: n|s:3:"new";
  left behind: []
fatal error
Fatal error: Class A contains 1 abstract method and must therefore be declared abstract or implement the remaining methods (A::f)
  stored: n|s:3:"new";
  left behind: []
in a shutdown function
  stored: n|s:4:"new+";
  left behind: []
in an output callback
  stored: n|s:4:"new+";
  left behind: []
started in a shutdown function
  stored: n|s:11:"at shutdown";
  left behind: []
