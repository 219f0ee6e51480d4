<?php
/*
 * A request keeps its session open for a minute and a half, with default settings, while others want the session all
 * the time: it keeps its lock and writes, and then so does each of the others.
 *
 * php hold.php redis|memcached [SECONDS [WAITERS]]
 *
 * A request that has waited for cfsession.lock_wait in vain is told who holds the lock, and tries again.
 */

declare(strict_types=1);

require __DIR__ . '/../support/client.inc';
require __DIR__ . '/common.inc';

/* Seconds until all waiters have had the session, on a busy machine. */
const TIME_LIMIT = 60;

const HOLDER = <<<'PHP'
	session_id('s');
	session_start();
	say('open');
	for ($end = hrtime(true) + SECONDS * 1e9; hrtime(true) < $end;) {
		usleep((int) max(1, ($end - hrtime(true)) / 1e3));
	}
	$_SESSION['log'][] = 'holder';
	say(json_encode(['written' => session_write_close()] + cfsession_status()['counters']));
	PHP;

const WAITER = <<<'PHP'
	set_error_handler(function (int $level, string $message) use (&$warning): bool {
		$warning .= $message;
		return true;
	});
	$refused = $other = [];
	$longest = 0.0;
	do {
		/* PHP forgets it when a session does not start. */
		session_id('s');
		$warning = '';
		$began = hrtime(true);
		$has = session_start();
		$longest = max($longest, (hrtime(true) - $began) / 1e9);
		if (!$has && preg_match('/another request \(process HOLDER on \S+, for (\d+) s\) holds the lock/', $warning, $found)) {
			$refused[] = (int) $found[1];
		} elseif (!$has) {
			$other[] = $warning;
		}
	} while (!$has && count($other) < 5);
	$_SESSION['log'][] = getmypid();
	$written = session_write_close() && $warning === '';
	say(json_encode(['written' => $written, 'refused' => $refused, 'other' => $other, 'longest' => $longest]));
	PHP;

/** Watches the lock until then; returns how often it looked, and any other locks that it saw. */
function watch(SoakStore $store, float $until): array
{
	$lock = $store->locks(['s'])['s'] ?? null;
	$looks = 0;
	$changes = $lock === null ? ['no lock'] : [];
	for (; now() < $until; usleep(50000)) {
		$is = $store->locks(['s'])['s'] ?? 'nothing';
		$looks++;
		if ($is !== $lock) {
			$changes[] = $is;
			$lock = $is;
		}
	}
	return [$looks, $changes];
}

/** A request's report, with the warnings printed before it. */
function report(Process $request): array
{
	$said = '';
	do {
		$line = $request->readLine(TIME_LIMIT);
		$said .= "$line\n";
	} while (!is_array($report = json_decode($line, true)));
	return $report + ['said' => trim(substr($said, 0, -strlen("$line\n")))];
}

function hold(string $backend, float $seconds, int $count): bool
{
	$store = soak_store($backend);
	$ini = ['session.save_path' => $store->savePath(), 'session.serialize_handler' => 'php_serialize'];
	$began = now();
	$holder = Php::start(str_replace('SECONDS', (string) $seconds, HOLDER), $ini);
	$holder->readLine();
	$waiters = [];
	for ($i = 0; $i < $count; $i++) {
		$waiters[] = Php::start(str_replace('HOLDER', (string) $holder->pid, WAITER), $ini);
	}
	[$looks, $changes] = watch($store, $began + $seconds - 1);
	$held = report($holder);
	$released = now();
	$reports = array_map(report(...), $waiters);
	$after = now() - $released;
	$log = unserialize($store->sessions()['s'])['log'];
	$pids = array_map(fn ($waiter) => $waiter->pid, $waiters);
	sort($pids);
	$others = array_slice($log, 1);
	sort($others);
	$refused = array_merge(...array_column($reports, 'refused'));
	$other = array_merge(...array_column($reports, 'other'));
	return verdict("hold $backend", sprintf(
		'held for %.1f s against %d others, %d looks at the lock, %d renewals; %d times another gave up, told who has it (since %d s at most),'
		. ' after at most %.1f s; the others had it within %.2f s of its end; %d writes in the session',
		$released - $began, $count, $looks, $held['lock_renewals'], count($refused), $refused ? max($refused) : 0,
		max(array_column($reports, 'longest')), $after, count($log),
	), [
		"the holder has not written: $held[said]" => $held['written'] && $held['lost_locks'] === 0 && ($log[0] ?? null) === 'holder',
		'the lock did not stay the same: ' . implode(', ', $changes) => $changes === [],
		/* A renewal is due every third of the lease of 5 s. */
		'it was not renewed as often as it should' => $held['lock_renewals'] >= ($seconds - 5) / 2,
		'not each of the others has written once' => $others === $pids && !in_array(false, array_column($reports, 'written'), true),
		'another was told something else: ' . ($other[0] ?? '') => $other === [],
		'another was not told in time' => max(array_column($reports, 'longest')) < 10 + 5,
		'keys are left' => $store->besides(false) === [],
	]);
}

[, $backend, $seconds, $waiters] = $argv + [2 => '90', 3 => '20'];
exit((int) !hold($backend, (float) $seconds, (int) $waiters));
