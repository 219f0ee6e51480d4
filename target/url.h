/*
 * From the parts of a server's URL to the server's fields.
 *
 * PHP's php_url_parse_ex() would not do: it turns control characters into "_", drops what it does not understand, cannot
 * say which part is bad, and a save path may name several servers.
 *
 * A function that takes an error returns false if the text is bad; the error names the part, and never quotes what may be
 * a password.
 */
#ifndef CFS_URL_H
#define CFS_URL_H

#include "target.h"
#include "../text.h"

/* host[:port] or [IPv6][:port], with a default for the port */
bool cfs_url_host(cfs_server *server, cfs_piece text, uint16_t default_port, cfs_error *error);

/* Whether the text is an IPv6 address without its brackets; if so, the error says it. */
bool cfs_url_lacks_brackets(cfs_piece text, cfs_error *error);

/* A host alone: a name, or an address in or without brackets. */
bool cfs_url_host_alone(cfs_server *server, const char *host, cfs_error *error);

/* Takes the credentials, which end at the last "@", and the "@" off the authority. */
bool cfs_url_split_user(cfs_piece *authority, cfs_piece *user_info);

/* Splits user:password, :password, or a password alone (as redis-cli reads it) into its two pieces, not decoded. */
void cfs_url_split_login(cfs_piece text, cfs_piece *user, cfs_piece *password);

/* Reads the same into the server's login. */
bool cfs_url_user(cfs_server *server, cfs_piece text, cfs_error *error);

/* /database, or nothing */
bool cfs_url_database(cfs_server *server, cfs_piece path, cfs_error *error);

/* /path/to/socket */
bool cfs_url_socket(cfs_server *server, cfs_piece path, cfs_error *error);

#endif
