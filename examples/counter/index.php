<?php

declare(strict_types=1);

/*
 * Counts your visits in the session, and tells which instance of the
 * application has answered. With cfsession, all instances share the sessions.
 * The code needs nothing special: it uses sessions as any PHP page does.
 */

function escape(string $text): string
{
	return htmlspecialchars($text, ENT_QUOTES | ENT_SUBSTITUTE | ENT_HTML5, 'UTF-8');
}

/** Where the sessions are: the name of the backend and, if known, its servers. */
function backend(): array
{
	$status = function_exists('cfsession_status') ? cfsession_status() : [];
	if (!isset($status['backend'])) {
		return [ini_get('session.save_handler'), []];
	}
	$address = fn (array $server): string => $server['host'] . ':' . $server['port'];
	return [$status['backend'], array_map($address, $status['servers'])];
}

// Strict mode refuses session IDs that an attacker made up; scripts cannot read
// the cookie, and forms on other sites do not send it.
$started = session_start([
	'use_strict_mode' => true,
	'cookie_httponly' => true,
	'cookie_samesite' => 'Lax',
]);
if (!$started) {
	http_response_code(503);
	exit("The sessions are out of reach at the moment.\n");
}

// A POST, because links and prefetching browsers send only GETs. The redirect
// makes the next page safe to reload.
if (isset($_POST['start-over'])) {
	$_SESSION = [];
	session_destroy();
	setcookie(session_name(), '', ['expires' => 1, 'path' => '/']);
	header('Location: ./', true, 303);
	exit;
}

$_SESSION['count'] = ($_SESSION['count'] ?? 0) + 1;

$count = $_SESSION['count'];
$instance = getenv('INSTANCE') ?: gethostname();
$session = substr(session_id(), 0, 6) . '…'; // the whole ID is a secret
[$backend, $servers] = backend();

// Releases the session, so that this visitor's next request need not wait while
// this one prints its page.
session_write_close();

if (($_GET['format'] ?? '') === 'text' || ($_SERVER['HTTP_ACCEPT'] ?? '') === 'text/plain') {
	header('Content-Type: text/plain; charset=utf-8');
	exit("count=$count instance=$instance session=$session backend=$backend\n");
}

$names = ['files' => 'PHP’s files', 'redis' => 'Redis'];
$store = $names[$backend] ?? $backend;

?>
<!DOCTYPE html>
<html lang="en">
<head>
	<meta charset="utf-8">
	<meta name="viewport" content="width=device-width, initial-scale=1">
	<title>Visit <?= $count ?></title>
	<link rel="icon" href="data:,">
	<style>
		:root {
			color-scheme: light dark;
			--page: #eef1f5; --card: #fff; --text: #1c2430; --muted: #566173;
			--line: #dde2ea; --accent: #2f5bd0; --on-accent: #fff;
		}
		@media (prefers-color-scheme: dark) {
			:root {
				--page: #12161d; --card: #1c222c; --text: #e8ecf3; --muted: #9ba7b9;
				--line: #303947; --accent: #8fb0ff; --on-accent: #10182b;
			}
		}
		* { box-sizing: border-box; }
		body {
			display: grid; place-items: center; min-height: 100vh; margin: 0; padding: 1rem;
			background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif;
		}
		main {
			width: 100%; max-width: 26rem; padding: clamp(1.25rem, 6vw, 2rem); border-radius: 1rem;
			background: var(--card); border: 1px solid var(--line);
		}
		h1 { margin: 0; font-size: 1.125rem; font-weight: 500; color: var(--muted); text-align: center; }
		h1 b {
			display: block; font-size: 5rem; line-height: 1.2; color: var(--text);
			font-variant-numeric: tabular-nums;
		}
		dl { display: grid; grid-template-columns: auto 1fr; margin: 1.5rem 0; }
		dt, dd { margin: 0; padding: .5rem 0; border-top: 1px solid var(--line); }
		dt { padding-right: 1rem; color: var(--muted); }
		dd { text-align: right; overflow-wrap: anywhere; font-weight: 600; }
		small { font-weight: 400; white-space: nowrap; }
		.actions { display: flex; flex-wrap: wrap; gap: .75rem; }
		form { flex: 1; }
		button {
			width: 100%; padding: .75rem 1rem; border: 1px solid var(--accent); border-radius: .5rem;
			background: none; color: var(--accent); font: inherit; font-weight: 600;
			white-space: nowrap; cursor: pointer;
		}
		button.main { background: var(--accent); color: var(--on-accent); }
		button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
	</style>
</head>
<body>
	<main>
		<h1>Visit <b><?= $count ?></b></h1>
		<dl>
			<dt>Answered by</dt>
			<dd><?= escape($instance) ?></dd>
			<dt>Session</dt>
			<dd><?= escape($session) ?></dd>
			<dt>Kept in</dt>
			<dd><?= escape($store) ?> <small><?= escape(implode(' ', $servers)) ?></small></dd>
		</dl>
		<div class="actions">
			<form method="get" action="./"><button class="main">Visit again</button></form>
			<form method="post" action="./"><button name="start-over">Start over</button></form>
		</div>
	</main>
</body>
</html>
