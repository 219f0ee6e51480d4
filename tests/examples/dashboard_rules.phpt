--TEST--
promtool accepts the dashboard's metrics, rules and README configuration; and each alert leads to a page
--SKIPIF--
<?php
require __DIR__ . '/../support/skipif.inc';
skip_without_backend('redis');
skip_without(redis_program());
skip_without_promtool();
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/redis.inc';
require __DIR__ . '/../docs/anchors.inc';
require __DIR__ . '/../docs/blocks.inc';
require __DIR__ . '/prometheus.inc';

/** promtool's output without folder names; "well" if it finds no error. */
function promtool(string ...$arguments): string
{
	$process = new Process(['promtool', ...$arguments], ['LD_PRELOAD' => null], Process::MERGED);
	$process->closeInput();
	$output = $process->output();
	return $process->wait() === 0 ? 'well' : without_paths($output);
}

$redis = RedisServer::start(['maxmemory' => '100mb']);
$text = dashboard(['session.save_path' => $redis->savePath()], 'metrics');
$check = new Process(['promtool', 'check', 'metrics'], ['LD_PRELOAD' => null], Process::MERGED);
$check->writeLine(rtrim($text));
$check->closeInput();
echo 'metrics: ', $check->output(), $check->wait() === 0 ? 'well' : '', "\n";

$folder = example('dashboard');
echo 'rules: ', promtool('check', 'rules', "$folder/rules.yml"), "\n";
echo 'tests: ', promtool('test', 'rules', "$folder/rules_test.yml"), "\n";
[$configuration] = array_values(array_filter(blocks('README.md', file_get_contents("$folder/README.md")), fn ($block) => $block->language === 'yaml'));
$copy = write_files(['prometheus.yml' => $configuration->text, 'rules.yml' => file_get_contents("$folder/rules.yml")]);
echo 'configuration: ', promtool('check', 'config', "$copy/prometheus.yml"), "\n";

echo "-- the alerts\n";
$metrics = labels_with_records(labels_of_metrics($text));
$headings = anchors(file_get_contents(dirname(__DIR__, 2) . '/docs/troubleshooting.md'));
$tests = file_get_contents("$folder/rules_test.yml");
$count = 0;
foreach (rules() as $name => $rule) {
	check_query($name, $rule['expr'], $metrics, $rule['text']);
	if ($rule['kind'] === 'record') {
		continue;
	}
	$count++;
	preg_match('/ description: >-\n((?: {12}.*\n)+)/', $rule['text'], $description);
	preg_match('~docs/troubleshooting\.md#([\w-]+)~', $description[1] ?? '', $link);
	in_array($link[1] ?? '', $headings, true) || print("$name leads nowhere\n");
	preg_match('/ summary: \S/', $rule['text']) || print("$name has no summary\n");
	preg_match('/\bseverity: (critical|warning)\b/', $rule['text']) || print("$name has no severity\n");
	preg_match_all("/ alertname: $name\n +eval_time: .*\n( +exp_alerts:)?/", $tests, $tested);
	in_array('', $tested[1], true) && array_filter($tested[1]) || print("$name is not tested both ways\n");
}
echo $count > 10 ? 'all' : $count, "\n";

echo "-- their limits are the doctor's\n";
$doctor = file_get_contents(dirname(__DIR__, 2) . '/scripts/doctor');
foreach ([['LATENCY_MS = \[.*, (\d+)\]', 'SessionServerSlow', 1000], ['MEMORY_PERCENT = \[.*, (\d+)\]', 'SessionServerEvictsSoon', 100],
	['MEMORY_PERCENT = \[.*, (\d+)\]', 'SessionServerFullSoon', 100], ['CLOCK_SECONDS = (\d+)', 'SessionServerClock', 1]] as [$constant, $alert, $scale]) {
	preg_match("/const $constant/", $doctor, $limit);
	preg_match('/>= ([\d.]+)/', rules()[$alert]['expr'], $of_alert);
	echo "$alert: ", $of_alert[1] * $scale, $limit[1] == $of_alert[1] * $scale ? '' : ", the doctor's is $limit[1]", "\n";
}
?>
--EXPECT--
metrics: well
rules: well
tests: well
configuration: well
-- the alerts
all
-- their limits are the doctor's
SessionServerSlow: 50
SessionServerEvictsSoon: 95
SessionServerFullSoon: 95
SessionServerClock: 5
