--TEST--
Sentinel: sessions, locks and waiting work as with one server
--SKIPIF--
<?php require __DIR__ . '/skipif.inc'; ?>
--FILE--
<?php
/* Too many processes for valgrind: the sanitizers cover this. */
require __DIR__ . '/../support/redis_store.inc';
require __DIR__ . '/../support/sentinel.inc';
require __DIR__ . '/../support/bodies.inc';

$store = new RedisStore(RedisSentinels::start());
run_bodies($store, [
	'values', 'lock_token', 'lock_wait', 'lock_waiters', 'lock_wait_ends', 'lock_expires', 'lock_expires_unchanged',
	'foreign_lock', 'killed_holder', 'killed_waiter', 'no_resurrection', 'destroyed_and_remade', 'late_logout', 'destroy', 'regenerate',
	'strict_mode', 'strict_mode_waiter', 'concurrent_updates', 'read_and_close', 'lazy_write', 'lifetime', 'unlocked',
	'several_sessions', 'reset', 'fork_idle', 'invalid_ids', 'web_server',
]);
?>
--EXPECT--
== values
all bytes stored as they are: true
all bytes come back: true
5 MB stored as they are: true
5 MB come back: true
no session: null
an empty session: ""
comes back: []
== lock_token
lifetime: true
lifetime: true
lifetime: true
tokens: ["cfsession:32 digits/this host/this process/now","cfsession:32 digits/this host/this process/now","cfsession:32 digits/this host/this process/now"]
all different: true
by default: 5
with max_execution_time=90: 5
with lock_ttl=60: 5
with lock_ttl=3: 3
with lock_lease=1: 1
== lock_wait
goes on after: less than 0.5 s
1 wait, counted as long
stored: n|i:2;
left behind: []
== lock_waiters
write: {"done":8}
  in time: true
  stored: n|i:8;
  left behind: []
no change: {"done":8}
  in time: true
  stored: n|i:0;
  left behind: []
abort: {"done":8}
  in time: true
  stored: n|i:0;
  left behind: []
regenerate_id: {"done":8}
  in time: true
  stored: n|i:0;
  left behind: []
destroy: {"done":8}
  in time: true
  stored: null
  left behind: []
== lock_wait_ends
lock_wait: 0.3
Warning: session_start(): cfsession: cannot read the session: another request (HOLDER) holds the lock PHPREDIS_SESSION:..._LOCK at HOST:PORT and did not release it within 300 ms (cfsession.lock_wait); if that request has died, the lock expires in N. Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait
Warning: session_start(): Failed to read session data: cfsession (path: redis+sentinel://HOST:PORT/mymaster)
started: false
in time: true
status: none
same lock: true
left behind beside it: []
lock_wait: 0
Warning: session_start(): cfsession: cannot read the session: another request (HOLDER) holds the lock PHPREDIS_SESSION:..._LOCK at HOST:PORT and did not release it within 0 ms (cfsession.lock_wait); if that request has died, the lock expires in N. Have slow requests call session_write_close() first, read with read_and_close, or raise cfsession.lock_wait
Warning: session_start(): Failed to read session data: cfsession (path: redis+sentinel://HOST:PORT/mymaster)
started: false
in time: true
status: none
same lock: true
left behind beside it: []
the holder writes: no warning
stored: n|i:1;
left behind: []
== lock_expires
the next one gets it: true
Warning: session_write_close(): cfsession: cannot write the session: its lock was lost before this request had finished: the process was stopped or could not reach the server for longer than cfsession.lock_lease, or held the lock for longer than cfsession.lock_ttl, or another request wrote the session without a lock; nothing was written
Warning: session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (redis+sentinel://HOST:PORT/mymaster)
lost locks: 1
stored: null
lock of the next one: held
the next one writes: no warning
stored: by|s:4:"next";
left behind: []
== lock_expires_unchanged
unchanged
  lock of the next one: held
  the next one writes: no warning
  stored: n|i:10;
  left behind: []
session_abort()
  lock of the next one: held
  the next one writes: no warning
  stored: n|i:10;
  left behind: []
session_reset(), then a change
  lock of the next one: held
  the next one writes: no warning
  stored: n|i:11;
  left behind: []
== foreign_lock
lock of another handler, lifetime in ms: 60000
  still locked by it: web-1|4711
  goes on after: less than 0.5 s
  read: {"n":2}
  left behind: []
lock of another handler, lifetime in ms: null
  still locked by it: web-1|4711
  goes on after: less than 0.5 s
  read: {"n":2}
  left behind: []
one that is never released:
  session_start(): cfsession: cannot read the session: another request holds the lock PHPREDIS_SESSION:..._LOCK at HOST:PORT and did not release it within 200 ms (cfsession.lock_wait); it never expires: if the program that took it is gone, delete the key with redis-cli DEL (the dots stand for the rest of the session id)
  session_start(): Failed to read session data: cfsession (path: redis+sentinel://HOST:PORT/mymaster)
started: false
the lock is still its own: web-1|4711
after it was deleted: {"n":2}
== killed_holder
cfsession.lock_lease=1, session.use_strict_mode=0
  locked: true
  not before the lock has expired: true
  soon after it has: true
  stored: n|i:2;
  left behind: []
cfsession.lock_lease=1, session.use_strict_mode=1
  locked: true
  not before the lock has expired: true
  soon after it has: true
  stored: n|i:2;
  left behind: []
cfsession.lock_ttl=0.3, session.use_strict_mode=0
  locked: true
  not before the lock has expired: true
  soon after it has: true
  stored: n|i:2;
  left behind: []
== killed_waiter
others: ["done","done"]
in time: true
stored: n|i:2;
left behind in the end: nothing
== no_resurrection
locking: true
  changed:
    session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
    session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (redis+sentinel://HOST:PORT/mymaster)
  stored: null
  left behind: []
  enlarged:
    session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
    session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (redis+sentinel://HOST:PORT/mymaster)
  stored: null
  left behind: []
  emptied:
    session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
    session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (redis+sentinel://HOST:PORT/mymaster)
  stored: null
  left behind: []
  unchanged: no warning
  stored: null
  left behind: []
locking: false
  changed:
    session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
    session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (redis+sentinel://HOST:PORT/mymaster)
  stored: null
  left behind: []
  enlarged:
    session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
    session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (redis+sentinel://HOST:PORT/mymaster)
  stored: null
  left behind: []
  emptied:
    session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
    session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (redis+sentinel://HOST:PORT/mymaster)
  stored: null
  left behind: []
  unchanged: no warning
  stored: null
  left behind: []
a new session is written: n|i:1;
== destroyed_and_remade
the holder locks, who does "destroy" locks, the next one locks
  changed: refused, lock lost
    stored: of|s:12:"the next one";
  enlarged: refused, lock lost
    stored: of|s:12:"the next one";
  emptied: refused, lock lost
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder locks, who does "destroy" locks, the next one does not lock
  changed: refused, destroyed
    stored: of|s:12:"the next one";
  enlarged: refused, destroyed
    stored: of|s:12:"the next one";
  emptied: refused, destroyed
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder locks, who does "destroy" does not lock, the next one locks
  changed: refused, lock lost
    stored: of|s:12:"the next one";
  enlarged: refused, lock lost
    stored: of|s:12:"the next one";
  emptied: refused, lock lost
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder locks, who does "destroy" does not lock, the next one does not lock
  changed: refused, destroyed
    stored: of|s:12:"the next one";
  enlarged: refused, destroyed
    stored: of|s:12:"the next one";
  emptied: refused, destroyed
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder does not lock, who does "destroy" locks, the next one locks
  changed: refused, destroyed
    stored: of|s:12:"the next one";
  enlarged: refused, destroyed
    stored: of|s:12:"the next one";
  emptied: refused, destroyed
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder does not lock, who does "destroy" locks, the next one does not lock
  changed: refused, destroyed
    stored: of|s:12:"the next one";
  enlarged: refused, destroyed
    stored: of|s:12:"the next one";
  emptied: refused, destroyed
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder does not lock, who does "destroy" does not lock, the next one locks
  changed: refused, destroyed
    stored: of|s:12:"the next one";
  enlarged: refused, destroyed
    stored: of|s:12:"the next one";
  emptied: refused, destroyed
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder does not lock, who does "destroy" does not lock, the next one does not lock
  changed: refused, destroyed
    stored: of|s:12:"the next one";
  enlarged: refused, destroyed
    stored: of|s:12:"the next one";
  emptied: refused, destroyed
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder locks, who does "regenerate" locks, the next one locks
  changed: refused, lock lost
    stored: of|s:12:"the next one";
  enlarged: refused, lock lost
    stored: of|s:12:"the next one";
  emptied: refused, lock lost
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder locks, who does "regenerate" locks, the next one does not lock
  changed: refused, destroyed
    stored: of|s:12:"the next one";
  enlarged: refused, destroyed
    stored: of|s:12:"the next one";
  emptied: refused, destroyed
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder locks, who does "regenerate" does not lock, the next one locks
  changed: refused, lock lost
    stored: of|s:12:"the next one";
  enlarged: refused, lock lost
    stored: of|s:12:"the next one";
  emptied: refused, lock lost
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder locks, who does "regenerate" does not lock, the next one does not lock
  changed: refused, destroyed
    stored: of|s:12:"the next one";
  enlarged: refused, destroyed
    stored: of|s:12:"the next one";
  emptied: refused, destroyed
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder does not lock, who does "regenerate" locks, the next one locks
  changed: refused, destroyed
    stored: of|s:12:"the next one";
  enlarged: refused, destroyed
    stored: of|s:12:"the next one";
  emptied: refused, destroyed
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder does not lock, who does "regenerate" locks, the next one does not lock
  changed: refused, destroyed
    stored: of|s:12:"the next one";
  enlarged: refused, destroyed
    stored: of|s:12:"the next one";
  emptied: refused, destroyed
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder does not lock, who does "regenerate" does not lock, the next one locks
  changed: refused, destroyed
    stored: of|s:12:"the next one";
  enlarged: refused, destroyed
    stored: of|s:12:"the next one";
  emptied: refused, destroyed
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
the holder does not lock, who does "regenerate" does not lock, the next one does not lock
  changed: refused, destroyed
    stored: of|s:12:"the next one";
  enlarged: refused, destroyed
    stored: of|s:12:"the next one";
  emptied: refused, destroyed
    stored: of|s:12:"the next one";
  unchanged: no warning
    stored: of|s:12:"the next one";
opened before anybody had stored anything, without a lock
  changed: refused, destroyed
    stored: of|s:12:"the next one";
locking: true
  destroyed and made anew by one request: no warning
  and changed: no warning
    stored: n|i:3;
locking: false
  destroyed and made anew by one request: no warning
  and changed: no warning
    stored: n|i:3;
== late_logout
destroyed: true
stored: null
lock of the next one: held
the next one writes:
  session_write_close(): cfsession: cannot write the session: it was destroyed or has expired since it was read; nothing was written
  session_write_close(): Failed to write session data (cfsession). Please verify that the current setting of session.save_path is correct (redis+sentinel://HOST:PORT/mymaster)
stored: null
left behind: []
== destroy
destroyed: true
stored: null
locked: false
a session after it has another id: true
and is empty: []
under the same id it is empty: []
and can be stored: n|i:2;
destroyed and started at once: []
a new one destroyed: true
stored: [null,null]
left behind: []
== regenerate
strict mode 0
  keeping the old session
    regenerated: true
    locks of the old and the new: [false,true]
    stored: ["n|i:2;","n|i:3;"]
    left behind: []
  deleting it
    regenerated: true
    locks of the old and the new: [false,true]
    stored: [null,"n|i:3;"]
    left behind: []
strict mode 1
  keeping the old session
    regenerated: true
    locks of the old and the new: [false,true]
    stored: ["n|i:2;","n|i:3;"]
    left behind: []
  deleting it
    regenerated: true
    locks of the old and the new: [false,true]
    stored: [null,"n|i:3;"]
    left behind: []
== strict_mode
locking: true
  another id than the unknown one: true
  locks: [false,true]
  stored: [null,"n|i:1;"]
  a known id is accepted: true
  its data: {"n":1}
  an empty session is a known one: true
  another id than the destroyed one: true
  left behind: []
locking: false
  another id than the unknown one: true
  locks: [false,false]
  stored: [null,"n|i:1;"]
  a known id is accepted: true
  its data: {"n":1}
  an empty session is a known one: true
  another id than the destroyed one: true
  left behind: []
== strict_mode_waiter
another session
another session
another session
another session
in time: true
stored: null
left behind: []
== concurrent_updates
had to wait
had to wait
stored: n|i:1000;
left behind: []
== read_and_close
read: {"n":1}
locked: false
closed: false
stored: n|i:1;
a new one is stored as: null
left behind: []
== lazy_write
locking: true
  unchanged: n|i:100;
  writes: 0
  changed: n|i:101;
  unchanged, lazy_write=0: n|i:101;
locking: false
  unchanged: n|i:100;
  writes: 0
  changed: n|i:101;
  unchanged, lazy_write=0: n|i:101;
left behind: []
== lifetime
locking: true
  created: 100
  written: 300
  unchanged: 500
  read_and_close: 700
  aborted: 900
  strict mode: 1100
locking: false
  created: 100
  written: 300
  unchanged: 500
  read_and_close: 700
  aborted: 900
  strict mode: 1100
after a long request that changed nothing: 300
after a long request that changed it: 300
== unlocked
left behind: []
stored: by|s:2:"us";
stored: by|s:5:"other";
beside a lock: {"by":"other"}
== several_sessions
a: a|i:2;
b: b|i:2;
c: c|i:2;
left behind: []
connections: 0
== reset
strict mode 0, locking 1
  reset: true
  read again: {"n":10}
  same id: true
  same lock: true
  stored: n|i:11;
  left behind: []
strict mode 0, locking 0
  reset: true
  read again: {"n":10}
  same id: true
  same lock: true
  stored: n|i:11;
  left behind: []
strict mode 1, locking 1
  reset: true
  read again: {"n":10}
  same id: true
  same lock: true
  stored: n|i:11;
  left behind: []
strict mode 1, locking 0
  reset: true
  read again: {"n":10}
  same id: true
  same lock: true
  stored: n|i:11;
  left behind: []
after the end of its lock: true
  it writes: no warning
  stored: n|i:2;
  left behind: []
waits: 9
== fork_idle
parent: n|i:51;
child-0: n|i:50;
child-1: n|i:50;
child-2: n|i:50;
child-3: n|i:50;
shared: n|i:250;
left behind: []
== invalid_ids
strict mode: true
  257 characters: another id
  _LOCK at the end: another id
  NUL: another id
  control byte: another id
  line feed: another id
  space: another id
  quote: another id
  slash: another id
  brace: another id
  UTF-8: another id
  empty: another id
strict mode: false
  257 characters: false
  _LOCK at the end: false
  NUL: false
  control byte: false
  line feed: another id
  space: another id
  quote: another id
  slash: false
  brace: false
  UTF-8: false
  empty: another id
session_start(): cfsession: cannot read the session: its id is empty, too long, or has characters other than A-Z, a-z, 0-9, "-" and ","
session_start(): Failed to read session data: cfsession (path: redis+sentinel://HOST:PORT/mymaster)
the lock: web-1|4711
the sessions: ["n|i:1;","n|i:1;"]
left behind: []
256 characters: n|i:2;
== web_server
Fatal error: Uncaught Exception: visits: 1, connections: 2
visits: 2, connections: 2
Fatal error: Uncaught Exception: visits: 3, connections: 2
visits: 4, connections: 2
Fatal error: Uncaught Exception: visits: 5, connections: 2
stored: n|i:5;
another visitor: n|i:1;
left behind: []
