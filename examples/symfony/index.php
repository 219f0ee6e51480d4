<?php

declare(strict_types=1);

/*
 * A page on Symfony's HttpFoundation: the session of its framework with `handler_id: null`, which is PHP's own,
 * and so cfsession's. In strict mode, with lazy writes and flash messages; log in with POST user=NAME to /login.
 */

use Symfony\Component\HttpFoundation\RedirectResponse;
use Symfony\Component\HttpFoundation\Request;
use Symfony\Component\HttpFoundation\Response;
use Symfony\Component\HttpFoundation\Session\Session;
use Symfony\Component\HttpFoundation\Session\Storage\NativeSessionStorage;

// Debian's php-symfony-http-foundation; with Composer it is vendor/autoload.php.
require_once 'Symfony/Component/HttpFoundation/autoload.php';

function respond(Request $request, Session $session): Response
{
	switch ($request->getMethod() . ' ' . $request->getPathInfo()) {
		case 'GET /':
			$session->set('count', $session->get('count', 0) + 1);
			$lines = ['count ' . $session->get('count'), 'user ' . $session->get('user', '-'), ...$session->getFlashBag()->get('notice')];
			return new Response(implode(', ', $lines) . "\n", 200, ['Content-Type' => 'text/plain']);
		case 'POST /login':
			// Another id, so that nobody who knew the old one is logged in, too.
			$session->migrate(true);
			$session->set('user', $request->request->get('user'));
			$session->getFlashBag()->add('notice', 'Hello!');
			return new RedirectResponse('/', 303);
		case 'POST /logout':
			$session->invalidate();
			return new RedirectResponse('/', 303);
		default:
			return new Response("There is no such page.\n", 404, ['Content-Type' => 'text/plain']);
	}
}

// Without a handler, SessionHandlerProxy and StrictSessionHandler stand around PHP's SessionHandler.
$session = new Session(new NativeSessionStorage(['cookie_httponly' => true, 'cookie_samesite' => 'lax']));
$session->start();
$request = Request::createFromGlobals();
$request->setSession($session);
$response = respond($request, $session);
$session->save();
$response->prepare($request)->send();
