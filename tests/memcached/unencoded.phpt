--TEST--
Memcached: a session that PHP cannot encode is not overwritten with an empty one
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_memcached.inc';
require __DIR__ . '/../handler/unencoded.inc';
?>
--EXPECT--
lock=1
  a name with a |:
    session_write_close(): cfsession: cannot write the session: the name of a variable has a vertical bar, which session.serialize_handler "php" cannot encode: take another name, or "php_serialize"; nothing was written
    session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (HOST:PORT)
    stored: user|s:5:"alice";
  a name that is one:
    session_write_close(): cfsession: cannot write the session: the name of a variable has a vertical bar, which session.serialize_handler "php" cannot encode: take another name, or "php_serialize"; nothing was written
    session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (HOST:PORT)
    stored: user|s:5:"alice";
  emptied: no warning
    stored: ""
  a | elsewhere: no warning
    stored: user|s:5:"alice";v|a:1:{s:1:"|";s:1:"|";}
lock=0
  a name with a |:
    session_write_close(): cfsession: cannot write the session: the name of a variable has a vertical bar, which session.serialize_handler "php" cannot encode: take another name, or "php_serialize"; nothing was written
    session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (HOST:PORT)
    stored: user|s:5:"alice";
  a name that is one:
    session_write_close(): cfsession: cannot write the session: the name of a variable has a vertical bar, which session.serialize_handler "php" cannot encode: take another name, or "php_serialize"; nothing was written
    session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (HOST:PORT)
    stored: user|s:5:"alice";
  emptied: no warning
    stored: ""
  a | elsewhere: no warning
    stored: user|s:5:"alice";v|a:1:{s:1:"|";s:1:"|";}
lock=merge
  a name with a |:
    session_write_close(): cfsession: cannot write the session: the name of a variable has a vertical bar, which session.serialize_handler "php" cannot encode: take another name, or "php_serialize"; nothing was written
    session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (HOST:PORT)
    stored: user|s:5:"alice";
  a name that is one:
    session_write_close(): cfsession: cannot write the session: the name of a variable has a vertical bar, which session.serialize_handler "php" cannot encode: take another name, or "php_serialize"; nothing was written
    session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (HOST:PORT)
    stored: user|s:5:"alice";
  emptied: no warning
    stored: ""
  a | elsewhere: no warning
    stored: user|s:5:"alice";v|a:1:{s:1:"|";s:1:"|";}
a new id:
  session_regenerate_id(): cfsession: cannot write the session: the name of a variable has a vertical bar, which session.serialize_handler "php" cannot encode: take another name, or "php_serialize"; nothing was written
  session_regenerate_id(): Session write failed. ID: cfsession (path: HOST:PORT)
  stored: user|s:5:"alice";
left behind: []
