/*
 * Preloaded into PHP, answers getaddrinfo() for the names in the file that the environment variable RESOLVER
 * names; each of its lines is a name and its addresses. Appends each address that connect() is called with
 * to the file of that name with ".tried".
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

typedef struct _answer {
	struct addrinfo info; /* first: this is what the caller gets */
	struct sockaddr_storage address;
} answer;

/* The last list returned; callers free it before the next call. */
static struct addrinfo *ours;

static void note(const char *text)
{
	const char *base = getenv("RESOLVER");
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s.tried", base ? base : "");
	file = base ? fopen(path, "a") : NULL;
	if (file) {
		fprintf(file, "%s\n", text);
		fclose(file);
	}
}

static answer *new_answer(const char *address, int port)
{
	answer *made = calloc(1, sizeof(*made));
	struct sockaddr_in *ip4 = (struct sockaddr_in *) &made->address;
	struct sockaddr_in6 *ip6 = (struct sockaddr_in6 *) &made->address;

	made->info.ai_addr = (struct sockaddr *) &made->address;
	made->info.ai_socktype = SOCK_STREAM;
	if (inet_pton(AF_INET, address, &ip4->sin_addr) == 1) {
		made->info.ai_family = ip4->sin_family = AF_INET;
		ip4->sin_port = htons(port);
		made->info.ai_addrlen = sizeof(*ip4);
	} else {
		inet_pton(AF_INET6, address, &ip6->sin6_addr);
		made->info.ai_family = ip6->sin6_family = AF_INET6;
		ip6->sin6_port = htons(port);
		made->info.ai_addrlen = sizeof(*ip6);
	}
	return made;
}

static struct addrinfo *answer_of(char *line, const char *name, const char *service)
{
	struct addrinfo *first = NULL, **end = &first;
	char *rest, *word = strtok_r(line, " \n", &rest);

	if (!word || strcmp(word, name) != 0) {
		return NULL;
	}
	while ((word = strtok_r(NULL, " \n", &rest))) {
		*end = &new_answer(word, service ? atoi(service) : 0)->info;
		end = &(*end)->ai_next;
	}
	return first;
}

int getaddrinfo(
	const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **found)
{
	int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **) =
		dlsym(RTLD_NEXT, "getaddrinfo");
	FILE *file = name && getenv("RESOLVER") ? fopen(getenv("RESOLVER"), "r") : NULL;
	struct addrinfo *answers = NULL;
	char line[4096];

	while (file && !answers && fgets(line, sizeof(line), file)) {
		answers = answer_of(line, name, service);
	}
	if (file) {
		fclose(file);
	}
	if (!answers) {
		return real(name, service, hints, found);
	}
	*found = ours = answers;
	return 0;
}

void freeaddrinfo(struct addrinfo *list)
{
	void (*real)(struct addrinfo *) = dlsym(RTLD_NEXT, "freeaddrinfo");

	if (list != ours || !list) {
		real(list);
		return;
	}
	ours = NULL;
	while (list) {
		struct addrinfo *next = list->ai_next;

		free(list);
		list = next;
	}
}

int connect(int socket, const struct sockaddr *address, socklen_t length)
{
	int (*real)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "connect");
	char text[INET6_ADDRSTRLEN];

	if (address->sa_family == AF_INET) {
		note(inet_ntop(
			AF_INET, &((const struct sockaddr_in *) address)->sin_addr, text, sizeof(text)));
	} else if (address->sa_family == AF_INET6) {
		note(inet_ntop(
			AF_INET6, &((const struct sockaddr_in6 *) address)->sin6_addr, text, sizeof(text)));
	}
	return real(socket, address, length);
}

/* PHP loads extensions with RTLD_DEEPBIND, which would bypass these functions. */
void *dlopen(const char *file, int mode)
{
	void *(*real)(const char *, int) = dlsym(RTLD_NEXT, "dlopen");

	return real(file, mode & ~RTLD_DEEPBIND);
}
