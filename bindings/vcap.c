/*
 * VCAP_SERVICES: { label: [ { name, binding_name, instance_name, label, tags, credentials, … }, … ], … }
 * (Cloud Foundry's documentation, "Environment variables").
 */
#include "environment.h"
#include "service.h"

/* A text, or NULL where there is none or an empty one. */
static bool take_text(
	zval *service, const char *key, const char **text, const char *source, cfs_error *error)
{
	zval *value = cfs_document_at(service, key);

	if (value && !cfs_document_is_text(value, text)) {
		cfs_error_set(error, "%s: the %s of a service is not a text", source, key);
		return false;
	}
	if (*text && !**text) {
		*text = NULL;
	}
	return true;
}

static bool add_service(cfs_services *services, zval *service, cfs_error *error)
{
	const char *name = NULL, *instance = NULL, *binding = NULL, *label = NULL;
	const char *source = services->source;
	cfs_service *added;
	zval *credentials;

	if (Z_TYPE_P(service) != IS_ARRAY) {
		cfs_error_set(error, "%s: a service is not a JSON object", source);
		return false;
	}
	if (!take_text(service, "name", &name, source, error) ||
		!take_text(service, "instance_name", &instance, source, error) ||
		!take_text(service, "binding_name", &binding, source, error) ||
		!take_text(service, "label", &label, source, error)) {
		return false;
	}
	if (!name) {
		name = instance ? instance : binding ? binding : label;
	}
	added = cfs_services_add(services, name ? name : "");
	added->other_names[0] = binding;
	added->other_names[1] = instance;
	added->label = label;
	added->tags = cfs_document_array_at(service, "tags");
	credentials = cfs_document_array_at(service, "credentials");
	if (credentials) {
		ZVAL_COPY_VALUE(&added->credentials, credentials);
	}
	return true;
}

static bool add_services(cfs_services *services, cfs_error *error)
{
	zval *list, *service;

	ZEND_HASH_FOREACH_VAL(Z_ARRVAL(services->document), list)
	{
		if (Z_TYPE_P(list) != IS_ARRAY) {
			cfs_error_set(error, "%s: what stands under a label is not a list", services->source);
			return false;
		}
		ZEND_HASH_FOREACH_VAL(Z_ARRVAL_P(list), service)
		{
			if (!add_service(services, service, error)) {
				return false;
			}
		}
		ZEND_HASH_FOREACH_END();
	}
	ZEND_HASH_FOREACH_END();
	return true;
}

static cfs_document_result read_json(
	cfs_services *services, const char *text, size_t length, cfs_error *error)
{
	cfs_document_result result;
	zval document;

	result = cfs_document_parse(text, length, services->source, &document, error);
	if (result != CFS_DOCUMENT_OK) {
		return result;
	}
	zval_ptr_dtor(&services->document);
	services->document = document;
	if (text[strspn(text, " \t\r\n")] != '{') {
		cfs_error_set(error, "%s is not a JSON object", services->source);
		return CFS_DOCUMENT_NOT_JSON;
	}
	return add_services(services, error) ? CFS_DOCUMENT_OK : CFS_DOCUMENT_REFUSED;
}

cfs_document_result cfs_vcap_read(cfs_services *services, cfs_error *error)
{
	const char *path = cfs_environment("VCAP_SERVICES_FILE_PATH");
	const char *json = cfs_environment("VCAP_SERVICES");
	cfs_document_result result;
	zend_string *text;
	cfs_error reason;

	if (!path) {
		return json ? read_json(services, json, strlen(json), error) : CFS_DOCUMENT_OK;
	}
	services->source = "VCAP_SERVICES_FILE_PATH";
	services->from_files = true;
	text = cfs_document_read_file(path, &reason);
	if (!text) {
		cfs_error_set(error, "%s: %s", services->source, reason.message);
		return CFS_DOCUMENT_REFUSED;
	}
	result = read_json(services, ZSTR_VAL(text), ZSTR_LEN(text), error);
	zend_string_release(text);
	return result;
}
