--TEST--
session.save_path: forms that this build does not have are refused by name
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/parse.inc';

show_meanings([
	'redis+sentinel://host:26379/mymaster',
	'redis+cluster://a:1,b:2',
	'memcached://user:secret@host:11211',
	'seed[]=a:7000&seed[]=b:7001&auth=secret',
	'host:11211',
	'PERSISTENT=app_sessions host:11211',
	'/path/to/memcached.sock',
	'binding:my-redis',
]);
?>
--EXPECT--
redis+sentinel://host:26379/mymaster
  error: "redis+sentinel://" needs Sentinel, which this build of cfsession does not have
redis+cluster://a:1,b:2
  error: "redis+cluster://" needs Redis Cluster, which this build of cfsession does not have
memcached://user:secret@host:11211
  host port 11211, user user, password, prefix memc.sess.key.
seed[]=a:7000&seed[]=b:7001&auth=secret
  error: a server is written tcp://host:port, redis://user:password@host:port, unix:///path, or for Memcached host:port or memcached://user:password@host:port
host:11211
  host port 11211, prefix memc.sess.key.
PERSISTENT=app_sessions host:11211
  host port 11211, prefix memc.sess.key.
/path/to/memcached.sock
  socket /path/to/memcached.sock, prefix memc.sess.key.
binding:my-redis
  error: "binding:" needs bound services, which this build of cfsession does not have
