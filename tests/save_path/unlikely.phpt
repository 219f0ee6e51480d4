--TEST--
session.save_path: unlikely input, found by fuzzers and reviewers
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/parse.inc';

echo "Blanks between commas\n";
show_meanings([
	'memcached://user:secret@ ?prefix=x',
	'memcached://user:secret@host, ,',
	'memcached:// , ',
	'memcached://user:secret@one two',
]);

echo "\nA password is no user name\n";
show_meanings([
	'tcp://host?auth=secret&auth[]=other',
	'tcp://host?auth[pass]=secret&auth[]=other',
	'tcp://host?auth=secret&auth[0]=other',
	'redis://:secret@host?auth[]=other',
	'redis://:secret@host?auth[1]=other',
	'tcp://host?auth[]=one&auth=two',
	'tcp://host?auth[]=user&auth[1]=secret',
	'tcp://host?auth[1]=secret&auth[0]=user',
]);

echo "\nHosts\n";
show_meanings([
	'tcp://[host]',
	'tcp://[h%26]',
	'tcp://[1.2.3.4]:6379',
	'memcached://[host]',
	'tcp://' . str_repeat('h', 256) . ':6379',
]);
?>
--EXPECT--
Blanks between commas
memcached://user:secret@ ?prefix=x
  error: the host is missing
memcached://user:secret@host, ,
  host port 11211, user user, password, prefix memc.sess.key.
memcached:// , 
  error: the host is missing
memcached://user:secret@one two
  one port 11211, user user, password, prefix memc.sess.key. and more

A password is no user name
tcp://host?auth=secret&auth[]=other
  error: the parameter "auth[]" is given twice
tcp://host?auth[pass]=secret&auth[]=other
  error: the parameter "auth[]" is given twice
tcp://host?auth=secret&auth[0]=other
  error: the parameter "auth[0]" is given twice
redis://:secret@host?auth[]=other
  error: the parameter "auth[]" is given twice
redis://:secret@host?auth[1]=other
  error: the parameter "auth[1]" is given twice
tcp://host?auth[]=one&auth=two
  error: the parameter "auth" is given twice
tcp://host?auth[]=user&auth[1]=secret
  host port 6379, user user, password
tcp://host?auth[1]=secret&auth[0]=user
  host port 6379, user user, password

Hosts
tcp://[host]
  error: what is between "[" and "]" has to be an IPv6 address
tcp://[h%26]
  error: what is between "[" and "]" has to be an IPv6 address
tcp://[1.2.3.4]:6379
  error: what is between "[" and "]" has to be an IPv6 address
memcached://[host]
  error: what is between "[" and "]" has to be an IPv6 address
tcp://hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh...267 bytes
  error: the host has more than 255 bytes
