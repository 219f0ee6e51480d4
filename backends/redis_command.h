/*
 * The commands of one session: its keys, its token, and the scripts, as they go into a connection's pipeline.
 *
 * Nearly all commands of a session begin with a script and the keys. These are formatted only once: the script when the
 * module starts, the keys when the session gets its lock.
 */
#ifndef CFS_REDIS_COMMAND_H
#define CFS_REDIS_COMMAND_H

#include "redis_connection.h"

#define REDIS_ID_MAX  256
#define REDIS_KEY_MAX (CFS_PREFIX_MAX + REDIS_ID_MAX + 48)

typedef struct _redis_key {
	char text[REDIS_KEY_MAX];
	size_t length;
} redis_key;

/* In the order in which the scripts have them. */
enum {
	KEY_SESSION,
	KEY_LOCK,
	KEY_WAITERS,
	KEY_WAKE,
	KEY_TOMBSTONE,
	KEY_ASIDE, /* a large value on its way into the session, of this token alone */
	KEY_COUNT
};

/* Bytes of the keys (except KEY_ASIDE) and the token, with what the protocol puts around each. */
#define REDIS_FRAME_MAX (KEY_ASIDE * (REDIS_KEY_MAX + 16) + CFS_TOKEN_SIZE + 16)

typedef struct _redis_keys {
	redis_key key[KEY_COUNT];
	char token[CFS_TOKEN_SIZE]; /* "": none yet */
	char frame[REDIS_FRAME_MAX];
	size_t frame_ends[KEY_ASIDE + 1]; /* of each key, and of the token */
	bool has_frame;
} redis_keys;

/* Begins with neither keys nor a token. */
void redis_keys_init(redis_keys *keys);

/* Makes the keys of a session. In a cluster they share a slot. False: the prefix prevents that; see the error. */
bool redis_keys_set(
	redis_keys *keys, const char *prefix, const char *id, bool in_cluster, cfs_error *error);

/* Makes a new token, and with it KEY_ASIDE. */
bool redis_keys_make_token(redis_keys *keys, cfs_thread *thread, cfs_error *error);

/* Sets the token to that of a lock that another store has. */
void redis_keys_set_token(redis_keys *keys, const char *token);

typedef struct _redis_script redis_script;

extern const redis_script redis_script_start, redis_script_write, redis_script_write_unlocked,
	redis_script_write_merged, redis_script_touch, redis_script_destroy, redis_script_release,
	redis_script_renew;

/* Writes the SHA-1 of the bytes in hexadecimal digits, which is how Redis names scripts, and a NUL. */
void redis_make_sha(const char *bytes, size_t length, char sha[41]);

/* Once per process. */
void redis_scripts_module_startup(void);
void redis_scripts_module_shutdown(void);

#define REDIS_ARGUMENT_MAX 8

/* One command. The caller must keep its arguments until it is in the pipeline. */
typedef struct _redis_command {
	const redis_script *script; /* NULL: a plain command; else keys and token come by themselves */
	bool aside;                 /* the script takes its value from KEY_ASIDE */
	bool in_full;               /* the script itself is sent, for a server that does not know it */
	int argc;
	const char *argv[REDIS_ARGUMENT_MAX];
	size_t lengths[REDIS_ARGUMENT_MAX];
} redis_command;

/* Begin a command, whatever it was before. */
void redis_command_plain(redis_command *command, const char *name);
void redis_command_script(redis_command *command, const redis_script *script, bool aside);

/* Add an argument. */
void redis_command_add(redis_command *command, const char *text);
void redis_command_add_bytes(redis_command *command, const char *bytes, size_t length);
void redis_command_add_key(redis_command *command, const redis_keys *keys, int key);

/* Puts the command into the connection's pipeline, with the keys as they are now. */
void redis_command_append(
	const redis_command *command, redis_keys *keys, redis_connection *connection);

/* Whether the connection's server has answered that script, so that its SHA-1 alone may be sent; and notes that it has. */
bool redis_script_is_known(const redis_script *script, const redis_connection *connection);
void redis_script_set_known(const redis_script *script, redis_connection *connection);

/* What redis_connection_post() needs for that script. The key stays the caller's. */
redis_post redis_script_post(const redis_script *script, const redis_keys *keys);

#endif
