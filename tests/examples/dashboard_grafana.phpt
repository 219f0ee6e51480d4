--TEST--
The dashboard for Grafana: the panels are complete, and query all metrics of the page, and no others, in valid PromQL
--SKIPIF--
<?php
require __DIR__ . '/../support/skipif.inc';
skip_without_backend('redis');
skip_without(redis_program());
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. scripts/check-grafana checks it by Grafana's types. */
require __DIR__ . '/../support/redis.inc';
require __DIR__ . '/prometheus.inc';

$dashboard = json_decode(file_get_contents(example('dashboard/grafana.json')), true, flags: JSON_THROW_ON_ERROR);

echo "-- the whole\n";
$types = ['uid' => 'string', 'title' => 'string', 'description' => 'string', 'schemaVersion' => 'integer', 'tags' => 'array', 'panels' => 'array',
	'templating' => 'array', 'time' => 'array', 'refresh' => 'string', 'links' => 'array', 'annotations' => 'array', '__requires' => 'array', '__inputs' => 'array'];
foreach ($types as $name => $type) {
	gettype($dashboard[$name] ?? null) === $type || print("$name is not of type $type\n");
}
echo 'id: ', json_encode($dashboard['id']), "\n"; /* Grafana assigns the id. */
echo 'variables: ', implode(', ', array_map(fn ($variable) => "$variable[type] $variable[name]", $dashboard['templating']['list'])), "\n";
$required = array_column(array_filter($dashboard['__requires'], fn ($required) => $required['type'] === 'panel'), 'id');
$used = array_values(array_diff(array_unique(array_column($dashboard['panels'], 'type')), ['row']));
sort($required);
sort($used);
echo 'kinds of panels: ', implode(' ', $used), $used === $required ? '' : ', and it requires ' . implode(' ', $required), "\n";

echo "-- the panels\n";
$redis = RedisServer::start(['maxmemory' => '100mb']);
$metrics = labels_of_metrics(dashboard(['session.save_path' => $redis->savePath()], 'metrics'));
$source = ['type' => 'prometheus', 'uid' => '${datasource}'];
$ids = $cells = $queries = [];
foreach ($dashboard['panels'] as $panel) {
	$name = "$panel[type] \"$panel[title]\"";
	in_array($panel['id'], $ids, true) && print("$name has the id of another\n");
	$ids[] = $panel['id'];
	['x' => $x, 'y' => $y, 'w' => $w, 'h' => $h] = $panel['gridPos'];
	$x + $w <= 24 && $w > 0 && $h > 0 || print("$name is not within the 24 columns\n");
	for ($cell = 0; $cell < $w * $h; $cell++) {
		$at = $x + $cell % $w . ',' . $y + intdiv($cell, $w);
		isset($cells[$at]) && print("$name covers $cells[$at]\n");
		$cells[$at] = $name;
	}
	if ($panel['type'] === 'row') {
		continue;
	}
	$panel['description'] !== '' && $panel['datasource'] === $source && $panel['targets'] || print("$name lacks something\n");
	['thresholds' => $thresholds] = $defaults = $panel['fieldConfig']['defaults'];
	in_array($panel['type'], ['table', 'state-timeline'], true) || is_string($defaults['unit'] ?? null) || print("$name has no unit\n");
	$limits = array_column($thresholds['steps'], 'value');
	$sorted = $limits;
	sort($sorted);
	/* The first applies to values below the others. */
	$limits === $sorted && $limits[0] === null && $thresholds['mode'] === 'absolute' || print("$name has thresholds out of order\n");
	array_unique(array_column($panel['targets'], 'refId')) === array_column($panel['targets'], 'refId') || print("$name has two queries of one name\n");
	foreach ($panel['targets'] as $target) {
		$target['datasource'] === $source || print("$name asks another source\n");
		check_query($name, $target['expr'], $metrics, $target['legendFormat'] ?? '');
		$queries[] = $target['expr'];
	}
}
echo count($queries) > 20 ? 'all' : count($queries), "\n";
echo 'variables that are not there: ', implode(' ', preg_grep('/\$(?!instance|__rate_interval)/', $queries)), "\n";
echo 'metrics that it does not show: ', implode(' ', array_filter(array_keys($metrics), fn ($metric) => !preg_match("/\b$metric\b/", implode(' ', $queries)))), "\n";

echo "-- the queries\n";
$rules = "groups:\n- name: panels\n  rules:\n";
foreach ($queries as $query) {
	$rules .= '  - {record: panel, expr: ' . json_encode(strtr($query, ['$instance' => '.+', '$__rate_interval' => '5m']), JSON_UNESCAPED_SLASHES) . ', labels: {n: "' . md5($query) . "\"}}\n";
}
if (find_program('promtool') !== null) {
	$process = new Process(['promtool', 'check', 'rules', write_files(['rules.yml' => $rules]) . '/rules.yml'], ['LD_PRELOAD' => null], Process::MERGED);
	$output = $process->output();
	$process->wait() === 0 || print(without_paths($output));
}
echo "are understood\n";
?>
--EXPECT--
-- the whole
id: null
variables: datasource datasource, query instance
kinds of panels: stat state-timeline table timeseries
-- the panels
all
variables that are not there: 
metrics that it does not show: 
-- the queries
are understood
