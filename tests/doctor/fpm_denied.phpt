--TEST--
Doctor: a PHP-FPM that denies access, and a pool whose user cannot read the doctor
--SKIPIF--
<?php
require __DIR__ . '/skipif.inc';
skip_without_fpm();
skip_without('setpriv');
fileowner('/proc/self') === 0 || exit('skip PHP-FPM gives its workers another user only if it is started as root');
?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/doctor.inc';
require __DIR__ . '/../support/fpm.inc';

$tmp = temp_dir();
$doctor = __DIR__ . '/../../scripts/doctor';
/** @param list<string> $as a command that runs the doctor */
$show = function (string $label, array $pool, array $as = []) use ($tmp, &$doctor): void {
	$fpm = FpmServer::start('', ['session.save_handler' => 'files'], NOTHING_BOUND, $pool);
	$command = [...$as, PHP_BINARY, '-n', $doctor, '--fpm', $fpm->socket];
	$process = new Process($command, ['TMPDIR' => $tmp], Process::MERGED);
	$output = $process->output();
	preg_match('/^failure  (?:fpm|config).*/m', $output, $failure);
	echo "$label: exit ", $process->wait(), "\n", preg_replace('/doctor-\w{16}/', 'doctor-N', without_paths($failure[0] ?? $output)), "\n";
};
/* root without capabilities, to whom the mode of FPM's socket denies access. */
$show('denied', ['listen.mode' => '0000'], ['setpriv', '--bounding-set=-all']);
/* Only root may read the folder for temporary files. */
$show('unreadable', ['user' => 'nobody']);
chmod($tmp, 0711);
chmod(dirname($tmp), 0711);
umask(0077);
$show('readable, whatever the umask', ['user' => 'nobody']);
$show('in a chroot', ['user' => 'nobody', 'chroot' => dirname($tmp)]);
$doctor = write_files(['doctor.php' => preg_replace('/^#!.*\n/', '', file_get_contents($doctor))]) . '/doctor.php';
$show('in a chroot, as packages install it', ['user' => 'nobody', 'chroot' => dirname($tmp)]);
$show('beside a chroot', ['user' => 'nobody', 'chroot' => temp_dir()]);
?>
--EXPECT--
denied: exit 1
failure  fpm           DIR/fpm.sock: Cannot connect to PHP-FPM: Permission denied. Run the doctor as root, or as the user of listen.owner in the configuration of the pool.
unreadable: exit 1
failure  fpm           DIR/fpm.sock: PHP-FPM cannot run DIR/cfsession-doctor-N.php ("Primary script unknown"). Its pool's user must be able to read that file, and a chroot, another container, PrivateTmp of systemd or open_basedir must not hide it: with the variable TMPDIR, name a folder for it that the pool can read.
readable, whatever the umask: exit 1
failure  configuration session.save_handler is "files": sessions are not cfsession's. Nothing in the environment names a bound service. Bind a service that is named for sessions, or set session.save_handler and session.save_path.
in a chroot: exit 1
failure  configuration session.save_handler is "files": sessions are not cfsession's. Nothing in the environment names a bound service. Bind a service that is named for sessions, or set session.save_handler and session.save_path.
in a chroot, as packages install it: exit 1
failure  configuration session.save_handler is "files": sessions are not cfsession's. Nothing in the environment names a bound service. Bind a service that is named for sessions, or set session.save_handler and session.save_path.
beside a chroot: exit 1
failure  fpm           DIR/fpm.sock: PHP-FPM cannot run DIR/doctor.php ("Primary script unknown"). Its pool's user must be able to read that file, and a chroot, another container, PrivateTmp of systemd or open_basedir must not hide it: with the variable TMPDIR, name a folder for it that the pool can read.
