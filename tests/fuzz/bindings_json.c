/*
 * VCAP_SERVICES: the input is its JSON, in which each password is replaced by the secret.
 */
#include "harness.h"

/* The first text after "name":, or "". */
static void find_name(const char *json, char name[128])
{
	const char *at = strstr(json, "\"name\"");
	size_t length;

	name[0] = '\0';
	if (!at) {
		return;
	}
	at += strlen("\"name\"");
	at += strspn(at, ": ");
	length = *at == '"' ? strcspn(at + 1, "\"\\") : 0;
	if (length < 128) {
		memcpy(name, at + 1, length);
		name[length] = '\0';
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *json = fuzz_with_secrets(text), name[128];

	find_name(json, name);
	setenv("VCAP_SERVICES", json, 1);
	setenv("HOME", "/nonexistent", 1);
	fuzz_find(name, "", fuzz_has_secret(text));
	unsetenv("VCAP_SERVICES");
	free(json);
	free(text);
	return 0;
}
