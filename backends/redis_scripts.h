/*
 * The Lua scripts that make each call of the vtable one atomic step on the server.
 *
 * Their keys share a slot of a Redis Cluster. Unless stated otherwise, a script takes these keys, in this order:
 *   KEYS[1] the session     a string, the value
 *   KEYS[2] its lock        a string, the holder's token, with a lifetime; phpredis' lock key
 *   KEYS[3] its waiters     an integer, how many requests wait for the lock, with a lifetime
 *   KEYS[4] its wake-up     a list that the waiters BLPOP, empty except right after a release
 * and the holder's token as ARGV[1]. Those that need it also take
 *   KEYS[5] its tombstone   a random string, if it was destroyed less than CFS_TOMBSTONE_LIFETIME ago
 *
 * No script reads the session or takes a large one as an argument: Lua copies each value several times, and meanwhile
 * the server serves no other client. Instead, GET follows the script that locks, and a SET of a key aside goes before
 * the script that writes, which then renames that key. Only for a request that is older than any tombstone does a script
 * read the session.
 *
 * A waiter counts itself in when it finds the lock taken, and out when it gets the lock or gives up. The last one out
 * removes both keys; if it was killed, they expire. A release puts one item into the list if a request waits; Redis gives
 * it to the client that has waited longest.
 */
#ifndef CFS_REDIS_SCRIPTS_H
#define CFS_REDIS_SCRIPTS_H

#include "backend.h"

#define LUA_LEAVE "if redis.call('DECR',KEYS[3])<1 then redis.call('DEL',KEYS[3],KEYS[4]) end "

#define LUA_WAKE \
	"if redis.call('EXISTS',KEYS[3])==1 and redis.call('EXISTS',KEYS[4])==0 then " \
	"redis.call('RPUSH',KEYS[4],1) redis.call('PEXPIRE',KEYS[4],5000) end "

#define LUA_TOMBSTONE_TTL   ZEND_TOSTR(CFS_TOMBSTONE_LIFETIME)
#define LUA_TOKEN_ID_LENGTH ZEND_TOSTR(CFS_TOKEN_ID_LENGTH)

#define LUA_RELEASE "redis.call('DEL',KEYS[2]) " LUA_WAKE

/* ARGV: token, lock's lifetime in ms, session's lifetime in s, ms for which it will wait if it has to (0: it will not),
 * and in one argument: lock only if the session exists (1 or 0), is counted among the waiters (1 or 0), how many others
 * may already be waiting ("": any number).
 * If it has locked, returns the tombstone, or 1 if there is none. Otherwise nil: no such session; or {ms the lock has
 * left, whether its release wakes waiters (1 or 0), its value, whether too many others are waiting (1 or 0)}.
 * A session's key that is no string belongs to another application: then the script releases the lock. */
#define LUA_START \
	"local existing,counted=string.byte(ARGV[5],1,2) " \
	"counted=counted==49 " \
	"if existing==49 and redis.call('EXISTS',KEYS[1])==0 then " \
	"if counted then " LUA_LEAVE LUA_WAKE "end " \
	"return false end " \
	"local holder,many=redis.call('GET',KEYS[2]),0 " \
	"if holder and holder~=ARGV[1] then " \
	"local most=tonumber(string.sub(ARGV[5],3)) " \
	"if ARGV[4]=='0' then " \
	"if counted then " LUA_LEAVE "end " \
	"elseif most and not counted and tonumber(redis.call('GET',KEYS[3]) or 0)>=most then many=1 " \
	"else " \
	"if not counted or redis.call('EXISTS',KEYS[3])==0 then redis.call('INCR',KEYS[3]) end " \
	"redis.call('PEXPIRE',KEYS[3],ARGV[4]) " \
	"end " \
	"return {redis.call('PTTL',KEYS[2])," \
	"string.sub(holder,1,10)=='" CFS_TOKEN_MARK "' and 1 or 0,holder,many} end " \
	"local tombstone=redis.call('GET',KEYS[5]) " \
	"redis.call('SET',KEYS[2],ARGV[1],'PX',ARGV[2]) " \
	"if counted then " LUA_LEAVE "end " \
	"local length=redis.pcall('STRLEN',KEYS[1]) " \
	"if type(length)=='table' then " LUA_RELEASE "return length end " \
	"redis.call('EXPIRE',KEYS[1],ARGV[3]) " \
	"return tombstone or 1"

/* What the scripts that write have in common. It reads these variables of Lua:
 *   lifetime   in s
 *   was        what was read: 0, there was no session; 1, there was one; or, in a request that may write only over what
 *              it read (because it is older than any tombstone), that value's SHA-1 in hexadecimal digits, or "none"
 *   again      whether this is a retry
 *   seen       the tombstone that there was when the session was read, or ''
 *   tombstone  the one that there is now; false if there is none
 *   value      the value; nil: the key `aside` has it
 * and sets `result`; if the key `aside` does not exist any more, `aside` becomes nil. */
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

/* ARGV: token, lifetime, was, again (1 or 0) and seen in one argument, value; without a value, KEYS[6] has it.
 * Returns 1, written; 0, the lock is not ours, or what is stored is not what was read; 2, the session has gone;
 * 3, KEYS[6] has no value.
 * On a retry, it may find that the first attempt wrote the value and released the lock. It writes again, because WAIT
 * waits for what this connection wrote. Or a server that has taken over does not know the lock: if nobody has it, and what
 * is stored is what was read (`was` is its SHA-1, or "none"), nobody has had it in between. */
#define LUA_WRITE \
	"local aside,result=KEYS[6],1 " \
	"if aside and redis.call('EXISTS',aside)==0 then return 3 end " \
	"local lifetime,was,value=ARGV[2],ARGV[3],ARGV[5] " \
	"local again,seen=string.sub(ARGV[4],1,1)=='1',string.sub(ARGV[4],2) " \
	"local holder=redis.call('GET',KEYS[2]) " \
	"if holder~=ARGV[1] and (holder or not again or #was<2) then " \
	"result=0 " \
	"if again and redis.call('GET',KEYS[1])==" LUA_VALUE " then " \
	"result=1 redis.call('EXPIRE',KEYS[1],lifetime) end " \
	"else local tombstone=redis.call('GET',KEYS[5]) " LUA_STORE LUA_RELEASE "end " LUA_STORE_END

/* Without a lock. KEYS[1] the session, [2] its tombstone, [3] LUA_WRITE's KEYS[6]; ARGV: LUA_WRITE's without the token.
 * Returns what LUA_WRITE does. */
#define LUA_WRITE_UNLOCKED \
	"local aside,result=KEYS[3],1 " \
	"if aside and redis.call('EXISTS',aside)==0 then return 3 end " \
	"local lifetime,was,value=ARGV[1],ARGV[2],ARGV[4] " \
	"local again,seen=string.sub(ARGV[3],1,1)=='1',string.sub(ARGV[3],2) " \
	"local tombstone=redis.call('GET',KEYS[2]) " LUA_STORE LUA_STORE_END

/* Without a lock, and only over what was read. KEYS[1] the session, [2] its lock, [3] its tombstone, [4] LUA_WRITE's
 * KEYS[6]; ARGV: LUA_WRITE_UNLOCKED's, with a SHA-1 or "none" as `was`. Returns what LUA_WRITE does; or 4, another
 * request has the lock; or a string, what is stored instead. */
#define LUA_WRITE_MERGED \
	"local aside,result=KEYS[4],1 " \
	"if aside and redis.call('EXISTS',aside)==0 then return 3 end " \
	"local lifetime,was,value=ARGV[1],ARGV[2],ARGV[4] " \
	"local again,seen=string.sub(ARGV[3],1,1)=='1',string.sub(ARGV[3],2) " \
	"local tombstone,stored=redis.call('GET',KEYS[3]),redis.call('GET',KEYS[1]) " \
	"if tombstone and tombstone~=seen then result=2 " \
	"elseif redis.call('EXISTS',KEYS[2])==1 then result=4 " \
	"elseif (stored and redis.sha1hex(stored) or 'none')~=was then " \
	"if again and stored==" LUA_VALUE " then redis.call('EXPIRE',KEYS[1],lifetime) " \
	"else result=stored or 2 end " \
	"elseif aside then " \
	"redis.call('RENAME',aside,KEYS[1]) redis.call('EXPIRE',KEYS[1],lifetime) aside=nil " \
	"else redis.call('SET',KEYS[1],value,'EX',lifetime) end " LUA_STORE_END

/* ARGV: token, lifetime in s. Returns what LUA_WRITE does. */
#define LUA_TOUCH \
	"if redis.call('GET',KEYS[2])~=ARGV[1] then return 0 end " \
	"local there=redis.call('EXPIRE',KEYS[1],ARGV[2]) " LUA_RELEASE "return there==1 and 1 or 2"

/* ARGV: token, whose first part becomes the tombstone; and one character, "!" if the session existed when it was read and
 * has to exist now, followed by the tombstone that there was then. Sets a tombstone if the session exists, or if another
 * request has its lock and may still store it. Returns 1; or 2, another request has destroyed it since. SET follows DEL,
 * because a full server accepts it only after a DEL. */
#define LUA_DESTROY \
	"local holder,tombstone=redis.call('GET',KEYS[2]),redis.call('GET',KEYS[5]) " \
	"local others,own=holder and holder~=ARGV[1],string.sub(ARGV[1],1," LUA_TOKEN_ID_LENGTH ") " \
	"local there=redis.call('DEL',KEYS[1])==1 " \
	"if there or others then " \
	"redis.pcall('SET',KEYS[5],own,'EX'," LUA_TOMBSTONE_TTL ") end " \
	"if holder and not others then " LUA_RELEASE "end " \
	"if tombstone and tombstone~=own and tombstone~=string.sub(ARGV[2],2) then return 2 end " \
	"return string.byte(ARGV[2])==33 and not there and tombstone~=own and 2 or 1"

/* ARGV: token. Returns 1, released; 0, the lock was not ours. */
#define LUA_FREE "if redis.call('GET',KEYS[2])~=ARGV[1] then return 0 end " LUA_RELEASE "return 1"

/* KEYS[1] the session, [2] its lock; ARGV: token, ms from now that it gets. Returns what LUA_FREE does. It takes the
 * session's key, too, for servers that turn out to be nodes of a cluster: there, a lock's name made for a single server is
 * in another slot, and with both keys the node refuses it. */
#define LUA_RENEW \
	"if redis.call('GET',KEYS[2])~=ARGV[1] then return 0 end " \
	"redis.call('PEXPIRE',KEYS[2],ARGV[2]) return 1"

/* {{{ Tags: see redis_tags.c. These scripts are sent in full, because they are rare. */

#define LUA_NOW "local now=redis.call('TIME') now=now[1]*1000+math.floor(now[2]/1000) "

/* KEYS[1] the tag; ARGV: id, lifetime in s, s for which the set is kept. Returns how many sessions have expired. */
#define LUA_TAG \
	LUA_NOW \
	"local score=redis.call('ZSCORE',KEYS[1],ARGV[1]) " \
	"if not score or tonumber(score)>=0 then " \
	"redis.call('ZADD',KEYS[1],now+ARGV[2]*1000,ARGV[1]) end " \
	"redis.call('EXPIRE',KEYS[1],ARGV[3]) " \
	"return redis.call('ZCOUNT',KEYS[1],0,now)"

/* KEYS[1] the tags of a session; ARGV: how many it may have, and the tags to add. Returns 1; or 0: there is no room for
 * all the new ones, so it gets none of them. */
#define LUA_NOTE \
	"local has,new=redis.call('HKEYS',KEYS[1]),{} " \
	"for i=1,#has do has[has[i]]=true end " \
	"for i=2,#ARGV do if not has[ARGV[i]] then new[#new+1]=ARGV[i] end end " \
	"if #new>0 and #has+#new>tonumber(ARGV[1]) then return 0 end " \
	"for i=1,#new do redis.call('HSET',KEYS[1],new[i],'') end " \
	"return 1"

/* KEYS[1] the tag; ARGV: old id, new id, lifetime in s, s for which the set is kept, whether the old id is taken out (1
 * or 0). Returns 1; or 0: the old id is condemned or not in the set any more. On a retry, the new id may be there from the
 * first attempt. */
#define LUA_MOVE \
	LUA_NOW \
	"local score=redis.call('ZSCORE',KEYS[1],ARGV[1]) or redis.call('ZSCORE',KEYS[1],ARGV[2]) " \
	"if not score or tonumber(score)<0 then return 0 end " \
	"redis.call('ZADD',KEYS[1],now+ARGV[3]*1000,ARGV[2]) " \
	"if ARGV[5]=='1' then redis.call('ZREM',KEYS[1],ARGV[1]) end " \
	"redis.call('EXPIRE',KEYS[1],ARGV[4]) " \
	"return 1"

/* KEYS[1] the tag; ARGV: the id to spare, or '', how many to condemn at a time, s for which the set is kept. Returns how
 * many it has condemned. EXPIRE precedes ZADD, because a full server accepts ZADD only after another write. */
#define LUA_CONDEMN \
	"redis.call('EXPIRE',KEYS[1],ARGV[3]) " \
	"local found=redis.call('ZRANGEBYSCORE',KEYS[1],0,'+inf','WITHSCORES','LIMIT',0,ARGV[2]) " \
	"local condemned=0 " \
	"for i=1,#found,2 do if found[i]~=ARGV[1] then " \
	"redis.call('ZADD',KEYS[1],-found[i+1],found[i]) condemned=condemned+1 end end " \
	"return condemned"

/* KEYS[1] a session, [2] its tombstone, [3] its tags; ARGV: a token, which becomes the tombstone. Returns 1 if the session
 * existed, or if this is a retry and the first attempt got here; else 0. SET follows DEL for the same reason. */
#define LUA_END \
	"local there=redis.call('DEL',KEYS[1]) " \
	"if redis.call('GET',KEYS[2])==ARGV[1] then there=1 end " \
	"redis.call('SET',KEYS[2],ARGV[1],'EX'," LUA_TOMBSTONE_TTL ") " \
	"redis.call('DEL',KEYS[3]) " \
	"return there"

/* KEYS[1] the tag; ARGV: s for which the set is kept, and for each session its id, the score that was found, and the ms
 * that it has left; -1: it never expires, -2: it does not exist. Returns the ids that it has taken out. */
#define LUA_CLEAN \
	LUA_NOW \
	"local gone={} " \
	"for i=2,#ARGV,3 do " \
	"local score,left=redis.call('ZSCORE',KEYS[1],ARGV[i]),tonumber(ARGV[i+2]) " \
	"if score==ARGV[i+1] and tonumber(score)<=now and tonumber(score)>=0 then " \
	"if left==-2 then redis.call('ZREM',KEYS[1],ARGV[i]) gone[#gone+1]=ARGV[i] " \
	"else redis.call('ZADD',KEYS[1],now+(left<0 and ARGV[1]*1000 or left),ARGV[i]) end end end " \
	"redis.call('EXPIRE',KEYS[1],ARGV[1]) " \
	"return gone"

/* KEYS[1] a session, [2] its lock, [3] its tags. Deletes the tags if the session does not exist and no request holds its
 * lock, which would be about to store it. */
#define LUA_FORGET \
	"return redis.call('EXISTS',KEYS[1],KEYS[2])==0 and redis.call('DEL',KEYS[3]) or 0"

/* }}} */

#endif
