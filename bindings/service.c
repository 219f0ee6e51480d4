#include "service.h"

void cfs_services_init(cfs_services *services, const char *source)
{
	memset(services, 0, sizeof(*services));
	services->source = source;
	array_init(&services->document);
}

void cfs_services_free(cfs_services *services)
{
	zval_ptr_dtor(&services->document);
	if (services->list) {
		efree(services->list);
	}
}

cfs_service *cfs_services_add(cfs_services *services, const char *name)
{
	cfs_service *added;

	services->list = safe_erealloc(services->list, services->count + 1, sizeof(*services->list), 0);
	added = &services->list[services->count++];
	memset(added, 0, sizeof(*added));
	added->name = name;
	ZVAL_UNDEF(&added->credentials);
	return added;
}
