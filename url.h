/*
 * The parts of a server's URL -> the server's fields.
 *
 * PHP's php_url_parse_ex() is not used: it turns control characters into "_", drops what it does not
 * understand and cannot say which part is bad, and a save path may name several servers.
 *
 * Each returns false with an error that names the part and never quotes what may be a password.
 */
#ifndef CFS_URL_H
#define CFS_URL_H

#include "target.h"
#include "text.h"

/* host[:port] or [IPv6][:port], with a default for the port */
bool cfs_url_host(cfs_server *server, cfs_piece text, uint16_t default_port, cfs_error *error);

/* Whether the text is an IPv6 address without its brackets; then there is an error that says so. */
bool cfs_url_lacks_brackets(cfs_piece text, cfs_error *error);

/* A host alone: a name, or an address in or without brackets. */
bool cfs_url_host_alone(cfs_server *server, const char *host, cfs_error *error);

/* What stands before the last "@" of the authority are credentials: takes them, and the "@", off it. */
bool cfs_url_split_user(cfs_piece *authority, cfs_piece *user_info);

/* user:password, :password, or a password alone as redis-cli reads it: its two pieces, not decoded */
void cfs_url_split_login(cfs_piece text, cfs_piece *user, cfs_piece *password);

/* The same -> the server's login. */
bool cfs_url_user(cfs_server *server, cfs_piece text, cfs_error *error);

/* /database, or nothing */
bool cfs_url_database(cfs_server *server, cfs_piece path, cfs_error *error);

/* /path/to/socket */
bool cfs_url_socket(cfs_server *server, cfs_piece path, cfs_error *error);

#endif
