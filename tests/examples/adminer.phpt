--TEST--
Adminer in a real browser, on two instances: a login or logout at one applies to both
--SKIPIF--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/skipif.inc';
require __DIR__ . '/examples.inc';
skip_without_backend('memcached');
skip_without('memcached');
skip_without_browser();
skip_without_packages('sqlite3', '/usr/share/adminer/adminer.php');
?>
--FILE--
<?php
require __DIR__ . '/../support/browser.inc';
require __DIR__ . '/../support/memcached.inc';
require __DIR__ . '/examples.inc';

const PASSWORD = 'S3cr3t';

$memcached = MemcachedServer::start();
/* Adminer counts failed logins in a file in this directory. */
$ini = debian_php('sqlite3') + ['upload_tmp_dir' => temp_dir()];
[$first, $second] = instances('adminer', $memcached->savePath(), $ini, ['ADMINER_PASSWORD' => PASSWORD]);
$database = temp_dir() . '/wares.db';
$browser = Browser::start();

function log_in(Browser $browser, string $user, string $database, string $password): void
{
	foreach (['username' => $user, 'password' => $password, 'db' => $database] as $field => $text) {
		$browser->type("input[name='auth[$field]']", $text);
	}
	$browser->click('form input[type=submit]');
}

function show_page(string $what, Browser $browser): void
{
	echo "$what: ", $browser->has("input[name='auth[password]']") ? 'has to log in' : 'is logged in',
		$browser->has('.error, .message') ? ', ' . $browser->text('.error, .message') : '', "\n";
}

file_put_contents($database, '');
$browser->open($first->url() . '?sqlite=');
show_page('the first', $browser);
log_in($browser, 'somebody', $database, 'guessed');
show_page('with another password', $browser);
log_in($browser, 'somebody', $database, PASSWORD);
show_page('with the password', $browser);
$page = '?' . http_build_query(['sqlite' => '', 'username' => 'somebody', 'db' => $database]);
$browser->open($second->url() . $page);
show_page('the second', $browser);
$browser->click('#logout');
show_page('logged out there', $browser);
$browser->open($first->url() . $page);
show_page('the first', $browser);
?>
--EXPECT--
the first: has to log in
with another password: has to log in, Database does not support password.
with the password: is logged in, No tables.
the second: is logged in, No tables.
logged out there: has to log in, Logout successful. Thanks for using Adminer, consider donating.
the first: has to log in
