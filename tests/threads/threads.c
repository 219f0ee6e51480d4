/*
 * Works like a threaded web server without the web: each thread runs a script as one request after the other.
 *
 *     threads PHP.INI SCRIPT THREADS REQUESTS [race]
 *
 * The script gets the numbers of its thread and its request, both from 0, in $argv. After all requests the
 * program prints "served" and waits for a line; then the threads end, it prints "ended", waits for a line
 * again, and PHP ends. With "race" the threads increment an unprotected variable.
 */
#include "sapi/embed/php_embed.h"
#include <pthread.h>

static struct {
	const char *script;
	int threads, requests;
	bool race;
	volatile int unguarded;
	pthread_barrier_t started, served, ended;
} plan;

static void serve(int thread, int request)
{
	char thread_text[16], request_text[16];
	char *argv[] = {(char *) plan.script, thread_text, request_text};
	zend_file_handle file;

	snprintf(thread_text, sizeof(thread_text), "%d", thread);
	snprintf(request_text, sizeof(request_text), "%d", request);
	SG(request_info).argc = 3;
	SG(request_info).argv = argv;
	if (php_request_startup() != SUCCESS) {
		fprintf(stderr, "the request does not start\n");
		abort();
	}
	zend_stream_init_filename(&file, plan.script);
	php_execute_script(&file);
	zend_destroy_file_handle(&file);
	php_request_shutdown(NULL);
	SG(request_info).argc = 0;
	SG(request_info).argv = NULL;
}

static void *run_thread(void *number)
{
	ts_resource(0);
	pthread_barrier_wait(&plan.started);
	for (int request = 0; request < plan.requests; request++) {
		serve((int) (intptr_t) number, request);
		if (plan.race) {
			plan.unguarded++;
		}
	}
	pthread_barrier_wait(&plan.served);
	pthread_barrier_wait(&plan.ended);
	ts_free_thread();
	return NULL;
}

static void say(const char *word)
{
	printf("%s\n", word);
	fflush(stdout);
	while (getchar() != '\n' && !feof(stdin)) {
	}
}

static void run_threads(void)
{
	pthread_t *threads = calloc((size_t) plan.threads, sizeof(*threads));

	pthread_barrier_init(&plan.started, NULL, (unsigned) plan.threads);
	pthread_barrier_init(&plan.served, NULL, (unsigned) plan.threads + 1);
	pthread_barrier_init(&plan.ended, NULL, (unsigned) plan.threads + 1);
	for (int i = 0; i < plan.threads; i++) {
		if (pthread_create(&threads[i], NULL, run_thread, (void *) (intptr_t) i) != 0) {
			fprintf(stderr, "a thread does not start\n");
			abort();
		}
	}
	pthread_barrier_wait(&plan.served);
	say("served");
	pthread_barrier_wait(&plan.ended);
	for (int i = 0; i < plan.threads; i++) {
		pthread_join(threads[i], NULL);
	}
	say("ended");
	free(threads);
}

int main(int argc, char **argv)
{
	if (argc < 5) {
		fprintf(stderr, "usage: threads PHP.INI SCRIPT THREADS REQUESTS [race]\n");
		return 1;
	}
	php_embed_module.php_ini_path_override = argv[1];
	plan.script = argv[2];
	plan.threads = atoi(argv[3]);
	plan.requests = atoi(argv[4]);
	plan.race = argc > 5;
	if (php_embed_init(0, NULL) != SUCCESS) {
		fprintf(stderr, "PHP does not start\n");
		return 1;
	}
	run_threads();
	php_embed_shutdown();
	return 0;
}
