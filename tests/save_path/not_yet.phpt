--TEST--
session.save_path: forms that this build does not have are refused by name
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/parse.inc';

show_meanings([
	'tls://host:6380?auth=secret',
	'ssl://host:6380',
	'rediss://:secret@host:6380',
	'valkeys://host',
	'rediss+sentinel://host:26379/mymaster',
	'redis+sentinel://host:26379/mymaster?sentinel_tls=1',
	'redis+cluster://a:1,b:2?tls=1',
	'memcached://user:secret@host:11211',
	'seed[]=tls://a:7000&seed[]=b:7001&auth=secret',
	'tcp://a,tls://b',
	'host:11211',
	'PERSISTENT=app_sessions host:11211',
	'/path/to/memcached.sock',
	'binding:my-redis',
]);
?>
--EXPECT--
tls://host:6380?auth=secret
  error: it needs TLS, which this build of cfsession does not have
ssl://host:6380
  error: it needs TLS, which this build of cfsession does not have
rediss://:secret@host:6380
  error: it needs TLS, which this build of cfsession does not have
valkeys://host
  error: it needs TLS, which this build of cfsession does not have
rediss+sentinel://host:26379/mymaster
  error: it needs TLS, which this build of cfsession does not have
redis+sentinel://host:26379/mymaster?sentinel_tls=1
  error: it needs TLS, which this build of cfsession does not have
redis+cluster://a:1,b:2?tls=1
  error: it needs TLS, which this build of cfsession does not have
memcached://user:secret@host:11211
  host port 11211, user user, password, prefix memc.sess.key.
seed[]=tls://a:7000&seed[]=b:7001&auth=secret
  error: it needs TLS, which this build of cfsession does not have
tcp://a,tls://b
  error: it needs TLS, which this build of cfsession does not have
host:11211
  host port 11211, prefix memc.sess.key.
PERSISTENT=app_sessions host:11211
  host port 11211, prefix memc.sess.key.
/path/to/memcached.sock
  socket /path/to/memcached.sock, prefix memc.sess.key.
binding:my-redis
  error: the service "my-redis" is not bound; bound services: none
