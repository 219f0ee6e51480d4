--TEST--
The check of the documentation's blocks finds errors in each kind of block
--SKIPIF--
<?php
require __DIR__ . '/../support/skipif.inc';
skip_without_backend('redis');
skip_without_backend('memcached');
skip_without(redis_program(), 'redis-cli', 'bash');
?>
--FILE--
<?php
require __DIR__ . '/blocks.inc';

/** Prints whether the check finds an error in the blocks, and the line of the first. */
function check(string $what, string $text): void
{
	foreach (blocks('page', $text) as $block) {
		$complaint = complaint($block);
		echo "$what, line $block->line: ", $complaint === null ? 'fine' : preg_replace(['~\S*/(?=block)~', '/\n.*/s'], ['', ''], $complaint), "\n";
	}
}

function block(string $language, string $text, string $mark = ''): string
{
	return "Before\n\n" . ($mark === '' ? '' : "<!-- $mark -->\n") . "```$language\n$text\n```\n\nAfter\n";
}

check('no language', block('', 'x'));
check('another language', block('cobol', 'x'));
check('another mark', block('php', '$a = 1;', 'ran'));
check('unchecked', block('php', 'nonsense nonsense', 'unchecked: an example of nonsense'));
check('text', block('text', '$ nonsense'));

check('ini', block('ini', "extension = cfsession.so\nsession.save_handler = cfsession\nsession.save_path = \"tcp://h?auth=p\"\ncfsession.lock_wait = 3"));
check('ini, a bad value', block('ini', 'cfsession.lock_wait = long'));
check('ini, no such setting', block('ini', 'cfsession.lock_weight = 3'));
check('ini, no save path', block('ini', "session.save_handler = cfsession\nsession.save_path = \"tcp://h?auht=p\""));
check('ini, no quotes', block('ini', "session.save_handler = cfsession\nsession.save_path = tcp://h?auth=p"));
check('ini, no ini', block('ini', 'session.save_path = "tcp://h'));
check('ini of a pool', block('ini', "[www]\npm = dynamic\nphp_admin_value[cfsession.lock_wait] = 3"));
check('ini of a pool, bad', block('ini', "[www]\nphp_admin_value[cfsession.lock_wait] = long"));

check('php', block('php', 'session_start();'));
check('php, bad', block('php', 'session_start(;'));
check('php that runs', block('php', "session_id('a');\nsession_start();\n\$_SESSION['a'] = 1;", 'run'));
check('php that does not', block('php', 'session_begin();', 'run'));

check('sh', block('sh', "# a comment\nscripts/doctor --json | cat"));
check('sh, bad', block('sh', "if true; then"));
check('sh, a prompt', block('sh', '$ scripts/doctor'));
check('sh, no such script', block('bash', 'sudo scripts/dokter'));
check('sh that runs', block('sh', 'redis-cli get PHPREDIS_SESSION:a | grep "a|i:1"', 'run'));
check('sh that does not', block('sh', 'redis-cli get PHPREDIS_SESSION:a | grep -q "a|i:2"', 'run'));

check('json', block('json', '{"a": [1]}'));
check('json, bad', block('json', '{"a": [1]'));
check('yaml', block('yaml', "a:\n  - b: 1"));
check('yaml, bad', block('yaml', "a:\n\t- b: 1"));
check('in a list', "- item\n\n  ```php\n  echo <<<X\n    a\n  X;\n  ```\n- item\n\n  ```\n  x\n  ```\n");
?>
--EXPECTREGEX--
no language, line 4: it names no language
another language, line 4: nobody knows how to check cobol
another mark, line 5: nobody knows the mark ran
unchecked, line 5: fine
text, line 4: fine
ini, line 4: fine
ini, a bad value, line 4: .*cfsession\.lock_wait has to be .*
ini, no such setting, line 4: there is no setting cfsession\.lock_weight
ini, no save path, line 4: .*unknown parameter.*
ini, no quotes, line 4: .*syntax error.*
ini, no ini, line 4: .*syntax error.*
ini of a pool, line 4: fine
ini of a pool, bad, line 4: .*cfsession\.lock_wait has to be .*
php, line 4: fine
php, bad, line 4: .*syntax error.*
php that runs, line 5: fine
php that does not, line 5: .*undefined function session_begin.*
sh, line 4: fine
sh, bad, line 4: block\.sh: line 2: syntax error: unexpected end of file( from `if' command on line 1)?
sh, a prompt, line 4: it has a prompt, and cannot be copied
sh, no such script, line 4: there is no scripts\/dokter
sh that runs, line 5: fine
sh that does not, line 5: it ends with 1
json, line 4: fine
json, bad, line 4: Syntax error
yaml, line 4: fine
yaml, bad, line 4: a line begins with a tab
in a list, line 4: fine
in a list, line 11: it names no language
