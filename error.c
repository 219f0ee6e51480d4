#include "error.h"

void cfs_error_set(cfs_error *error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(error->message, sizeof(error->message), format, arguments);
	va_end(arguments);
	error->refused = false;
	for (unsigned char *c = (unsigned char *) error->message; *c; c++) {
		if (*c < ' ' || *c == 0x7f) {
			*c = '?';
		}
	}
}

void cfs_hide(char *text, const char *secret)
{
	static const char mask[] = "***";
	size_t masked = sizeof(mask) - 1, length = secret ? strlen(secret) : 0;

	if (length <= masked) {
		return;
	}
	while ((text = strstr(text, secret))) {
		memcpy(text, mask, masked);
		text += masked;
		memmove(text, text + length - masked, strlen(text + length - masked) + 1);
	}
}
