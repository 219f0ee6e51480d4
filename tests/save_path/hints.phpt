--TEST--
session.save_path: hints for common mistakes
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/parse.inc';

echo "-- schemes\n";
show_meanings(['redsi://h', 'reddis://h', 'REDIS//h', 'redis-sentinel://h/m', 'redis-cluster://h', 'redis+sentinal://h/m', 'valky://h', 'tpc://h',
	'tsl://h', 'unxi:///s', 'memcache://h', 'memcahced://h', 'http://h', 'mysql://h', 'secret://h']);

echo "-- no slashes\n";
show_meanings(['rediss:host', 'rediss:host:6380', 'redis:user:pw@host', 'redis:/host', 'redis//host', 'redis/host', 'tcp:', 'tcp:host:6379', 'tls:host', 'valkey:host', 'memcached:host',
	'redis+sentinel:host/m', 'redis+cluster:a,b', 'redis:6379', 'memcached:11211', 'redis', 'redis:6379,other:11211', 'redis:6379:2']);

echo "-- IPv6 without brackets\n";
show_meanings(['tcp://::1:6379', 'tcp://::1', 'redis://:pw@::1:6379/1', 'redis://2001:db8::7', 'tls://2001:db8:0:0:0:0:0:7:6380', 'redis+sentinel://::1:26379/m',
	'redis+cluster://fd00::1:7000,fd00::2:7000', 'seed[]=::1:7000', '::1:11211', 'memcached://::1', 'tcp://::ffff:10.0.0.1:6379', 'cafe:11211:5', 'tcp://cafe:1:2']);

echo "-- passwords with \"/\" or \"?\"\n";
show_meanings(['redis://:pa/ss@h', 'redis://:pa?ss@h', 'redis://user:pa/ss@h:6379/1', 'redis://user:1/2@h', 'redis://user:pa?s=s@h', 'rediss://user:/pass@h',
	'redis://user:pa/s?s@h', 'redis+sentinel://user:pa/ss@h/m', 'redis+sentinel://user:pa?ss@h/m', 'redis+cluster://user:pa/ss@h', 'redis+cluster://user:1/ss@h',
	'redis+cluster://user:pa?ss@h', 'memcached://user:pa/ss@h', 'memcached://user:1/ss@h', 'memcached://user:pa?ss@h',
	'redis://user:pa%2Fss@h', 'redis://user:pa%3Fss@h', 'redis://user:pa#ss@h', 'redis://h/0?prefix=a@b', 'redis://user:pa?auth=@h']);

echo "-- parameters\n";
show_meanings(['tcp://h?databse=1', 'tcp://h?db=1', 'tcp://h?password=x', 'tcp://h?username=x', 'h:11211?password=x', 'tcp://h?Auth=x', 'tcp://h?auth(user)=x', 'tcp://h?autn=x', 'tcp://h?prefixx=x', 'tcp://h?time_out=1',
	'tcp://h?readtimeout=1', 'tcp://h?persistant=1', 'tcp://h?wieght=1', 'tcp://h?stream[ca_file]=/a', 'tcp://h?stream[verify-peer]=0', 'tcp://h?auth=x&databse=1',
	'tcp://h?auth=x&tls=1', 'tcp://h?tls=1', 'tcp://h?retry_interval=100', 'tcp://h?database=-1', 'h:11211?auth=x', 'h:11211?weight=1', 'h:11211?wieght=1', 'memcached://h?secret=1',
	'redis+sentinel://h/m?sentinel_pasword=x', 'redis+sentinel://h/m?secret=1', 'redis+cluster://h?secret=1', 'seed[]=h&databse=1', 'tcp://h?timeout=1&prefix=x&secret=1',
	'binding:name?databse=1']);

echo "-- what separates servers, and what does not\n";
show_meanings(['h:11211 1', 'h 11211', "h:11211\t1", 'h:11211:2 3', 'h:11211 1,i:11211 2', '11211,h', '/m.sock 0 1', 'memcached://h 11211', 'memcached://u:pw@h:11211 1', 'PERSISTENT=a h 11211',
	'tcp://6379', 'redis://u:pw@6379', 'tls://h,tls://6380', 'redis+cluster://h,7000', 'redis+sentinel://h,26379/m', 'seed[]=7000', 'tcp://0:6379', 'h 11211:1', 'h:11211 0',
	'h,', ',h', 'h,,i', 'h , i', "h:1\ni:2\r\n", "PERSISTENT=a\nh", "memcached://h\n,i", '[::1]:11211 ', 'h:11211;2', 'h:11211;weight', 'h :11211', 'h: 11211', ',', '  ', '',
	'tcp://h:6379 ,tcp://i:6379', 'tcp://h,,tcp://i,', "tcp://h\ntcp://i", 'tcp://h 6379', 'tcp://h:6379 1']);
foreach (['x', 'x!', "\x80", 'x:', 'x@', '://', '[', '5;', '1 '] as $part) {
	show_meanings([str_repeat($part, intdiv(10000, strlen($part)))]);
}
?>
--EXPECT--
-- schemes
redsi://h
  error: unknown scheme: did you mean "redis://"?
reddis://h
  error: unknown scheme: did you mean "redis://"?
REDIS//h
  error: "redis" has to be followed by "://", as in redis://host
redis-sentinel://h/m
  error: unknown scheme: did you mean "redis+sentinel://"?
redis-cluster://h
  error: unknown scheme: did you mean "redis+cluster://"?
redis+sentinal://h/m
  error: unknown scheme: did you mean "redis+sentinel://"?
valky://h
  error: unknown scheme: did you mean "valkey://"?
tpc://h
  error: unknown scheme: did you mean "tcp://"?
tsl://h
  error: unknown scheme: did you mean "tls://"?
unxi:///s
  error: unknown scheme: did you mean "unix://"?
memcache://h
  error: unknown scheme: did you mean "memcached://"?
memcahced://h
  error: unknown scheme: did you mean "memcached://"?
http://h
  error: unknown scheme before "://"; known are tcp, redis, valkey, unix, tls, ssl, rediss, valkeys, redis+sentinel, rediss+sentinel, redis+cluster, rediss+cluster, memcached
mysql://h
  error: unknown scheme before "://"; known are tcp, redis, valkey, unix, tls, ssl, rediss, valkeys, redis+sentinel, rediss+sentinel, redis+cluster, rediss+cluster, memcached
secret://h
  error: unknown scheme before "://"; known are tcp, redis, valkey, unix, tls, ssl, rediss, valkeys, redis+sentinel, rediss+sentinel, redis+cluster, rediss+cluster, memcached
-- no slashes
rediss:host
  error: "rediss" has to be followed by "://", as in rediss://host
rediss:host:6380
  error: "rediss" has to be followed by "://", as in rediss://host
redis:user:pw@host
  error: "redis" has to be followed by "://", as in redis://host
redis:/host
  error: "redis" has to be followed by "://", as in redis://host
redis//host
  error: "redis" has to be followed by "://", as in redis://host
redis/host
  error: "redis" has to be followed by "://", as in redis://host
tcp:
  error: the port has to be a number from 1 to 65535
tcp:host:6379
  error: "tcp" has to be followed by "://", as in tcp://host
tls:host
  error: "tls" has to be followed by "://", as in tls://host
valkey:host
  error: "valkey" has to be followed by "://", as in valkey://host
memcached:host
  error: "memcached" has to be followed by "://", as in memcached://host
redis+sentinel:host/m
  error: "redis+sentinel" has to be followed by "://", as in redis+sentinel://host
redis+cluster:a,b
  error: "redis+cluster" has to be followed by "://", as in redis+cluster://host
redis:6379
  redis port 6379, prefix memc.sess.key.
memcached:11211
  memcached port 11211, prefix memc.sess.key.
redis
  redis port 11211, prefix memc.sess.key.
redis:6379,other:11211
  redis port 6379, prefix memc.sess.key. and more
redis:6379:2
  redis port 6379, weight 2, prefix memc.sess.key.
-- IPv6 without brackets
tcp://::1:6379
  error: write the IPv6 address in brackets, as in [::1]:6379
tcp://::1
  error: write the IPv6 address in brackets, as in [::1]:6379
redis://:pw@::1:6379/1
  error: write the IPv6 address in brackets, as in [::1]:6379
redis://2001:db8::7
  error: write the IPv6 address in brackets, as in [::1]:6379
tls://2001:db8:0:0:0:0:0:7:6380
  error: write the IPv6 address in brackets, as in [::1]:6379
redis+sentinel://::1:26379/m
  error: write the IPv6 address in brackets, as in [::1]:6379
redis+cluster://fd00::1:7000,fd00::2:7000
  error: server 1 of 2: write the IPv6 address in brackets, as in [::1]:6379
seed[]=::1:7000
  error: write the IPv6 address in brackets, as in [::1]:6379
::1:11211
  error: write the IPv6 address in brackets, as in [::1]:6379
memcached://::1
  error: write the IPv6 address in brackets, as in [::1]:6379
tcp://::ffff:10.0.0.1:6379
  error: write the IPv6 address in brackets, as in [::1]:6379
cafe:11211:5
  cafe port 11211, weight 5, prefix memc.sess.key.
tcp://cafe:1:2
  error: the port has to be a number from 1 to 65535
-- passwords with "/" or "?"
redis://:pa/ss@h
  error: what is before the "@" looks like a password with "/" or "?" in it: write "/" as %2F and "?" as %3F
redis://:pa?ss@h
  error: what is before the "@" looks like a password with "/" or "?" in it: write "/" as %2F and "?" as %3F
redis://user:pa/ss@h:6379/1
  error: what is before the "@" looks like a password with "/" or "?" in it: write "/" as %2F and "?" as %3F
redis://user:1/2@h
  error: what is before the "@" looks like a password with "/" or "?" in it: write "/" as %2F and "?" as %3F
redis://user:pa?s=s@h
  error: what is before the "@" looks like a password with "/" or "?" in it: write "/" as %2F and "?" as %3F
rediss://user:/pass@h
  error: what is before the "@" looks like a password with "/" or "?" in it: write "/" as %2F and "?" as %3F
redis://user:pa/s?s@h
  error: what is before the "@" looks like a password with "/" or "?" in it: write "/" as %2F and "?" as %3F
redis+sentinel://user:pa/ss@h/m
  error: what is before the "@" looks like a password with "/" or "?" in it: write "/" as %2F and "?" as %3F
redis+sentinel://user:pa?ss@h/m
  error: what is before the "@" looks like a password with "/" or "?" in it: write "/" as %2F and "?" as %3F
redis+cluster://user:pa/ss@h
  error: what is before the "@" looks like a password with "/" or "?" in it: write "/" as %2F and "?" as %3F
redis+cluster://user:1/ss@h
  error: what is before the "@" looks like a password with "/" or "?" in it: write "/" as %2F and "?" as %3F
redis+cluster://user:pa?ss@h
  error: what is before the "@" looks like a password with "/" or "?" in it: write "/" as %2F and "?" as %3F
memcached://user:pa/ss@h
  error: what is before the "@" looks like a password with "/" or "?" in it: write "/" as %2F and "?" as %3F
memcached://user:1/ss@h
  error: what is before the "@" looks like a password with "/" or "?" in it: write "/" as %2F and "?" as %3F
memcached://user:pa?ss@h
  error: what is before the "@" looks like a password with "/" or "?" in it: write "/" as %2F and "?" as %3F
redis://user:pa%2Fss@h
  h port 6379, user user, password
redis://user:pa%3Fss@h
  h port 6379, user user, password
redis://user:pa#ss@h
  h port 6379, user user, password
redis://h/0?prefix=a@b
  h port 6379, prefix a@b
redis://user:pa?auth=@h
  error: what is before the "@" looks like a password with "/" or "?" in it: write "/" as %2F and "?" as %3F
-- parameters
tcp://h?databse=1
  error: unknown parameter "databse": did you mean "database"?
tcp://h?db=1
  error: unknown parameter "db": did you mean "database"?
tcp://h?password=x
  error: unknown parameter "password": did you mean "auth"?
tcp://h?username=x
  error: unknown parameter "username": did you mean "auth[user]"?
h:11211?password=x
  error: unknown parameter (number 1); known here are timeout, read_timeout, prefix, persistent, persistent_id, binding
tcp://h?Auth=x
  error: unknown parameter "Auth": did you mean "auth"?
tcp://h?auth(user)=x
  error: unknown parameter "auth(user)": did you mean "auth[user]"?
tcp://h?autn=x
  error: unknown parameter "autn": did you mean "auth"?
tcp://h?prefixx=x
  error: unknown parameter "prefixx": did you mean "prefix"?
tcp://h?time_out=1
  error: unknown parameter "time_out": did you mean "timeout"?
tcp://h?readtimeout=1
  error: unknown parameter "readtimeout": did you mean "read_timeout"?
tcp://h?persistant=1
  error: unknown parameter "persistant": did you mean "persistent"?
tcp://h?wieght=1
  error: unknown parameter "wieght": did you mean "weight"?
tcp://h?stream[ca_file]=/a
  error: unknown parameter "stream[ca_file]": did you mean "stream[cafile]"?
tcp://h?stream[verify-peer]=0
  error: unknown parameter "stream[verify-peer]": did you mean "stream[verify_peer]"?
tcp://h?auth=x&databse=1
  error: an unknown parameter follows what may be a password (write "&" in it as %26, and in a URL "?" as %3F); did you mean "database"?
tcp://h?auth=x&tls=1
  error: there is no parameter "tls" for a single Redis server
tcp://h?tls=1
  error: there is no parameter "tls" for a single Redis server
tcp://h?retry_interval=100
  h port 6379
tcp://h?database=-1
  h port 6379
h:11211?auth=x
  error: there is no parameter "auth" for Memcached
h:11211?weight=1
  error: there is no parameter "weight" for Memcached
h:11211?wieght=1
  error: unknown parameter (number 1); known here are timeout, read_timeout, prefix, persistent, persistent_id, binding
memcached://h?secret=1
  error: unknown parameter (number 1); known here are timeout, read_timeout, prefix, persistent, persistent_id, binding
redis+sentinel://h/m?sentinel_pasword=x
  error: unknown parameter "sentinel_pasword": did you mean "sentinel_password"?
redis+sentinel://h/m?secret=1
  error: unknown parameter (number 1); known here are auth, auth[], auth[user], auth[pass], database, timeout, read_timeout, prefix, persistent, persistent_id, binding, stream[...], sentinel_password, sentinel_username, sentinel_tls, tls, wait_replicas, wait_timeout
redis+cluster://h?secret=1
  error: unknown parameter (number 1); known here are auth, auth[], auth[user], auth[pass], timeout, read_timeout, prefix, persistent, persistent_id, binding, stream[...], tls, wait_replicas, wait_timeout
seed[]=h&databse=1
  error: unknown parameter (number 2); known here are auth, auth[], auth[user], auth[pass], timeout, read_timeout, prefix, persistent, persistent_id, binding, stream[...], wait_replicas, wait_timeout, failover
tcp://h?timeout=1&prefix=x&secret=1
  error: unknown parameter (number 3); known here are auth, auth[], auth[user], auth[pass], database, weight, timeout, read_timeout, prefix, persistent, persistent_id, binding, stream[...], wait_replicas, wait_timeout
binding:name?databse=1
  error: unknown parameter "databse": did you mean "database"?
-- what separates servers, and what does not
h:11211 1
  error: server 2 of 2: the host is a number: a port or a weight follows its host after a colon, as in host:11211
h 11211
  error: server 2 of 2: the host is a number: a port or a weight follows its host after a colon, as in host:11211
h:11211\t1
  error: server 2 of 2: the host is a number: a port or a weight follows its host after a colon, as in host:11211
h:11211:2 3
  error: server 2 of 2: the host is a number: a port or a weight follows its host after a colon, as in host:11211
h:11211 1,i:11211 2
  error: server 2 of 4: the host is a number: a port or a weight follows its host after a colon, as in host:11211
11211,h
  error: server 1 of 2: the host is a number: a port or a weight follows its host after a colon, as in host:11211
/m.sock 0 1
  error: server 2 of 3: the host is a number: a port or a weight follows its host after a colon, as in host:11211
memcached://h 11211
  error: server 2 of 2: the host is a number: a port or a weight follows its host after a colon, as in host:11211
memcached://u:pw@h:11211 1
  error: server 2 of 2: the host is a number: a port or a weight follows its host after a colon, as in host:11211
PERSISTENT=a h 11211
  error: server 2 of 2: the host is a number: a port or a weight follows its host after a colon, as in host:11211
tcp://6379
  error: the host is a number: a port or a weight follows its host after a colon, as in host:6379
redis://u:pw@6379
  error: the host is a number: a port or a weight follows its host after a colon, as in host:6379
tls://h,tls://6380
  error: the host is a number: a port or a weight follows its host after a colon, as in host:6379
redis+cluster://h,7000
  error: server 2 of 2: the host is a number: a port or a weight follows its host after a colon, as in host:6379
redis+sentinel://h,26379/m
  error: server 2 of 2: the host is a number: a port or a weight follows its host after a colon, as in host:26379
seed[]=7000
  error: the host is a number: a port or a weight follows its host after a colon, as in host:6379
tcp://0:6379
  0 port 6379
h 11211:1
  error: server 2 of 2: the host is a number: a port or a weight follows its host after a colon, as in host:11211
h:11211 0
  error: server 2 of 2: the host is a number: a port or a weight follows its host after a colon, as in host:11211
h,
  h port 11211, prefix memc.sess.key.
,h
  h port 11211, prefix memc.sess.key.
h,,i
  h port 11211, prefix memc.sess.key. and more
h , i
  h port 11211, prefix memc.sess.key. and more
h:1\ni:2\r\n
  h port 1, prefix memc.sess.key. and more
PERSISTENT=a\nh
  h port 11211, prefix memc.sess.key.
memcached://h\n,i
  h port 11211, prefix memc.sess.key. and more
[::1]:11211 
  ::1 port 11211, prefix memc.sess.key.
h:11211;2
  error: write a server as tcp://host:port, redis://user:password@host:port, unix:///path, or for Memcached host:port or memcached://user:password@host:port
h:11211;weight
  error: write a server as tcp://host:port, redis://user:password@host:port, unix:///path, or for Memcached host:port or memcached://user:password@host:port
h :11211
  error: server 2 of 2: the host is missing
h: 11211
  error: server 1 of 2: the port has to be a number from 1 to 65535
,
  error: write a server as tcp://host:port, redis://user:password@host:port, unix:///path, or for Memcached host:port or memcached://user:password@host:port
  
  error: session.save_path is not set: write a server into it, as in session.save_path = "tcp://127.0.0.1:6379", or bind a Redis or Memcached service (nothing in the environment names a bound service)

  error: session.save_path is not set: write a server into it, as in session.save_path = "tcp://127.0.0.1:6379", or bind a Redis or Memcached service (nothing in the environment names a bound service)
tcp://h:6379 ,tcp://i:6379
  h port 6379 and more
tcp://h,,tcp://i,
  h port 6379 and more
tcp://h\ntcp://i
  h port 6379 and more
tcp://h 6379
  error: it names several servers, and each of them needs its scheme, as in tcp://a,tcp://b (in a password, write "," as %2C and a space as %20)
tcp://h:6379 1
  error: it names several servers, and each of them needs its scheme, as in tcp://a,tcp://b (in a password, write "," as %2C and a space as %20)
xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...10000 bytes
  error: the host has more than 255 bytes
x!x!x!x!x!x!x!x!x!x!x!x!x!x!x!x!x!x!x!x!...10000 bytes
  error: the host has more than 255 bytes
€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€...10000 bytes
  error: the host has more than 255 bytes
x:x:x:x:x:x:x:x:x:x:x:x:x:x:x:x:x:x:x:x:...10000 bytes
  error: the port has to be a number from 1 to 65535
x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@x@...10000 bytes
  error: the host has more than 255 bytes
://://://://://://://://://://://://://:...9999 bytes
  error: unknown scheme before "://"; known are tcp, redis, valkey, unix, tls, ssl, rediss, valkeys, redis+sentinel, rediss+sentinel, redis+cluster, rediss+cluster, memcached
[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[...10000 bytes
  error: the "[" before the address has no "]"
5;5;5;5;5;5;5;5;5;5;5;5;5;5;5;5;5;5;5;5;...10000 bytes
  error: write a server as tcp://host:port, redis://user:password@host:port, unix:///path, or for Memcached host:port or memcached://user:password@host:port
1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 ...10000 bytes
  error: server 1 of 5000: the host is a number: a port or a weight follows its host after a colon, as in host:11211
