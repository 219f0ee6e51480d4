<?php

declare(strict_types=1);

/*
 * A page that uses Laravel's session component with the driver PhpSessionHandler.php. Log in with POST user=NAME to
 * /login. It does itself what StartSession does in Laravel (cookie, start, save).
 */

use Illuminate\Session\Store;

// This is Debian's php-illuminate-session; with Composer, require vendor/autoload.php.
require_once 'Illuminate/Session/autoload.php';
require_once __DIR__ . '/PhpSessionHandler.php';

/** What to print; null: the home page has more to say. */
function respond(Store $session): ?string
{
	switch ($_SERVER['REQUEST_METHOD'] . ' ' . parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH)) {
		case 'GET /':
			$lines = ['count ' . $session->increment('count'), 'user ' . $session->get('user', '-')];
			$session->has('notice') && $lines[] = $session->get('notice');
			return implode(', ', $lines) . "\n";
		case 'POST /login':
			// A new id, so that somebody who knows the old one is not logged in, too.
			$session->migrate(true);
			$session->put('user', $_POST['user']);
			$session->flash('notice', 'Hello!');
			return null;
		case 'POST /logout':
			$session->invalidate();
			return null;
		default:
			http_response_code(404);
			return "There is no such page.\n";
	}
}

// In Laravel: Session::extend('php', fn () => new PhpSessionHandler()); and SESSION_DRIVER=php.
$session = new Store('laravel_session', new PhpSessionHandler(), $_COOKIE['laravel_session'] ?? null);
$session->start();
$page = respond($session);
$session->save();
setcookie($session->getName(), $session->getId(), ['path' => '/', 'httponly' => true, 'samesite' => 'Lax']);
if ($page === null) {
	header('Location: /', true, 303);
} else {
	header('Content-Type: text/plain');
	echo $page;
}
