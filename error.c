#include "error.h"

void cfs_error_set(cfs_error *error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(error->message, sizeof(error->message), format, arguments);
	va_end(arguments);
	for (unsigned char *c = (unsigned char *) error->message; *c; c++) {
		if (*c < ' ' || *c == 0x7f) {
			*c = '?';
		}
	}
}

void cfs_error_hide(cfs_error *error, const char *secret)
{
	static const char mask[] = "***";
	size_t length = secret ? strlen(secret) : 0;

	if (length <= sizeof(mask) - 1) {
		return;
	}
	for (char *found = error->message; (found = strstr(found, secret)) != NULL;) {
		memcpy(found, mask, sizeof(mask) - 1);
		found += sizeof(mask) - 1;
		memmove(found, found + length - (sizeof(mask) - 1),
			strlen(found + length - (sizeof(mask) - 1)) + 1);
	}
}
