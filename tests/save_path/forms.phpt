--TEST--
session.save_path: all forms
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/parse.inc';

show_meanings([
	'tcp://redis.example.com',
	'tcp://redis.example.com:6380',
	'TCP://Redis.Example.com:6380/',
	'tcp://10.1.2.3:1',
	'tcp://my_host-1.local:65535',
	'tcp://[::1]',
	'tcp://[2001:db8::7]:6380?database=1',
	'redis://[fe80::1%eth0]:6380/2',
	'  tcp://host:6380 ',
	"\n\ttcp://host:6380\r\n",
	'tcp://host?',
	'tcp://host?&',
	'tcp://host?auth=secret',
	'tcp://host?auth=',
	'tcp://host?auth[]=secret',
	'tcp://host?auth[]=user&auth[]=secret',
	'tcp://host?auth[0]=user&auth[1]=secret',
	'tcp://host?auth[user]=user&auth[pass]=secret',
	'tcp://host?auth%5Buser%5D=us%65r&auth%5Bpass%5D=secret',
	'tcp://host?auth[user]=&auth[pass]=secret',
	'tcp://host?auth[user]=&auth[pass]=',
	'tcp://host?database=0',
	'tcp://host?database=15&weight=3&timeout=2.5&read_timeout=0.5&persistent=1&persistent_id=x&prefix=app:',
	'tcp://host?timeout=0&read_timeout=0',
	'tcp://host?prefix=a+b%20c%2B',
	'tcp://host?prefix=',
	'tcp://host?prefix=' . str_repeat('p', 128),
	'redis://host',
	'redis://host:6380/3',
	'redis://user:secret@host:6380/3?prefix=app:',
	'redis://user:se:cret@host',
	'redis://user:se@cret@host',
	'redis://:secret@host',
	'redis://secret@host',
	'redis://:@host',
	'redis://@host',
	'redis://us%40er:%73ecret@host',
	'valkey://user:secret@host/1',
	'unix:///var/run/redis.sock',
	'unix:/var/run/redis.sock?auth=secret&database=2',
	'unix:///var/run/my%20redis.sock',
	'unix:///' . str_repeat('x', 106),
]);
?>
--EXPECT--
tcp://redis.example.com
  redis.example.com port 6379
tcp://redis.example.com:6380
  redis.example.com port 6380
TCP://Redis.Example.com:6380/
  Redis.Example.com port 6380
tcp://10.1.2.3:1
  10.1.2.3 port 1
tcp://my_host-1.local:65535
  my_host-1.local port 65535
tcp://[::1]
  ::1 port 6379
tcp://[2001:db8::7]:6380?database=1
  2001:db8::7 port 6380, database 1
redis://[fe80::1%eth0]:6380/2
  fe80::1%eth0 port 6380, database 2
  tcp://host:6380 
  host port 6380
\n\ttcp://host:6380\r\n
  host port 6380
tcp://host?
  host port 6379
tcp://host?&
  host port 6379
tcp://host?auth=secret
  host port 6379, password
tcp://host?auth=
  host port 6379
tcp://host?auth[]=secret
  host port 6379, password
tcp://host?auth[]=user&auth[]=secret
  host port 6379, user user, password
tcp://host?auth[0]=user&auth[1]=secret
  host port 6379, user user, password
tcp://host?auth[user]=user&auth[pass]=secret
  host port 6379, user user, password
tcp://host?auth%5Buser%5D=us%65r&auth%5Bpass%5D=secret
  host port 6379, user user, password
tcp://host?auth[user]=&auth[pass]=secret
  host port 6379, password
tcp://host?auth[user]=&auth[pass]=
  host port 6379
tcp://host?database=0
  host port 6379
tcp://host?database=15&weight=3&timeout=...101 bytes
  host port 6379, database 15, weight 3, prefix app:
tcp://host?timeout=0&read_timeout=0
  host port 6379
tcp://host?prefix=a+b%20c%2B
  host port 6379, prefix a b c+
tcp://host?prefix=
  host port 6379, prefix 
tcp://host?prefix=pppppppppppppppppppppp...146 bytes
  host port 6379, prefix pppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp
redis://host
  host port 6379
redis://host:6380/3
  host port 6380, database 3
redis://user:secret@host:6380/3?prefix=app:
  host port 6380, user user, password, database 3, prefix app:
redis://user:se:cret@host
  host port 6379, user user, password
redis://user:se@cret@host
  host port 6379, user user, password
redis://:secret@host
  host port 6379, password
redis://secret@host
  host port 6379, password
redis://:@host
  host port 6379
redis://@host
  host port 6379
redis://us%40er:%73ecret@host
  host port 6379, user us@er, password
valkey://user:secret@host/1
  host port 6379, user user, password, database 1
unix:///var/run/redis.sock
  socket /var/run/redis.sock
unix:/var/run/redis.sock?auth=secret&database=2
  socket /var/run/redis.sock, password, database 2
unix:///var/run/my%20redis.sock
  socket /var/run/my redis.sock
unix:///xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...114 bytes
  socket /xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
