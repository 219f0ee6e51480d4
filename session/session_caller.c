#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "session_caller.h"
#include "../compat.h"

static cfs_caller caller_of_name(const char *name)
{
	static const struct {
		const char *name;
		cfs_caller caller;
	} callers[] = {{"session_start", CALLER_STARTS}, {"session_reset", CALLER_STARTS},
		{"session_decode", CALLER_DECODES}, {"session_destroy", CALLER_DESTROYS},
		{"session_regenerate_id", CALLER_CHANGES_ID}};

	for (size_t i = 0; i < sizeof(callers) / sizeof(callers[0]); i++) {
		if (strcmp(name, callers[i].name) == 0) {
			return callers[i].caller;
		}
	}
	return CALLER_UNKNOWN;
}

cfs_caller cfs_find_caller(void)
{
	const zend_execute_data *frame = EG(current_execute_data);
	cfs_caller caller = frame ? CALLER_UNKNOWN : CALLER_STARTS;

	for (; frame && caller == CALLER_UNKNOWN; frame = frame->prev_execute_data) {
		const zend_function *function = frame->func;

		if (function && function->type == ZEND_INTERNAL_FUNCTION && !function->common.scope) {
			caller = caller_of_name(ZSTR_VAL(function->common.function_name));
		}
	}
	return caller == CALLER_UNKNOWN && cfs_is_out_of_memory() ? CALLER_STARTS : caller;
}

bool cfs_session_changes_id(const session *session)
{
	return session->backend->tags && cfs_find_caller() == CALLER_CHANGES_ID;
}

bool cfs_is_called_by_class(void)
{
	const zend_execute_data *frame = EG(current_execute_data);

	return frame && frame->func && frame->func->common.scope;
}
