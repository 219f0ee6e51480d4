--TEST--
session.save_path: invalid save paths and their errors
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/parse.inc';

show_meanings([
	'/var/lib/php/sessions',
	'3;/var/lib/php/sessions',
	'localhost',
	'localhost:6379',
	'://host',
	'tcp:host',
	'tcp:/host',
	'http://host',
	'redis+x://host',
	'host:11211:0',
	'/run/memcached.sock:11211',
	'tcp://host?binding=',
	/* hosts */
	'tcp://',
	'tcp://:6379',
	'tcp://?database=1',
	'redis:///1',
	'redis://user:secret@/1',
	'tcp://ho st',
	'tcp://ho%20st',
	'tcp://ho*st',
	'tcp://höst',
	"tcp://ho\x01st",
	'tcp://::1:6379',
	'tcp://[::1',
	'tcp://[]',
	'tcp://[::1]6379',
	/* ports */
	'tcp://host:',
	'tcp://host:0',
	'tcp://host:65536',
	'tcp://host:4294967297',
	'tcp://host:18446744073709551617',
	'tcp://host:-1',
	'tcp://host:+1',
	'tcp://host:abc',
	'tcp://host:6379x',
	'tcp://host:0x10',
	'tcp://host:6379:6380',
	/* what tcp:// does not have */
	'tcp://user:secret@host',
	'tcp://secret@host',
	'tcp://host/3',
	/* databases */
	'redis://host/x',
	'redis://host/-1',
	'redis://host/1/2',
	'redis://host/99999999999',
	'tcp://host?database=x',
	'tcp://host?database=',
	'tcp://host?database=-2',
	'tcp://host?database=-1&database=2&database=3',
	'tcp://host?database=1.5',
	'tcp://host?database=4294967296',
	/* given twice */
	'redis://host/3?database=4',
	'redis://host/0?database=4',
	'tcp://host?database=1&database=1',
	'tcp://host?database=0&database=1',
	'tcp://host?auth=one&auth=two',
	'redis://:one@host?auth=two',
	'tcp://host?auth=one&auth[pass]=two',
	'tcp://host?auth[]=one&auth[]=two&auth[]=three',
	'tcp://host?prefix=a&prefix=b',
	'tcp://host?weight=1&weight=1',
	/* parameters */
	'tcp://host?databse=4',
	'tcp://host?Database=4',
	'tcp://host?database =4',
	'tcp://host?=4',
	'tcp://host?auth[user]=user',
	'tcp://host?auth[name]=user',
	'tcp://host?weight=0',
	'tcp://host?weight=-1',
	'tcp://host?weight=x',
	'tcp://host?weight=65536',
	'tcp://host?timeout=-1',
	'tcp://host?timeout=1s',
	'tcp://host?timeout=1e3',
	'tcp://host?timeout=',
	'tcp://host?timeout=86401',
	'tcp://host?read_timeout=x',
	'tcp://host?persistent=2',
	'tcp://host?persistent=',
	'tcp://host?prefix=' . str_repeat('p', 129),
	'tcp://host?retry_interval=soon',
	'tcp://host?retry_interval=',
	'h:11211?retry_interval=100',
	/* escapes and control characters */
	'tcp://host?auth=100%',
	'tcp://host?auth=1%2',
	'tcp://host?auth=%zz',
	'tcp://host?prefix=%00',
	'tcp://host?prefix=a%0Ab',
	'tcp://host?auth=a%7Fb',
	"tcp://host?auth=a\x08b",
	"tcp://host?pre\x08fix=b",
	'tcp://host?%70refix%00=b',
	'redis://us%er:secret@host',
	'redis://user:se%cret@host',
	'redis://user:se%00cret@host',
	/* sockets */
	'unix://',
	'unix:',
	'unix://redis.sock',
	'unix://./redis.sock',
	'unix:redis.sock',
	'unix:///' . str_repeat('x', 107),
	'unix:///tmp/%00.sock',
	/* more than one */
	'tcp://a:1,b:2',
	'tcp://a:1 /tmp/redis.sock',
	'tcp://a:1,http://b:2',
	'tcp://a:1,redis+sentinel://b/mymaster',
	'redis+sentinel://b/mymaster,tcp://a:1',
	'redis+sentinel://a,redis+sentinel://b/mymaster',
	'redis+cluster://a:1 b:2',
	'redis+cluster://a:1,tcp://b:2',
	'tcp://a:1,memcached://b',
	'memcached://a,tcp://b',
	'a:11211,tcp://b',
	'tcp://a,tcp://b?weight=0',
	'tcp://a,tcp://b?weight=65536',
	'tcp://a?wait_replicas=1,tcp://b?wait_replicas=1',
	'tcp://a?wait_replicas=x',
	'tcp://a?wait_replicas=65536',
	'tcp://a?wait_timeout=0',
	'tcp://a?wait_timeout=1.5',
	'a:11211?wait_replicas=1',
	'tcp://a?tls=1',
	'tcp://a?sentinel_password=x',
	/* sentinels */
	'redis+sentinel://',
	'redis+sentinel:///mymaster',
	'redis+sentinel://a',
	'redis+sentinel://a/',
	'redis+sentinel://a,b/?tls=1',
	'redis+sentinel://a/my%20master',
	'redis+sentinel://a/my%00master',
	'redis+sentinel://a/mymaster/x',
	'redis+sentinel://a/mymaster/1/2',
	'redis+sentinel://a/mymaster/1?database=2',
	'redis+sentinel://a:0/mymaster',
	'redis+sentinel://a:1:2/mymaster',
	'redis+sentinel://a/mymaster?weight=2',
	'redis+sentinel://a/mymaster?sentinel_username=x',
	'redis+sentinel://a/mymaster?sentinel_password=x&sentinel_password=y',
	'redis+sentinel://a/mymaster?sentinel_password=se&cret',
	'redis+sentinel://:secret@a/mymaster?auth=x',
	'redis+sentinel://a/mymaster?tls=',
	'redis+sentinel://a/mymaster?tls=2',
	'redis+sentinel://a/mymaster?tls=1&tls=1',
	'redis+sentinel://a/mymaster?seed[]=b:1',
	/* clusters */
	'redis+cluster://',
	'redis+cluster://a/1',
	'redis+cluster://a:x',
	'redis+cluster://a?database=0',
	'redis+cluster://a?weight=1',
	'redis+cluster://a?failover=none',
	'seed[]=',
	'seed[]=a:x',
	'seed[]=a/1',
	'seed[]=redis://a',
	'seed=a:1',
	'seeds[]=a:1',
	'timeout=1&prefix=x',
	'seed[]=a&database=1',
	'seed[]=a&failover=always',
	'seed[]=a&timeout=-1',
	'seed[]=a&auth=x&se=cret',
	'seed[]=a:1,tcp://b:2',
	'tcp://host?auth=se,cret',
	'tcp://host?auth=se cret',
	'redis://a,b',
]);
?>
--EXPECT--
/var/lib/php/sessions
  socket /var/lib/php/sessions, prefix memc.sess.key.
3;/var/lib/php/sessions
  error: write a server as tcp://host:port, redis://user:password@host:port, unix:///path, or for Memcached host:port or memcached://user:password@host:port
localhost
  localhost port 11211, prefix memc.sess.key.
localhost:6379
  localhost port 6379, prefix memc.sess.key.
://host
  error: unknown scheme before "://"; known are tcp, redis, valkey, unix, tls, ssl, rediss, valkeys, redis+sentinel, rediss+sentinel, redis+cluster, rediss+cluster, memcached
tcp:host
  error: "tcp" has to be followed by "://", as in tcp://host
tcp:/host
  error: "tcp" has to be followed by "://", as in tcp://host
http://host
  error: unknown scheme before "://"; known are tcp, redis, valkey, unix, tls, ssl, rediss, valkeys, redis+sentinel, rediss+sentinel, redis+cluster, rediss+cluster, memcached
redis+x://host
  error: unknown scheme: did you mean "redis://"?
host:11211:0
  error: the weight has to be a number from 1 to 65535
/run/memcached.sock:11211
  error: only ":0:weight" may follow the path of a unix socket
tcp://host?binding=
  error: the parameter "binding" has to be the name of a bound service
tcp://
  error: the host is missing
tcp://:6379
  error: the host is missing
tcp://?database=1
  error: the host is missing
redis:///1
  error: the host is missing
redis://user:secret@/1
  error: the host is missing
tcp://ho st
  error: it names several servers, and each of them needs its scheme, as in tcp://a,tcp://b (in a password, write "," as %2C and a space as %20)
tcp://ho%20st
  error: the host has a character that is not allowed in a host name
tcp://ho*st
  error: the host has a character that is not allowed in a host name
tcp://höst
  error: the host has a character that is not allowed in a host name
tcp://ho\001st
  error: the host has a character that is not allowed in a host name
tcp://::1:6379
  error: write the IPv6 address in brackets, as in [::1]:6379
tcp://[::1
  error: the "[" before the address has no "]"
tcp://[]
  error: the host is missing
tcp://[::1]6379
  error: only ":port" may follow the address
tcp://host:
  error: the port has to be a number from 1 to 65535
tcp://host:0
  error: the port has to be a number from 1 to 65535
tcp://host:65536
  error: the port has to be a number from 1 to 65535
tcp://host:4294967297
  error: the port has to be a number from 1 to 65535
tcp://host:18446744073709551617
  error: the port has to be a number from 1 to 65535
tcp://host:-1
  error: the port has to be a number from 1 to 65535
tcp://host:+1
  error: the port has to be a number from 1 to 65535
tcp://host:abc
  error: the port has to be a number from 1 to 65535
tcp://host:6379x
  error: the port has to be a number from 1 to 65535
tcp://host:0x10
  error: the port has to be a number from 1 to 65535
tcp://host:6379:6380
  error: the port has to be a number from 1 to 65535
tcp://user:secret@host
  error: tcp:// takes the password as ?auth=password; only redis:// takes it before the host
tcp://secret@host
  error: tcp:// takes the password as ?auth=password; only redis:// takes it before the host
tcp://host/3
  error: tcp:// takes the database as ?database=number; only redis:// takes it after the host
redis://host/x
  error: the database after the host has to be a number (in a password, write "/" as %2F)
redis://host/-1
  error: the database after the host has to be a number (in a password, write "/" as %2F)
redis://host/1/2
  error: the database after the host has to be a number (in a password, write "/" as %2F)
redis://host/99999999999
  error: the database after the host has to be a number (in a password, write "/" as %2F)
tcp://host?database=x
  error: the parameter "database" has to be a number from 0
tcp://host?database=
  error: the parameter "database" has to be a number from 0
tcp://host?database=-2
  error: the parameter "database" has to be a number from 0
tcp://host?database=-1&database=2&database=3
  error: the parameter "database" is given twice
tcp://host?database=1.5
  error: the parameter "database" has to be a number from 0
tcp://host?database=4294967296
  error: the parameter "database" has to be a number from 0
redis://host/3?database=4
  error: the parameter "database" has to be given once
redis://host/0?database=4
  error: the parameter "database" has to be given once
tcp://host?database=1&database=1
  error: the parameter "database" is given twice
tcp://host?database=0&database=1
  error: the parameter "database" is given twice
tcp://host?auth=one&auth=two
  error: the parameter "auth" is given twice
redis://:one@host?auth=two
  error: the parameter "auth" is given twice
tcp://host?auth=one&auth[pass]=two
  error: the parameter "auth" is given twice
tcp://host?auth[]=one&auth[]=two&auth[]=three
  error: the parameter "auth[]" is given twice
tcp://host?prefix=a&prefix=b
  error: the parameter "prefix" is given twice
tcp://host?weight=1&weight=1
  error: the parameter "weight" is given twice
tcp://host?databse=4
  error: unknown parameter "databse": did you mean "database"?
tcp://host?Database=4
  error: unknown parameter "Database": did you mean "database"?
tcp://host?database =4
  error: it names several servers, and each of them needs its scheme, as in tcp://a,tcp://b (in a password, write "," as %2C and a space as %20)
tcp://host?=4
  error: unknown parameter (number 1); known here are auth, auth[], auth[user], auth[pass], database, weight, timeout, read_timeout, prefix, persistent, persistent_id, binding, stream[...], wait_replicas, wait_timeout
tcp://host?auth[user]=user
  error: a user name is given without a password
tcp://host?auth[name]=user
  error: unknown parameter (number 1); known here are auth, auth[], auth[user], auth[pass], database, weight, timeout, read_timeout, prefix, persistent, persistent_id, binding, stream[...], wait_replicas, wait_timeout
tcp://host?weight=0
  error: the parameter "weight" has to be a number from 1 to 65535
tcp://host?weight=-1
  error: the parameter "weight" has to be a number from 1 to 65535
tcp://host?weight=x
  error: the parameter "weight" has to be a number from 1 to 65535
tcp://host?weight=65536
  error: the parameter "weight" has to be a number from 1 to 65535
tcp://host?timeout=-1
  error: the parameter "timeout" has to be a number of seconds, at most 86400
tcp://host?timeout=1s
  error: the parameter "timeout" has to be a number of seconds, at most 86400
tcp://host?timeout=1e3
  error: the parameter "timeout" has to be a number of seconds, at most 86400
tcp://host?timeout=
  error: the parameter "timeout" has to be a number of seconds, at most 86400
tcp://host?timeout=86401
  error: the parameter "timeout" has to be a number of seconds, at most 86400
tcp://host?read_timeout=x
  error: the parameter "read_timeout" has to be a number of seconds, at most 86400
tcp://host?persistent=2
  error: the parameter "persistent" has to be 0 or 1
tcp://host?persistent=
  error: the parameter "persistent" has to be 0 or 1
tcp://host?prefix=pppppppppppppppppppppp...147 bytes
  error: the parameter "prefix" has to be at most 128 bytes long
tcp://host?retry_interval=soon
  error: the parameter "retry_interval" has to be a number from 0
tcp://host?retry_interval=
  error: the parameter "retry_interval" has to be a number from 0
h:11211?retry_interval=100
  error: there is no parameter "retry_interval" for Memcached
tcp://host?auth=100%
  error: the parameter "auth" has a "%" without two hexadecimal digits after it (write it as %25)
tcp://host?auth=1%2
  error: the parameter "auth" has a "%" without two hexadecimal digits after it (write it as %25)
tcp://host?auth=%zz
  error: the parameter "auth" has a "%" without two hexadecimal digits after it (write it as %25)
tcp://host?prefix=%00
  error: the parameter "prefix" has a control character
tcp://host?prefix=a%0Ab
  error: the parameter "prefix" has a control character
tcp://host?auth=a%7Fb
  error: the parameter "auth" has a control character
tcp://host?auth=a\bb
  error: the parameter "auth" has a control character
tcp://host?pre\bfix=b
  error: the name of a parameter has a control character
tcp://host?%70refix%00=b
  error: the name of a parameter has a control character
redis://us%er:secret@host
  error: the user name has a "%" without two hexadecimal digits after it (write it as %25)
redis://user:se%cret@host
  error: the password has a "%" without two hexadecimal digits after it (write it as %25)
redis://user:se%00cret@host
  error: the password has a control character
unix://
  error: the path of a unix socket starts with "/" and has at most 107 bytes
unix:
  error: write a server as tcp://host:port, redis://user:password@host:port, unix:///path, or for Memcached host:port or memcached://user:password@host:port
unix://redis.sock
  error: the path of a unix socket starts with "/" and has at most 107 bytes
unix://./redis.sock
  error: the path of a unix socket starts with "/" and has at most 107 bytes
unix:redis.sock
  error: write a server as tcp://host:port, redis://user:password@host:port, unix:///path, or for Memcached host:port or memcached://user:password@host:port
unix:///xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...115 bytes
  error: the path of a unix socket starts with "/" and has at most 107 bytes
unix:///tmp/%00.sock
  error: the path of the socket has a control character
tcp://a:1,b:2
  error: it names several servers, and each of them needs its scheme, as in tcp://a,tcp://b (in a password, write "," as %2C and a space as %20)
tcp://a:1 /tmp/redis.sock
  error: it names several servers, and each of them needs its scheme, as in tcp://a,tcp://b (in a password, write "," as %2C and a space as %20)
tcp://a:1,http://b:2
  error: it names several servers, and each of them needs its scheme, as in tcp://a,tcp://b (in a password, write "," as %2C and a space as %20)
tcp://a:1,redis+sentinel://b/mymaster
  error: "redis+sentinel://" cannot be one of several
redis+sentinel://b/mymaster,tcp://a:1
  error: the name of the master has a character that is not a letter, a digit, ".", "-" or "_"
redis+sentinel://a,redis+sentinel://b/mymaster
  error: list sentinels and nodes of a cluster by host and port only
redis+cluster://a:1 b:2
  error: the port has to be a number from 1 to 65535; if a password was cut off, put the save path in quotes in php.ini: PHP cuts an unquoted one at "=", ";" or "!"
redis+cluster://a:1,tcp://b:2
  error: list sentinels and nodes of a cluster by host and port only
tcp://a:1,memcached://b
  error: it names several servers, and each of them needs its scheme, as in tcp://a,tcp://b (in a password, write "," as %2C and a space as %20)
memcached://a,tcp://b
  error: no path may follow the servers (in a password, write "/" as %2F)
a:11211,tcp://b
  error: server 2 of 2: the port has to be a number from 1 to 65535
tcp://a,tcp://b?weight=0
  error: the parameter "weight" has to be a number from 1 to 65535
tcp://a,tcp://b?weight=65536
  error: the parameter "weight" has to be a number from 1 to 65535
tcp://a?wait_replicas=1,tcp://b?wait_replicas=1
  error: the parameter "wait_replicas" is given twice
tcp://a?wait_replicas=x
  error: the parameter "wait_replicas" has to be a number from 0 to 65535
tcp://a?wait_replicas=65536
  error: the parameter "wait_replicas" has to be a number from 0 to 65535
tcp://a?wait_timeout=0
  error: the parameter "wait_timeout" has to be a number of milliseconds from 1 to 86400000
tcp://a?wait_timeout=1.5
  error: the parameter "wait_timeout" has to be a number of milliseconds from 1 to 86400000
a:11211?wait_replicas=1
  error: there is no parameter "wait_replicas" for Memcached
tcp://a?tls=1
  error: there is no parameter "tls" for a single Redis server
tcp://a?sentinel_password=x
  error: there is no parameter "sentinel_password" for a single Redis server
redis+sentinel://
  error: the host is missing
redis+sentinel:///mymaster
  error: the host is missing
redis+sentinel://a
  error: the name of the master is missing, as in redis+sentinel://host:26379/mymaster
redis+sentinel://a/
  error: the name of the master is missing, as in redis+sentinel://host:26379/mymaster
redis+sentinel://a,b/?tls=1
  error: the name of the master is missing, as in redis+sentinel://host:26379/mymaster
redis+sentinel://a/my%20master
  error: the name of the master has a character that is not a letter, a digit, ".", "-" or "_"
redis+sentinel://a/my%00master
  error: the name of the master has a control character
redis+sentinel://a/mymaster/x
  error: the database after the host has to be a number (in a password, write "/" as %2F)
redis+sentinel://a/mymaster/1/2
  error: the database after the host has to be a number (in a password, write "/" as %2F)
redis+sentinel://a/mymaster/1?database=2
  error: the parameter "database" has to be given once
redis+sentinel://a:0/mymaster
  error: the port has to be a number from 1 to 65535
redis+sentinel://a:1:2/mymaster
  error: the port has to be a number from 1 to 65535; if a password was cut off, put the save path in quotes in php.ini: PHP cuts an unquoted one at "=", ";" or "!"
redis+sentinel://a/mymaster?weight=2
  error: there is no parameter "weight" for sentinels
redis+sentinel://a/mymaster?sentinel_username=x
  error: a user name is given without a password
redis+sentinel://a/mymaster?sentinel_password=x&sentinel_password=y
  error: the parameter "sentinel_password" is given twice
redis+sentinel://a/mymaster?sentinel_password=se&cret
  error: an unknown parameter follows what may be a password (write "&" in it as %26, and in a URL "?" as %3F)
redis+sentinel://:secret@a/mymaster?auth=x
  error: the parameter "auth" is given twice
redis+sentinel://a/mymaster?tls=
  error: the parameter "tls" has to be 0 or 1
redis+sentinel://a/mymaster?tls=2
  error: the parameter "tls" has to be 0 or 1
redis+sentinel://a/mymaster?tls=1&tls=1
  error: the parameter "tls" is given twice
redis+sentinel://a/mymaster?seed[]=b:1
  error: unknown parameter (number 1); known here are auth, auth[], auth[user], auth[pass], database, timeout, read_timeout, prefix, persistent, persistent_id, binding, stream[...], sentinel_password, sentinel_username, sentinel_tls, tls, wait_replicas, wait_timeout
redis+cluster://
  error: the host is missing
redis+cluster://a/1
  error: a Redis Cluster has no databases (in a password, write "/" as %2F)
redis+cluster://a:x
  error: the port has to be a number from 1 to 65535; if a password was cut off, put the save path in quotes in php.ini: PHP cuts an unquoted one at "=", ";" or "!"
redis+cluster://a?database=0
  error: there is no parameter "database" for a Redis Cluster
redis+cluster://a?weight=1
  error: there is no parameter "weight" for a Redis Cluster
redis+cluster://a?failover=none
  error: there is no parameter "failover" for a Redis Cluster
seed[]=
  error: the host is missing
seed[]=a:x
  error: the port has to be a number from 1 to 65535
seed[]=a/1
  error: the host has a character that is not allowed in a host name
seed[]=redis://a
  error: the port has to be a number from 1 to 65535
seed=a:1
  error: only a Redis Cluster is written as parameters alone, and it needs a seed[]=host:port
seeds[]=a:1
  error: only a Redis Cluster is written as parameters alone, and it needs a seed[]=host:port
timeout=1&prefix=x
  error: only a Redis Cluster is written as parameters alone, and it needs a seed[]=host:port
seed[]=a&database=1
  error: there is no parameter "database" for a Redis Cluster
seed[]=a&failover=always
  error: the parameter "failover" has to be none, error or distribute
seed[]=a&timeout=-1
  error: the parameter "timeout" has to be a number of seconds, at most 86400
seed[]=a&auth=x&se=cret
  error: an unknown parameter follows what may be a password (write "&" in it as %26, and in a URL "?" as %3F)
seed[]=a:1,tcp://b:2
  error: the port has to be a number from 1 to 65535
tcp://host?auth=se,cret
  error: it names several servers, and each of them needs its scheme, as in tcp://a,tcp://b (in a password, write "," as %2C and a space as %20)
tcp://host?auth=se cret
  error: it names several servers, and each of them needs its scheme, as in tcp://a,tcp://b (in a password, write "," as %2C and a space as %20)
redis://a,b
  error: it names several servers, and each of them needs its scheme, as in tcp://a,tcp://b (in a password, write "," as %2C and a space as %20)
