--TEST--
Settings: dl() of the extension is refused with advice, and PHP ends normally
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
function_exists('dl') or exit('skip no dl()');
?>
--FILE--
<?php
require __DIR__ . '/../support/client.inc';

/* PHP ends the request if a module does not start, but runs shutdown functions first. */
$code = <<<'PHP'
	register_shutdown_function(function (): void {
		echo "at the end\n";
		function_exists('cfsession_status') && print(cfsession_status()['backend'] ?? "no sessions\n");
		ob_start();
		phpinfo(INFO_MODULES);
		ob_end_clean();
		try {
			echo session_module_name('cfsession'), "\n";
		} catch (ValueError $error) {
			echo $error->getMessage(), "\n";
		}
		session_save_path(sys_get_temp_dir());
		echo ini_get('session.save_handler'), "\n";
	});
	dl('cfsession.so');
	echo "not reached\n";
	PHP;
$process = Php::start($code, ['extension' => [], 'session.save_handler' => 'files', 'enable_dl' => '1']);
$process->closeInput();
echo preg_replace(['/^\s*\n/m', '/ in (Unknown|\S+) on line \d+/'], '', $process->output());
echo 'exit code ', $process->wait(), "\n";
?>
--EXPECT--
Warning: cfsession cannot be loaded with dl(), because ext/session keeps its save handlers until PHP ends; write extension=cfsession.so in php.ini
Fatal error: Unable to start cfsession module
at the end
no sessions
Warning: session_module_name(): Session handler module "cfsession" cannot be found
files
exit code 255