--TEST--
Redis: tags: the reply gets lost after the server has done the request
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../support/store_redis.inc';
require __DIR__ . '/../support/tags.inc';
require __DIR__ . '/../support/proxy.inc';

configure($store->savePath());

/** Cuts a process' connection once $done shows that the server has executed the request, before the reply arrives. */
function lose_reply(string $label, string $code, callable $done, array $ini = []): void
{
	global $store;

	$store->server->flush();
	sign_in('a1', 'alice');
	sign_in('b2', 'alice');
	$proxy = Proxy::to($store->server->port);
	$process = Php::start('session_id("a1"); session_start(); session_write_close(); session_start(); say("ready"); hear(); '
		. $code . ' say("done"); echo cfsession_status()["counters"]["retries"], " retries\n";',
		['session.save_path' => $proxy->savePath(), 'cfsession.timeout' => 10] + $ini);
	$process->readLine();
	$proxy->delay(0.4);
	$process->writeLine('');
	wait_until(fn () => $done($store), what: $label);
	$proxy->cut();
	$proxy->delay(0);
	$said = strtr(plain($process->output()), ["\n" => ' ']);
	$listed = array_map(fn ($id) => strlen((string) $id) === 32 ? 'NEW' : $id, array_keys(tagged('alice')));
	sort($listed);
	echo "$label: ", $said, '; stored ', json_encode(sessions($store)), ', listed ',
		json_encode($listed), "\n";
}

$isTagged = fn ($tag) => fn ($store) => set_of($store, $tag, 'ZCARD') > 0;
$moved = fn ($store) => set_of($store, 'alice', 'ZSCORE', 'a1') === null;
foreach (['1', '0'] as $lock) {
	$ini = ['cfsession.lock' => $lock];
	echo "lock=$lock\n";
	lose_reply('tag, changed', '$_SESSION["n"] = 1; cfsession_tag("more"); session_write_close(); echo count(cfsession_tagged("more"));', $isTagged('more'), $ini);
	lose_reply('tag, unchanged', 'cfsession_tag("more"); session_write_close(); echo count(cfsession_tagged("more"));', $isTagged('more'), $ini);
	lose_reply('new id, lost when the old one is deleted', 'session_regenerate_id(true); session_write_close();',
		fn ($store) => $store->value('a1') === null, $ini);
	lose_reply('new id, lost when the tag moves', 'session_regenerate_id(true); session_write_close();', $moved, $ini);
	lose_reply('new id beside the old one, lost when the tag moves', 'session_regenerate_id(); session_write_close();',
		fn ($store) => set_of($store, 'alice', 'ZCARD') === 3, $ini);
	lose_reply('destroy, lost when they are condemned', 'echo cfsession_destroy_tagged("alice", true);',
		fn ($store) => (float) set_of($store, 'alice', 'ZSCORE', 'b2') < 0, $ini);
	lose_reply('destroy, lost when they are destroyed', 'echo cfsession_destroy_tagged("alice", true);',
		fn ($store) => $store->value('b2') === null, $ini);
}
?>
--EXPECT--
lock=1
tag, changed: 1done 1 retries ; stored ["a1","b2"], listed ["a1","b2"]
tag, unchanged: 1done 1 retries ; stored ["a1","b2"], listed ["a1","b2"]
new id, lost when the old one is deleted: done 1 retries ; stored ["NEW","b2"], listed ["NEW","b2"]
new id, lost when the tag moves: done 1 retries ; stored ["NEW","b2"], listed ["NEW","b2"]
new id beside the old one, lost when the tag moves: done 1 retries ; stored ["NEW","a1","b2"], listed ["NEW","a1","b2"]
destroy, lost when they are condemned: 1done 1 retries ; stored ["a1"], listed ["a1"]
destroy, lost when they are destroyed: 1done 1 retries ; stored ["a1"], listed ["a1"]
lock=0
tag, changed: 1done 1 retries ; stored ["a1","b2"], listed ["a1","b2"]
tag, unchanged: 1done 1 retries ; stored ["a1","b2"], listed ["a1","b2"]
new id, lost when the old one is deleted: done 1 retries ; stored ["NEW","b2"], listed ["NEW","b2"]
new id, lost when the tag moves: done 1 retries ; stored ["NEW","b2"], listed ["NEW","b2"]
new id beside the old one, lost when the tag moves: done 1 retries ; stored ["NEW","a1","b2"], listed ["NEW","a1","b2"]
destroy, lost when they are condemned: 1done 1 retries ; stored ["a1"], listed ["a1"]
destroy, lost when they are destroyed: 1done 1 retries ; stored ["a1"], listed ["a1"]
