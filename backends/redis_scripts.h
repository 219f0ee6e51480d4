/*
 * The Lua scripts that make each call of the vtable one atomic step on the server.
 *
 * All take the same four keys, which share a slot of a Redis Cluster:
 *   KEYS[1] the session     a string, the value
 *   KEYS[2] its lock        a string, the holder's token, with a lifetime; phpredis' lock key
 *   KEYS[3] its waiters     an integer, how many requests wait for the lock, with a lifetime
 *   KEYS[4] its wake-up     a list that the waiters BLPOP, empty except right after a release
 * and the holder's token as ARGV[1].
 *
 * A waiter counts itself in when it finds the lock taken and out when it has it or gives up; the last
 * one out removes both keys, and their lifetimes do if it was killed. A release puts one item into
 * the list if somebody waits: Redis serves the client that has waited longest.
 */
#ifndef CFS_REDIS_SCRIPTS_H
#define CFS_REDIS_SCRIPTS_H

#include "backend.h"

#define LUA_LEAVE "if redis.call('DECR',KEYS[3])<1 then redis.call('DEL',KEYS[3],KEYS[4]) end "

#define LUA_WAKE \
	"if redis.call('EXISTS',KEYS[3])==1 and redis.call('EXISTS',KEYS[4])==0 then " \
	"redis.call('RPUSH',KEYS[4],1) redis.call('PEXPIRE',KEYS[4],5000) end "

#define LUA_RELEASE "redis.call('DEL',KEYS[2]) " LUA_WAKE

/* ARGV: token, lock's lifetime in ms, session's lifetime in s, only if the session exists (1 or 0),
 * counted among the waiters (1 or 0), ms for which it will wait if it has to (0: it will not).
 * Returns the value; nil, no such session; or {ms the lock has left, its release wakes (1 or 0)}.
 * A key that GET does not accept is another application's: the lock is not kept. */
#define LUA_START \
	"if ARGV[4]=='1' and redis.call('EXISTS',KEYS[1])==0 then " \
	"if ARGV[5]=='1' then " LUA_LEAVE LUA_WAKE "end " \
	"return false end " \
	"if not redis.call('SET',KEYS[2],ARGV[1],'NX','PX',ARGV[2]) then " \
	"local holder=redis.call('GET',KEYS[2]) " \
	"if holder~=ARGV[1] then " \
	"if ARGV[6]=='0' then " \
	"if ARGV[5]=='1' then " LUA_LEAVE "end " \
	"else " \
	"if ARGV[5]=='0' or redis.call('EXISTS',KEYS[3])==0 then redis.call('INCR',KEYS[3]) end " \
	"redis.call('PEXPIRE',KEYS[3],ARGV[6]) " \
	"end " \
	"return {redis.call('PTTL',KEYS[2])," \
	"string.sub(holder,1,10)=='" CFS_TOKEN_MARK "' and 1 or 0} end " \
	"redis.call('PEXPIRE',KEYS[2],ARGV[2]) end " \
	"if ARGV[5]=='1' then " LUA_LEAVE "end " \
	"local value=redis.pcall('GET',KEYS[1]) " \
	"if type(value)=='table' and value.err then " LUA_RELEASE "return value end " \
	"if value then redis.call('EXPIRE',KEYS[1],ARGV[3]) end " \
	"return value"

/* ARGV: token, lifetime in s, value, the session was there when it was read (1 or 0), this is sent
 * for the second time (1 or 0). Returns 1, written; 0, the lock is not ours; 2, the session has gone.
 * Sent again after a broken connection, it may find that the first one did its work and gave the lock
 * back: then the value is there. It writes all the same, for WAIT waits for what this connection wrote. */
#define LUA_WRITE \
	"if redis.call('GET',KEYS[2])~=ARGV[1] then " \
	"if ARGV[5]=='1' and redis.call('GET',KEYS[1])==ARGV[3] then " \
	"redis.call('EXPIRE',KEYS[1],ARGV[2]) return 1 end " \
	"return 0 end " \
	"local written " \
	"if ARGV[4]=='1' then written=redis.call('SET',KEYS[1],ARGV[3],'EX',ARGV[2],'XX') " \
	"else written=redis.call('SET',KEYS[1],ARGV[3],'EX',ARGV[2]) end " LUA_RELEASE \
	"return written and 1 or 2"

/* ARGV: token, lifetime in s. Returns as LUA_WRITE does. */
#define LUA_TOUCH \
	"if redis.call('GET',KEYS[2])~=ARGV[1] then return 0 end " \
	"local there=redis.call('EXPIRE',KEYS[1],ARGV[2]) " LUA_RELEASE "return there==1 and 1 or 2"

/* ARGV: token. Returns 1. */
#define LUA_DESTROY \
	"redis.call('DEL',KEYS[1]) " \
	"if redis.call('GET',KEYS[2])==ARGV[1] then " LUA_RELEASE "end " \
	"return 1"

/* ARGV: token. Returns 1, released; 0, the lock was not ours. */
#define LUA_FREE "if redis.call('GET',KEYS[2])~=ARGV[1] then return 0 end " LUA_RELEASE "return 1"

#endif
