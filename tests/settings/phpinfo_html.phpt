--TEST--
phpinfo() as HTML: no password is shown, and all text is escaped
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_cgi();
?>
--FILE--
<?php
require __DIR__ . '/../support/client.inc';

const PASSWORD = 'tr0ub4dor-S3cr3t';

function info(string $handler, string $path): void
{
	$script = temp_dir() . '/info.php';
	file_put_contents($script, '<?php phpinfo(INFO_MODULES);');
	$process = new Process([getenv('TEST_PHP_CGI_EXECUTABLE'), '-n', '-q', '-d', 'extension_dir=' . ini_get('extension_dir'),
		'-d', 'extension=cfsession', '-d', "session.save_handler=$handler", '-d', "session.save_path='$path'", $script],
		['REQUEST_METHOD' => null, 'REDIRECT_STATUS' => '1']);
	$html = $process->output();
	preg_match('~<tr><td class="e">session\.save_path</td>.*</tr>~', $html, $row);
	echo $row[0] ?? 'not there', "\n";
	preg_match('~<tr><td class="e">(Servers|Error) *</td>.*</tr>~', $html, $row) && print("  $row[0]\n");
	echo str_contains($html, PASSWORD) ? "THE PASSWORD IS SHOWN\n" : '';
}

info('cfsession', 'tcp://host?auth=' . PASSWORD);
info('cfsession', 'tcp://host?prefix=<b>&auth=' . PASSWORD);
info('cfsession', 'redis://us%3Cer:' . PASSWORD . '@host/1');
info('cfsession', 'tcp://host?<script>=1');
info('cfsession', '<script>://host');
info('cfsession', '');
info('files', '/tmp/<b>a&b');
info('files', '');
?>
--EXPECT--
<tr><td class="e">session.save_path</td><td class="v">tcp://host:6379?auth=***</td><td class="v">tcp://host:6379?auth=***</td></tr>
  <tr><td class="e">Servers </td><td class="v">tcp://host:6379?auth=*** </td></tr>
<tr><td class="e">session.save_path</td><td class="v">tcp://host:6379?auth=***&amp;prefix=&lt;b&gt;</td><td class="v">tcp://host:6379?auth=***&amp;prefix=&lt;b&gt;</td></tr>
  <tr><td class="e">Servers </td><td class="v">tcp://host:6379?auth=***&amp;prefix=&lt;b&gt; </td></tr>
<tr><td class="e">session.save_path</td><td class="v">tcp://host:6379?auth[user]=us&lt;er&amp;auth[pass]=***&amp;database=1</td><td class="v">tcp://host:6379?auth[user]=us&lt;er&amp;auth[pass]=***&amp;database=1</td></tr>
  <tr><td class="e">Servers </td><td class="v">tcp://host:6379?auth[user]=us&lt;er&amp;auth[pass]=***&amp;database=1 </td></tr>
<tr><td class="e">session.save_path</td><td class="v">not shown, because of an error: unknown parameter (number 1); known here are auth, auth[], auth[user], auth[pass], database, weight, timeout, read_timeout, prefix, persistent, persistent_id, binding, stream[...], wait_replicas, wait_timeout</td><td class="v">not shown, because of an error: unknown parameter (number 1); known here are auth, auth[], auth[user], auth[pass], database, weight, timeout, read_timeout, prefix, persistent, persistent_id, binding, stream[...], wait_replicas, wait_timeout</td></tr>
  <tr><td class="e">Error </td><td class="v">unknown parameter (number 1); known here are auth, auth[], auth[user], auth[pass], database, weight, timeout, read_timeout, prefix, persistent, persistent_id, binding, stream[...], wait_replicas, wait_timeout </td></tr>
<tr><td class="e">session.save_path</td><td class="v">not shown, because of an error: unknown scheme before &quot;://&quot;; known are tcp, redis, valkey, unix, tls, ssl, rediss, valkeys, redis+sentinel, rediss+sentinel, redis+cluster, rediss+cluster, memcached</td><td class="v">not shown, because of an error: unknown scheme before &quot;://&quot;; known are tcp, redis, valkey, unix, tls, ssl, rediss, valkeys, redis+sentinel, rediss+sentinel, redis+cluster, rediss+cluster, memcached</td></tr>
  <tr><td class="e">Error </td><td class="v">unknown scheme before &quot;://&quot;; known are tcp, redis, valkey, unix, tls, ssl, rediss, valkeys, redis+sentinel, rediss+sentinel, redis+cluster, rediss+cluster, memcached </td></tr>
<tr><td class="e">session.save_path</td><td class="v"><i>no value</i></td><td class="v"><i>no value</i></td></tr>
  <tr><td class="e">Error </td><td class="v">session.save_path is not set: write a server into it, as in session.save_path = &quot;tcp://127.0.0.1:6379&quot;, or bind a Redis or Memcached service (nothing in the environment names a bound service) </td></tr>
<tr><td class="e">session.save_path</td><td class="v">/tmp/&lt;b&gt;a&amp;b</td><td class="v">/tmp/&lt;b&gt;a&amp;b</td></tr>
<tr><td class="e">session.save_path</td><td class="v"><i>no value</i></td><td class="v"><i>no value</i></td></tr>
