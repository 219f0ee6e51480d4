--TEST--
Redis: no malformed reply counts as a successful tag, a listed session, or a destroyed one
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/attempt.inc';

const OK = "+OK\r\n"; /* to CLIENT SETNAME */
const NOTHING = "\$-1\r\n";
const NONE = "*0\r\n";
const MEMBERS = "*2\r\n\$2\r\na1\r\n\$1\r\n1\r\n";
const IDS = "*1\r\n\$2\r\na1\r\n";
const SCAN = "*2\r\n\$1\r\n0\r\n" . MEMBERS;

/** Calls $ask with a server that answers so, and again if it failed: on a new connection, unless the reply was an error. */
function ask(string $label, callable $ask, string ...$replies): void
{
	$server = ScriptedServer::start([[OK, ...$replies], [['close']]]);
	ini_set('session.save_path', $server->savePath());
	try {
		$answer = $ask();
		echo "  $label: ", json_encode($answer), "\n";
		return;
	} catch (RuntimeException $thrown) {
		echo "  $label: ", preg_replace('/127\.0\.0\.1:\d+/', 'HOST:PORT', $thrown->getMessage()), "\n";
	}
	$before = count($server->commands());
	try {
		$ask();
	} catch (RuntimeException) {
	}
	$used = array_column(array_slice($server->commands(), $before), 0);
	$used && ($label === 'an error' || $used[0] > 0) || print("    and the connection is used again\n");
}

configure('', ['cfsession.retry_interval' => '0', 'cfsession.timeout' => '0.3']);
$others = ['nothing' => NOTHING, 'a status' => OK, 'a number' => ":7\r\n", 'a text' => "\$2\r\na1\r\n", 'a list' => IDS,
	'an error' => "-WRONGTYPE Operation\r\n"];

echo "list: where the set goes on\n";
$list = fn () => array_map(fn ($expires) => $expires - time() > 1e9 ? 'never' : 'some time', cfsession_tagged('alice'));
foreach ($others + ['an empty list' => NONE, 'three' => "*3\r\n\$1\r\n0\r\n*0\r\n*0\r\n", 'a number and a list' => "*2\r\n:0\r\n*0\r\n",
	'a text and nothing' => "*2\r\n\$1\r\n0\r\n\$-1\r\n", 'no id' => "*2\r\n\$1\r\n0\r\n*2\r\n:1\r\n\$1\r\n1\r\n"] as $label => $reply) {
	ask($label, $list, $reply);
}
echo "list: how long a session lives\n";
foreach (array_diff_key($others, ['a number' => 0]) as $label => $reply) {
	ask($label, $list, SCAN, $reply, NONE);
}
ask('for ever', $list, SCAN, ":-1\r\n", NONE, ":1\r\n");
ask('longer than there is time', $list, SCAN, ":9223372036854775807\r\n", NONE, ":1\r\n");
echo "list: what the set was told\n";
foreach (array_diff_key($others, ['a list' => 0]) as $label => $reply) {
	ask($label, $list, SCAN, ":5000\r\n", $reply);
}

$destroy = fn () => cfsession_destroy_tagged('alice');
echo "destroy: how many are condemned\n";
foreach (array_diff_key($others, ['a number' => 0]) as $label => $reply) {
	ask($label, $destroy, $reply);
}
echo "destroy: who is condemned\n";
foreach (array_diff_key($others, ['a list' => 0]) as $label => $reply) {
	ask($label, $destroy, ":0\r\n", $reply);
}
echo "destroy: the end of one\n";
foreach (array_diff_key($others, ['a number' => 0]) as $label => $reply) {
	ask($label, $destroy, ":0\r\n", IDS, $reply);
}
echo "destroy: taken out of the set\n";
foreach (array_diff_key($others, ['a number' => 0]) as $label => $reply) {
	ask($label, $destroy, ":0\r\n", IDS, ":1\r\n", $reply);
}
ask('a number', $destroy, ":0\r\n", IDS, ":1\r\n", ":1\r\n");

echo "tag: the set, the session's tags, their lifetime\n";
/** Tags a session with a server that gives some other answers. */
function tag(string $label, array $others): void
{
	$server = ScriptedServer::start([[OK, ":1\r\n", NOTHING,
		...array_replace([":1\r\n", ":1\r\n", ":1\r\n", ":1\r\n", "*1\r\n\$64\r\n" . hash('sha256', 'alice') . "\r\n"], $others)]]);
	ini_set('session.save_path', $server->savePath());
	foreach (warnings(function (): void {
		session_id('s');
		session_start();
		$_SESSION['n'] = 1;
		cfsession_tag('alice');
		session_write_close();
	}) as $message) {
		echo "  $label: ", preg_replace('/127\.0\.0\.1:\d+/', 'HOST:PORT', $message), "\n";
	}
}
foreach ([0, 1, 2] as $place) {
	foreach (array_diff_key($others, ['a number' => 0]) as $label => $reply) {
		tag($label, [$place => $reply]);
	}
}
echo "tag: which ones it has\n";
foreach (array_diff_key($others, ['a list' => 0]) + ['others' => IDS, 'numbers' => "*1\r\n:1\r\n", 'no digits' => "*1\r\n\$64\r\n" . str_repeat('g', 64) . "\r\n",
	'17' => "*17\r\n" . str_repeat("\$64\r\n" . str_repeat('0', 64) . "\r\n", 17)] as $label => $reply) {
	tag($label, [4 => $reply]);
}
echo "tag: there is no room, and it is taken out of the set\n";
foreach ($others as $label => $reply) {
	tag($label, [1 => ":0\r\n", 4 => NONE, 5 => $reply]);
}
?>
--EXPECT--
list: where the set goes on
  nothing: cfsession: cannot list the sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  a status: cfsession: cannot list the sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  a number: cfsession: cannot list the sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  a text: cfsession: cannot list the sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  a list: cfsession: cannot list the sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  an error: cfsession: cannot list the sessions of the tag: the server at HOST:PORT said "WRONGTYPE Operation"; what is stored at PHPREDIS_SESSION:_TAG:..., or behind a session's id at ..._TAGS, is not cfsession's: delete it, or choose a cfsession.prefix that no other application uses
  an empty list: cfsession: cannot list the sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  three: cfsession: cannot list the sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  a number and a list: cfsession: cannot list the sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  a text and nothing: cfsession: cannot list the sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  no id: []
list: how long a session lives
  nothing: cfsession: cannot list the sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  a status: cfsession: cannot list the sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  a text: cfsession: cannot list the sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  a list: cfsession: cannot list the sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  an error: cfsession: cannot list the sessions of the tag: the server at HOST:PORT said "WRONGTYPE Operation"; what is stored at PHPREDIS_SESSION:_TAG:..., or behind a session's id at ..._TAGS, is not cfsession's: delete it, or choose a cfsession.prefix that no other application uses
  for ever: {"a1":"never"}
  longer than there is time: {"a1":"never"}
list: what the set was told
  nothing: cfsession: cannot list the sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  a status: cfsession: cannot list the sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  a number: cfsession: cannot list the sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  a text: cfsession: cannot list the sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  an error: cfsession: cannot list the sessions of the tag: the server at HOST:PORT said "WRONGTYPE Operation"; what is stored at PHPREDIS_SESSION:_TAG:..., or behind a session's id at ..._TAGS, is not cfsession's: delete it, or choose a cfsession.prefix that no other application uses
destroy: how many are condemned
  nothing: cfsession: cannot destroy all sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  a status: cfsession: cannot destroy all sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  a text: cfsession: cannot destroy all sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  a list: cfsession: cannot destroy all sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  an error: cfsession: cannot destroy all sessions of the tag: the server at HOST:PORT said "WRONGTYPE Operation"; what is stored at PHPREDIS_SESSION:_TAG:..., or behind a session's id at ..._TAGS, is not cfsession's: delete it, or choose a cfsession.prefix that no other application uses
destroy: who is condemned
  nothing: cfsession: cannot destroy all sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  a status: cfsession: cannot destroy all sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  a number: cfsession: cannot destroy all sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  a text: cfsession: cannot destroy all sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  an error: cfsession: cannot destroy all sessions of the tag: the server at HOST:PORT said "WRONGTYPE Operation"; what is stored at PHPREDIS_SESSION:_TAG:..., or behind a session's id at ..._TAGS, is not cfsession's: delete it, or choose a cfsession.prefix that no other application uses
destroy: the end of one
  nothing: cfsession: cannot destroy all sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  a status: cfsession: cannot destroy all sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  a text: cfsession: cannot destroy all sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  a list: cfsession: cannot destroy all sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  an error: cfsession: cannot destroy all sessions of the tag: the server at HOST:PORT said "WRONGTYPE Operation"; what is stored at PHPREDIS_SESSION:_TAG:..., or behind a session's id at ..._TAGS, is not cfsession's: delete it, or choose a cfsession.prefix that no other application uses
destroy: taken out of the set
  nothing: cfsession: cannot destroy all sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  a status: cfsession: cannot destroy all sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  a text: cfsession: cannot destroy all sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  a list: cfsession: cannot destroy all sessions of the tag: the server at HOST:PORT sent a reply that does not match the request
  an error: cfsession: cannot destroy all sessions of the tag: the server at HOST:PORT said "WRONGTYPE Operation"; what is stored at PHPREDIS_SESSION:_TAG:..., or behind a session's id at ..._TAGS, is not cfsession's: delete it, or choose a cfsession.prefix that no other application uses
  a number: 1
tag: the set, the session's tags, their lifetime
  nothing: session_write_close(): cfsession: cannot tag the session: the server at HOST:PORT sent a reply that does not match the request
  a status: session_write_close(): cfsession: cannot tag the session: the server at HOST:PORT sent a reply that does not match the request
  a text: session_write_close(): cfsession: cannot tag the session: the server at HOST:PORT sent a reply that does not match the request
  a list: session_write_close(): cfsession: cannot tag the session: the server at HOST:PORT sent a reply that does not match the request
  an error: session_write_close(): cfsession: cannot tag the session: the server at HOST:PORT said "WRONGTYPE Operation"; what is stored at PHPREDIS_SESSION:_TAG:..., or behind a session's id at ..._TAGS, is not cfsession's: delete it, or choose a cfsession.prefix that no other application uses
  nothing: session_write_close(): cfsession: cannot tag the session: the server at HOST:PORT sent a reply that does not match the request
  a status: session_write_close(): cfsession: cannot tag the session: the server at HOST:PORT sent a reply that does not match the request
  a text: session_write_close(): cfsession: cannot tag the session: the server at HOST:PORT sent a reply that does not match the request
  a list: session_write_close(): cfsession: cannot tag the session: the server at HOST:PORT sent a reply that does not match the request
  an error: session_write_close(): cfsession: cannot tag the session: the server at HOST:PORT said "WRONGTYPE Operation"; what is stored at PHPREDIS_SESSION:_TAG:..., or behind a session's id at ..._TAGS, is not cfsession's: delete it, or choose a cfsession.prefix that no other application uses
  nothing: session_write_close(): cfsession: cannot tag the session: the server at HOST:PORT sent a reply that does not match the request
  a status: session_write_close(): cfsession: cannot tag the session: the server at HOST:PORT sent a reply that does not match the request
  a text: session_write_close(): cfsession: cannot tag the session: the server at HOST:PORT sent a reply that does not match the request
  a list: session_write_close(): cfsession: cannot tag the session: the server at HOST:PORT sent a reply that does not match the request
  an error: session_write_close(): cfsession: cannot tag the session: the server at HOST:PORT said "WRONGTYPE Operation"; what is stored at PHPREDIS_SESSION:_TAG:..., or behind a session's id at ..._TAGS, is not cfsession's: delete it, or choose a cfsession.prefix that no other application uses
tag: which ones it has
  nothing: session_write_close(): cfsession: cannot tag the session: the server at HOST:PORT sent a reply that does not match the request
  a status: session_write_close(): cfsession: cannot tag the session: the server at HOST:PORT sent a reply that does not match the request
  a number: session_write_close(): cfsession: cannot tag the session: the server at HOST:PORT sent a reply that does not match the request
  a text: session_write_close(): cfsession: cannot tag the session: the server at HOST:PORT sent a reply that does not match the request
  an error: session_write_close(): cfsession: cannot tag the session: the server at HOST:PORT said "WRONGTYPE Operation"; what is stored at PHPREDIS_SESSION:_TAG:..., or behind a session's id at ..._TAGS, is not cfsession's: delete it, or choose a cfsession.prefix that no other application uses
  others: session_write_close(): cfsession: cannot tag the session: its tags cannot be read; what is stored at PHPREDIS_SESSION:_TAG:..., or behind a session's id at ..._TAGS, is not cfsession's: delete it, or choose a cfsession.prefix that no other application uses
  numbers: session_write_close(): cfsession: cannot tag the session: its tags cannot be read; what is stored at PHPREDIS_SESSION:_TAG:..., or behind a session's id at ..._TAGS, is not cfsession's: delete it, or choose a cfsession.prefix that no other application uses
  no digits: session_write_close(): cfsession: cannot tag the session: its tags cannot be read; what is stored at PHPREDIS_SESSION:_TAG:..., or behind a session's id at ..._TAGS, is not cfsession's: delete it, or choose a cfsession.prefix that no other application uses
  17: session_write_close(): cfsession: cannot tag the session: it has more than 16 tags
tag: there is no room, and it is taken out of the set
  nothing: session_write_close(): cfsession: cannot tag the session: it can have at most 16 tags, and is still listed under one that it did not get: the server at HOST:PORT sent a reply that does not match the request
  a status: session_write_close(): cfsession: cannot tag the session: it can have at most 16 tags, and is still listed under one that it did not get: the server at HOST:PORT sent a reply that does not match the request
  a number: session_write_close(): cfsession: cannot tag the session: it can have at most 16 tags, and keeps those that it has
  a text: session_write_close(): cfsession: cannot tag the session: it can have at most 16 tags, and is still listed under one that it did not get: the server at HOST:PORT sent a reply that does not match the request
  a list: session_write_close(): cfsession: cannot tag the session: it can have at most 16 tags, and is still listed under one that it did not get: the server at HOST:PORT sent a reply that does not match the request
  an error: session_write_close(): cfsession: cannot tag the session: it can have at most 16 tags, and is still listed under one that it did not get: the server at HOST:PORT said "WRONGTYPE Operation"; what is stored at PHPREDIS_SESSION:_TAG:..., or behind a session's id at ..._TAGS, is not cfsession's: delete it, or choose a cfsession.prefix that no other application uses
