--TEST--
phpinfo() and php --ri: no password of session.save_path is shown
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/client.inc';

const PASSWORD = 'tr0ub4dor-S3cr3t';
const INFO = 'ob_start(); phpinfo(INFO_MODULES); $info = ob_get_clean();
	preg_match("/^session\.save_path => .*/m", $info, $line) && print("$line[0]\n");
	preg_match("/^Servers => .*/m", $info, $line) && print("  $line[0]\n");
	preg_match("/^Error => .*/m", $info, $line) && print("  $line[0]\n");
	str_contains($info, "tr0ub") && print("  THE PASSWORD IS SHOWN\n");';

foreach ([
	'tcp://host?auth=%s',
	'tcp://host?auth[]=%s',
	'tcp://host?auth[]=user&auth[]=%s&database=3&prefix=app:&timeout=2&read_timeout=0.5&persistent=0&persistent_id=x',
	'tcp://host?auth%%5Bpass%%5D=%s',
	'redis://user:%s@[::1]:6380/2',
	'redis://:%s@host',
	'redis://%s@host',
	'unix:///run/redis.sock?auth=%s',
	/* not valid */
	'redis://user:%s@host:port',
	'tcp://host?auth=%s&databse=1',
	'tcp://host?aut=%s',
	'tcp://user:%s@host',
	'user:%s@host',
	'tls://host?auth=%s',
] as $path) {
	$path = sprintf($path, PASSWORD);
	echo str_replace(PASSWORD, 'PASSWORD', $path), "\n";
	echo Php::run(INFO, ['session.save_path' => $path]);
}

echo "\nAnother handler's is left as it is\n";
foreach (['3;0600;/tmp/a&b"<c>', ''] as $path) {
	echo Php::run(INFO, ['session.save_handler' => 'files', 'session.save_path' => $path]);
}

echo "\nThe value of php.ini, when a script has changed it\n";
echo Php::run('ini_set("session.save_path", "tcp://other?auth=tr0ub4dor-S3cr3t-too");' . INFO, ['session.save_path' => 'tcp://host?auth=' . PASSWORD]);

echo "\nA class of the user's that extends SessionHandler\n";
echo Php::run('session_set_save_handler(new SessionHandler());' . INFO, ['session.save_path' => 'tcp://host?auth=' . PASSWORD]);

echo "\nA script that has gone back to files\n";
echo Php::run('ini_set("session.save_handler", "files"); ini_set("session.save_path", "/tmp");' . INFO, ['session.save_path' => 'tcp://host?auth=' . PASSWORD]);
echo Php::run('ini_set("session.save_handler", "files");' . INFO, ['session.save_path' => 'tcp://host?auth=' . PASSWORD]);

echo "\nphp --ri\n";
foreach (['cfsession', 'session'] as $extension) {
	$process = new Process([PHP_BINARY, '-n', '-d', 'extension_dir=' . ini_get('extension_dir'), '-d', 'extension=cfsession',
		'-d', 'session.save_handler=cfsession', '-d', 'session.save_path="tcp://host?auth=' . PASSWORD . '"', '--ri', $extension]);
	$output = $process->output();
	preg_match('/^(Servers|session\.save_path) => .*/m', $output, $line);
	echo "  $line[0]\n", str_contains($output, PASSWORD) ? "  THE PASSWORD IS SHOWN\n" : '';
}
?>
--EXPECTF--
tcp://host?auth=PASSWORD
session.save_path => tcp://host:6379?auth=*** => tcp://host:6379?auth=***
  Servers => tcp://host:6379?auth=***
tcp://host?auth[]=PASSWORD
session.save_path => tcp://host:6379?auth=*** => tcp://host:6379?auth=***
  Servers => tcp://host:6379?auth=***
tcp://host?auth[]=user&auth[]=PASSWORD&database=3&prefix=app:&timeout=2&read_timeout=0.5&persistent=0&persistent_id=x
session.save_path => tcp://host:6379?auth[user]=user&auth[pass]=***&database=3&prefix=app:&timeout=2&read_timeout=0.5&persistent=0&persistent_id=x => tcp://host:6379?auth[user]=user&auth[pass]=***&database=3&prefix=app:&timeout=2&read_timeout=0.5&persistent=0&persistent_id=x
  Servers => tcp://host:6379?auth[user]=user&auth[pass]=***&database=3&prefix=app:&timeout=2&read_timeout=0.5&persistent=0&persistent_id=x
tcp://host?auth%5Bpass%5D=PASSWORD
session.save_path => tcp://host:6379?auth=*** => tcp://host:6379?auth=***
  Servers => tcp://host:6379?auth=***
redis://user:PASSWORD@[::1]:6380/2
session.save_path => tcp://[::1]:6380?auth[user]=user&auth[pass]=***&database=2 => tcp://[::1]:6380?auth[user]=user&auth[pass]=***&database=2
  Servers => tcp://[::1]:6380?auth[user]=user&auth[pass]=***&database=2
redis://:PASSWORD@host
session.save_path => tcp://host:6379?auth=*** => tcp://host:6379?auth=***
  Servers => tcp://host:6379?auth=***
redis://PASSWORD@host
session.save_path => tcp://host:6379?auth=*** => tcp://host:6379?auth=***
  Servers => tcp://host:6379?auth=***
unix:///run/redis.sock?auth=PASSWORD
session.save_path => unix:///run/redis.sock?auth=*** => unix:///run/redis.sock?auth=***
  Servers => unix:///run/redis.sock?auth=***
redis://user:PASSWORD@host:port
session.save_path => not shown, because of an error: the port has to be a number from 1 to 65535 => not shown, because of an error: the port has to be a number from 1 to 65535
  Error => the port has to be a number from 1 to 65535
tcp://host?auth=PASSWORD&databse=1
session.save_path => not shown, because of an error: an unknown parameter follows what may be a password (write "&" in it as %26, and in a URL "?" as %3F); did you mean "database"? => not shown, because of an error: an unknown parameter follows what may be a password (write "&" in it as %26, and in a URL "?" as %3F); did you mean "database"?
  Error => an unknown parameter follows what may be a password (write "&" in it as %26, and in a URL "?" as %3F); did you mean "database"?
tcp://host?aut=PASSWORD
session.save_path => not shown, because of an error: unknown parameter "aut": did you mean "auth"? => not shown, because of an error: unknown parameter "aut": did you mean "auth"?
  Error => unknown parameter "aut": did you mean "auth"?
tcp://user:PASSWORD@host
session.save_path => not shown, because of an error: tcp:// takes the password as ?auth=password; only redis:// takes it before the host => not shown, because of an error: tcp:// takes the password as ?auth=password; only redis:// takes it before the host
  Error => tcp:// takes the password as ?auth=password; only redis:// takes it before the host
user:PASSWORD@host
session.save_path => not shown, because of an error: the port has to be a number from 1 to 65535 => not shown, because of an error: the port has to be a number from 1 to 65535
  Error => the port has to be a number from 1 to 65535
tls://host?auth=PASSWORD
session.save_path => tls://host:6379?auth=*** => tls://host:6379?auth=***
  Servers => tls://host:6379?auth=***%A

Another handler's is left as it is
session.save_path => 3;0600;/tmp/a&b"<c> => 3;0600;/tmp/a&b"<c>
session.save_path => no value => no value

The value of php.ini, when a script has changed it
session.save_path => tcp://other:6379?auth=*** => tcp://host:6379?auth=***
  Servers => tcp://other:6379?auth=***

A class of the user's that extends SessionHandler
session.save_path => %s => %s

A script that has gone back to files
session.save_path => /tmp => %s
session.save_path => %s => %s

php --ri
  Servers => tcp://host:6379?auth=***
  session.save_path => tcp://host:6379?auth=*** => tcp://host:6379?auth=***
