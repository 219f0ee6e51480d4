<?php

declare(strict_types=1);

/*
 * Your devices: a user who has signed in sees all devices that are signed in
 * under that name, and can log out one of them, the others, or all.
 *
 * A name is enough to sign in here. Put the check of a password, or your
 * provider's login, where sign_in() is called.
 */

/*
 * The names of devices. An application has a table for this: user, device, label.
 * Here it is a file. cfsession knows whether a device is still signed in.
 */
final class DeviceNames
{
	private string $file;

	public function __construct()
	{
		$this->file = getenv('DEVICES_FILE') ?: sys_get_temp_dir() . '/cfsession-devices-' . get_current_user() . '.json';
	}

	/** @return array<string, string> device => what its user calls it */
	public function of(string $user): array
	{
		$all = is_file($this->file) ? json_decode((string) file_get_contents($this->file), true) : [];
		return array_column($all[hash('sha256', $user)] ?? [], 'name', 'device');
	}

	public function add(string $user, string $device, string $name): void
	{
		$this->change($user, fn (array $known): array => [...$known, ['device' => $device, 'name' => $name, 'since' => time()]]);
	}

	/** Forgets all devices but these, and those that are just signing in. */
	public function keep(string $user, array $devices): void
	{
		$this->change($user, fn (array $known): array => array_values(array_filter($known,
			fn (array $entry): bool => $entry['since'] > time() - 60 || in_array($entry['device'], $devices, true))));
	}

	private function change(string $user, callable $change): void
	{
		$file = fopen($this->file, 'c+');
		flock($file, LOCK_EX);
		$all = json_decode((string) stream_get_contents($file), true) ?? [];
		$key = hash('sha256', $user);
		$all[$key] = $change($all[$key] ?? []);
		ftruncate($file, 0);
		rewind($file);
		fwrite($file, json_encode(array_filter($all), JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE));
		fclose($file);
	}
}

function escape(string $text): string
{
	return htmlspecialchars($text, ENT_QUOTES | ENT_SUBSTITUTE | ENT_HTML5, 'UTF-8');
}

/** A field of the form, without blanks around it and not too long; "" if it is missing. */
function field(string $name): string
{
	$text = $_POST[$name] ?? '';
	return is_string($text) ? trim(substr($text, 0, 100)) : '';
}

/** A device's first name, such as "Firefox on Linux". */
function name_of_browser(string $agent): string
{
	$find = function (array $names) use ($agent): ?string {
		foreach ($names as $part => $name) {
			if (str_contains($agent, $part)) {
				return $name;
			}
		}
		return null;
	};
	$browser = $find(['Edg/' => 'Edge', 'OPR/' => 'Opera', 'Firefox/' => 'Firefox', 'Chrome/' => 'Chrome', 'Safari/' => 'Safari']);
	$system = $find(['Android' => 'Android', 'iPhone' => 'iPhone', 'iPad' => 'iPad', 'Windows' => 'Windows', 'Mac OS' => 'Mac', 'Linux' => 'Linux']);
	return ($browser ?? 'Browser') . ($system === null ? '' : " on $system");
}

/** All sessions of the user share one tag; each also has a tag of its own, which can end it alone. */
function sign_in(string $user, string $name, DeviceNames $names): void
{
	// A new id, so that somebody who knows the old one is not signed in, too.
	session_regenerate_id(true);
	$_SESSION = ['user' => $user, 'device' => bin2hex(random_bytes(16)), 'form_token' => bin2hex(random_bytes(16))];
	cfsession_tag("user:$user");
	cfsession_tag("device:$_SESSION[device]");
	$names->add($user, $_SESSION['device'], $name === '' ? name_of_browser($_SERVER['HTTP_USER_AGENT'] ?? '') : $name);
}

/** @return list<array{device: string, name: string, expires: int, current: bool}> the devices that are signed in */
function devices(string $user, DeviceNames $names): array
{
	$devices = [];
	foreach ($names->of($user) as $device => $name) {
		foreach (cfsession_tagged("device:$device") as $expires) {
			$devices[] = ['device' => $device, 'name' => $name, 'expires' => $expires, 'current' => $device === $_SESSION['device']];
		}
	}
	usort($devices, fn (array $a, array $b): int => [$b['current'], $b['expires']] <=> [$a['current'], $a['expires']]);
	return $devices;
}

/** Does what the form asks for, and returns a message about it. */
function act(DeviceNames $names): string
{
	if (!isset($_SESSION['user'])) {
		field('user') === '' || sign_in(field('user'), field('name'), $names);
		return '';
	}
	$user = $_SESSION['user'];
	if (isset($_POST['others'])) {
		$count = cfsession_destroy_tagged("user:$user", except_current: true);
		return $count === 1 ? 'One other device is logged out.' : "$count other devices are logged out.";
	}
	if (isset($_POST['everywhere'])) {
		cfsession_destroy_tagged("user:$user"); // this session, too
		return '';
	}
	// Only a device of this user.
	$device = field('device');
	$name = $names->of($user)[$device] ?? null;
	if ($name === null || cfsession_destroy_tagged("device:$device") === 0) {
		return 'That device is not signed in any more.';
	}
	return "$name is logged out.";
}

/** "in 24 minutes" */
function from_now(int $time): string
{
	$minutes = max(1, intdiv($time - time() + 59, 60));
	[$count, $unit] = match (true) {
		$minutes < 120 => [$minutes, 'minute'],
		$minutes < 2880 => [intdiv($minutes, 60), 'hour'],
		default => [intdiv($minutes, 1440), 'day'],
	};
	return "in $count $unit" . ($count === 1 ? '' : 's');
}

// Strict mode refuses session IDs that an attacker made up; scripts cannot read
// the cookie, and forms on other sites do not send it.
if (!session_start(['use_strict_mode' => true, 'cookie_httponly' => true, 'cookie_samesite' => 'Lax'])) {
	http_response_code(503);
	exit("The sessions are out of reach at the moment.\n");
}
header("Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; frame-ancestors 'none'");
$_SESSION['form_token'] ??= bin2hex(random_bytes(16));
$names = new DeviceNames();

if ($_SERVER['REQUEST_METHOD'] === 'POST') {
	// Other sites do not know the token, so they cannot make a visitor log out, or log in as somebody else.
	if (!hash_equals($_SESSION['form_token'], field('form_token'))) {
		http_response_code(403);
		exit("This form is too old. Go back, reload the page and try again.\n");
	}
	$said = act($names);
	if (session_status() === PHP_SESSION_ACTIVE) {
		$_SESSION['said'] = $said;
	}
	// The redirect makes the next page safe to reload.
	header('Location: ./', true, 303);
	exit;
}

$user = $_SESSION['user'] ?? null;
$token = $_SESSION['form_token'];
$said = $_SESSION['said'] ?? '';
unset($_SESSION['said']);
$devices = $user === null ? [] : devices($user, $names);
$unnamed = $user === null ? 0 : count(cfsession_tagged("user:$user")) - count($devices);
$user === null || $names->keep($user, array_column($devices, 'device'));

// Releases the session, so that this visitor's next request need not wait while this one prints its page.
session_write_close();

?>
<!DOCTYPE html>
<html lang="en">
<head>
	<meta charset="utf-8">
	<meta name="viewport" content="width=device-width, initial-scale=1">
	<title><?= $user === null ? 'Sign in' : 'Your devices' ?></title>
	<link rel="icon" href="data:,">
	<style>
		:root {
			color-scheme: light dark;
			--page: #eef1f5; --card: #fff; --text: #1c2430; --muted: #566173;
			--line: #dde2ea; --accent: #2f5bd0; --on-accent: #fff; --danger: #b3261e;
		}
		@media (prefers-color-scheme: dark) {
			:root {
				--page: #12161d; --card: #1c222c; --text: #e8ecf3; --muted: #9ba7b9;
				--line: #303947; --accent: #8fb0ff; --on-accent: #10182b; --danger: #ffa39b;
			}
		}
		* { box-sizing: border-box; }
		body {
			display: grid; place-items: center; min-height: 100vh; margin: 0; padding: 1rem;
			background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif;
		}
		main {
			width: 100%; max-width: 34rem; padding: clamp(1.25rem, 6vw, 2rem); border-radius: 1rem;
			background: var(--card); border: 1px solid var(--line);
		}
		main.narrow { max-width: 24rem; }
		h1 { margin: 0 0 .25rem; font-size: 1.5rem; line-height: 1.3; }
		p { margin: 0 0 1rem; color: var(--muted); overflow-wrap: anywhere; }
		p[role=status] { padding: .5rem .75rem; border-left: 3px solid var(--accent); color: var(--text); }
		ul { margin: 1.25rem 0; padding: 0; list-style: none; border-bottom: 1px solid var(--line); }
		li {
			display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; justify-content: space-between;
			padding: .75rem 0; border-top: 1px solid var(--line);
		}
		li b { overflow-wrap: anywhere; }
		li small { display: block; color: var(--muted); }
		.current { color: var(--accent); font-weight: 600; }
		.actions { display: flex; flex-wrap: wrap; gap: .75rem; }
		.actions form { flex: 1; }
		.actions button { width: 100%; }
		label { display: block; margin: 0 0 1rem; font-weight: 600; }
		label small { font-weight: 400; color: var(--muted); }
		input:not([type=hidden]) {
			display: block; width: 100%; margin-top: .25rem; padding: .625rem .75rem; font: inherit; color: inherit;
			background: var(--page); border: 1px solid var(--muted); border-radius: .5rem;
		}
		button {
			padding: .625rem 1rem; border: 1px solid var(--accent); border-radius: .5rem; background: none;
			color: var(--accent); font: inherit; font-weight: 600; white-space: nowrap; cursor: pointer;
		}
		button.main { width: 100%; background: var(--accent); color: var(--on-accent); }
		button.danger { border-color: var(--danger); color: var(--danger); }
		button:focus-visible, input:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
	</style>
</head>
<body>
<?php if ($user === null): ?>
	<main class="narrow">
		<h1>Sign in</h1>
		<p>With any name: this is an example. Sign in with it in another browser, too.</p>
		<form method="post" action="./">
			<input type="hidden" name="form_token" value="<?= escape($token) ?>">
			<label>Your name <input name="user" required maxlength="100" autocomplete="username" autofocus></label>
			<label>This device <small>(optional)</small>
				<input name="name" maxlength="100" placeholder="<?= escape(name_of_browser($_SERVER['HTTP_USER_AGENT'] ?? '')) ?>"></label>
			<button class="main">Sign in</button>
		</form>
	</main>
<?php else: ?>
	<main>
		<h1>Your devices</h1>
		<p>Signed in as <?= escape($user) ?>.</p>
<?php if ($said !== ''): ?>
		<p role="status"><?= escape($said) ?></p>
<?php endif ?>
		<ul>
<?php foreach ($devices as ['device' => $device, 'name' => $name, 'expires' => $expires, 'current' => $current]): ?>
			<li>
				<div>
					<b><?= escape($name) ?></b>
					<small><?php if ($current): ?><span class="current">This device</span> · <?php endif ?>signed out <time datetime="<?= date('c', $expires) ?>"><?= from_now($expires) ?></time>, unless used</small>
				</div>
				<form method="post" action="./">
					<input type="hidden" name="form_token" value="<?= escape($token) ?>">
					<button name="device" value="<?= escape($device) ?>" aria-label="Log out <?= escape($name) ?>">Log out</button>
				</form>
			</li>
<?php endforeach ?>
<?php if ($unnamed > 0): ?>
			<li><small>And <?= $unnamed ?> more that <?= $unnamed === 1 ? 'has' : 'have' ?> no name here.</small></li>
<?php endif ?>
		</ul>
		<div class="actions">
			<form method="post" action="./">
				<input type="hidden" name="form_token" value="<?= escape($token) ?>">
				<button name="others">Log out the others</button>
			</form>
			<form method="post" action="./">
				<input type="hidden" name="form_token" value="<?= escape($token) ?>">
				<button name="everywhere" class="danger">Log out everywhere</button>
			</form>
		</div>
	</main>
<?php endif ?>
</body>
</html>
