/*
 * The Lua scripts that make each call of the vtable one atomic step on the server.
 *
 * Their keys share a slot of a Redis Cluster. All scripts but one take these, in this order:
 *   KEYS[1] the session     a string, the value
 *   KEYS[2] its lock        a string, the holder's token, with a lifetime; phpredis' lock key
 *   KEYS[3] its waiters     an integer, how many requests wait for the lock, with a lifetime
 *   KEYS[4] its wake-up     a list that the waiters BLPOP, empty except right after a release
 * and the holder's token as ARGV[1]. Those that need it also take
 *   KEYS[5] its tombstone   a random string, if it was destroyed less than CFS_TOMBSTONE_LIFETIME ago
 *
 * No script reads the session, and none is given a large one: each pass of a value through Lua copies it
 * several times, while the server serves nobody. GET follows the script that locks, and SET of a key
 * aside goes in front of the one that writes, which then renames it. The exception is a request that is
 * older than tombstones get.
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

#define LUA_TOMBSTONE_TTL ZEND_TOSTR(CFS_TOMBSTONE_LIFETIME)

#define LUA_RELEASE "redis.call('DEL',KEYS[2]) " LUA_WAKE

/* ARGV: token, lock's lifetime in ms, session's lifetime in s, only if the session exists (1 or 0),
 * counted among the waiters (1 or 0), ms for which it will wait if it has to (0: it will not).
 * Returns, if it has locked, the tombstone, or 1 if there is none; nil, no such session; or {ms the lock has left,
 * its release wakes (1 or 0)}.
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
	"local tombstone=redis.call('GET',KEYS[5]) " \
	"redis.call('SET',KEYS[2],ARGV[1],'PX',ARGV[2]) " \
	"if ARGV[5]=='1' then " LUA_LEAVE "end " \
	"local length=redis.pcall('STRLEN',KEYS[1]) " \
	"if type(length)=='table' then " LUA_RELEASE "return length end " \
	"redis.call('EXPIRE',KEYS[1],ARGV[3]) " \
	"return tombstone or 1"

/* What the two scripts that write have in common. Of Lua's variables, it takes
 *   lifetime   in s
 *   was        what was read: 0, there was no session; 1, there was one; of a request that is older than
 *              tombstones get, and so may write only over what it has read: its SHA-1 in hexadecimal digits, or "none"
 *   again      whether this is sent for the second time
 *   seen       the tombstone that there was when it was read, or ''
 *   tombstone  the one that there is; false if it has expired since, or never was
 *   value      or, if it is nil, `aside`: the key that has the value
 * and leaves `result`, and `aside` as nil if the key is not there any more. */
#define LUA_VALUE "(value or redis.call('GET',aside))"
#define LUA_STORE \
	"if tombstone and tombstone~=seen then result=2 " \
	"elseif was=='1' then if redis.call('EXISTS',KEYS[1])==0 then result=2 end " \
	"elseif was~='0' then " \
	"local stored=redis.call('GET',KEYS[1]) " \
	"if (stored and redis.sha1hex(stored) or 'none')~=was and not(again and stored==" LUA_VALUE \
	") " \
	"then result=stored and 0 or 2 end end " \
	"if result==1 then if aside then " \
	"redis.call('RENAME',aside,KEYS[1]) redis.call('EXPIRE',KEYS[1],lifetime) aside=nil " \
	"else redis.call('SET',KEYS[1],value,'EX',lifetime) end end "
#define LUA_STORE_END "if aside then redis.call('DEL',aside) end return result"

/* ARGV: token, lifetime, was, again (1 or 0) and seen in one, value; or, without a value, KEYS[6], which has it.
 * Returns 1, written; 0, the lock is not ours, or what is stored is not what was read; 2, the session has gone;
 * 3, KEYS[6] has no value.
 * Sent again after a broken connection, it may find that the first one did its work and gave the lock
 * back: then the value is there. It writes all the same, for WAIT waits for what this connection wrote. */
#define LUA_WRITE \
	"local aside,result=KEYS[6],1 " \
	"if aside and redis.call('EXISTS',aside)==0 then return 3 end " \
	"local lifetime,was,value=ARGV[2],ARGV[3],ARGV[5] " \
	"local again,seen=string.sub(ARGV[4],1,1)=='1',string.sub(ARGV[4],2) " \
	"if redis.call('GET',KEYS[2])~=ARGV[1] then " \
	"result=0 " \
	"if again and redis.call('GET',KEYS[1])==" LUA_VALUE " then " \
	"result=1 redis.call('EXPIRE',KEYS[1],lifetime) end " \
	"else local tombstone=redis.call('GET',KEYS[5]) " LUA_STORE LUA_RELEASE "end " LUA_STORE_END

/* Without a lock. KEYS[1] the session, [2] its tombstone; ARGV: those of LUA_WRITE but the token; KEYS[3] is
 * LUA_WRITE's KEYS[6]. Returns as LUA_WRITE does. */
#define LUA_WRITE_UNLOCKED \
	"local aside,result=KEYS[3],1 " \
	"if aside and redis.call('EXISTS',aside)==0 then return 3 end " \
	"local lifetime,was,value=ARGV[1],ARGV[2],ARGV[4] " \
	"local again,seen=string.sub(ARGV[3],1,1)=='1',string.sub(ARGV[3],2) " \
	"local tombstone=redis.call('GET',KEYS[2]) " LUA_STORE LUA_STORE_END

/* ARGV: token, lifetime in s. Returns as LUA_WRITE does. */
#define LUA_TOUCH \
	"if redis.call('GET',KEYS[2])~=ARGV[1] then return 0 end " \
	"local there=redis.call('EXPIRE',KEYS[1],ARGV[2]) " LUA_RELEASE "return there==1 and 1 or 2"

/* ARGV: token, which becomes the tombstone. There is one if the session was there, or somebody
 * else has its lock and may store it yet. Returns 1. SET comes behind DEL, for then a server that is full takes it. */
#define LUA_DESTROY \
	"local holder=redis.call('GET',KEYS[2]) " \
	"local others=holder and holder~=ARGV[1] " \
	"if redis.call('DEL',KEYS[1])==1 or others then " \
	"redis.pcall('SET',KEYS[5],ARGV[1],'EX'," LUA_TOMBSTONE_TTL ") end " \
	"if holder and not others then " LUA_RELEASE "end " \
	"return 1"

/* ARGV: token. Returns 1, released; 0, the lock was not ours. */
#define LUA_FREE "if redis.call('GET',KEYS[2])~=ARGV[1] then return 0 end " LUA_RELEASE "return 1"

#endif
