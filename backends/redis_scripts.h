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
 * No script reads the session, and none is given a large one: each pass of a value through Lua copies it
 * several times, while the server serves nobody. GET follows the script that locks, and SET of a key
 * aside goes in front of the one that writes, which then renames it.
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
 * Returns 1, locked; nil, no such session; or {ms the lock has left, its release wakes (1 or 0)}.
 * A key that is no string is another application's: the lock is not kept. */
#define LUA_START \
	"if ARGV[4]=='1' and redis.call('EXISTS',KEYS[1])==0 then " \
	"if ARGV[5]=='1' then " LUA_LEAVE LUA_WAKE "end " \
	"return false end " \
	"local holder=redis.call('GET',KEYS[2]) " \
	"if holder and holder~=ARGV[1] then " \
	"if ARGV[6]=='0' then " \
	"if ARGV[5]=='1' then " LUA_LEAVE "end " \
	"else " \
	"if ARGV[5]=='0' or redis.call('EXISTS',KEYS[3])==0 then redis.call('INCR',KEYS[3]) end " \
	"redis.call('PEXPIRE',KEYS[3],ARGV[6]) " \
	"end " \
	"return {redis.call('PTTL',KEYS[2])," \
	"string.sub(holder,1,10)=='" CFS_TOKEN_MARK "' and 1 or 0} end " \
	"redis.call('SET',KEYS[2],ARGV[1],'PX',ARGV[2]) " \
	"if ARGV[5]=='1' then " LUA_LEAVE "end " \
	"local length=redis.pcall('STRLEN',KEYS[1]) " \
	"if type(length)=='table' then " LUA_RELEASE "return length end " \
	"redis.call('EXPIRE',KEYS[1],ARGV[3]) " \
	"return 1"

/* ARGV: token, lifetime in s, the session was there when it was read (1 or 0), this is sent for the
 * second time (1 or 0), value; or, without a value, KEYS[5], which has it.
 * Returns 1, written; 0, the lock is not ours; 2, the session has gone; 3, KEYS[5] has no value.
 * Sent again after a broken connection, it may find that the first one did its work and gave the lock
 * back: then the value is there. It writes all the same, for WAIT waits for what this connection wrote. */
#define LUA_WRITE \
	"local aside=KEYS[5] " \
	"if aside and redis.call('EXISTS',aside)==0 then return 3 end " \
	"local result=1 " \
	"if redis.call('GET',KEYS[2])~=ARGV[1] then " \
	"result=0 " \
	"if ARGV[4]=='1' and redis.call('GET',KEYS[1])==(ARGV[5] or redis.call('GET',aside)) then " \
	"result=1 redis.call('EXPIRE',KEYS[1],ARGV[2]) end " \
	"else " \
	"if ARGV[3]=='1' and redis.call('EXISTS',KEYS[1])==0 then result=2 " \
	"elseif aside then " \
	"redis.call('RENAME',aside,KEYS[1]) redis.call('EXPIRE',KEYS[1],ARGV[2]) aside=nil " \
	"else redis.call('SET',KEYS[1],ARGV[5],'EX',ARGV[2]) end " LUA_RELEASE "end " \
	"if aside then redis.call('DEL',aside) end " \
	"return result"

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
