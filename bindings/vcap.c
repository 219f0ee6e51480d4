/*
 * VCAP_SERVICES: { label: [ { name, binding_name, instance_name, label, tags, credentials, … }, … ], … }
 * (Cloud Foundry's documentation, "Environment variables").
 */
#include "environment.h"
#include "service.h"

/* A text; NULL if there is none, or an empty one. If there is something else, sets the error. */
static const char *text_at(zval *service, const char *key, cfs_error *error)
{
	zval *value = cfs_document_at(service, key);
	const char *text = NULL;

	if (value && !cfs_document_is_text(value, &text)) {
		cfs_error_set(error, "the %s of a service is not a string", key);
	}
	return text && *text ? text : NULL;
}

static void add_service(cfs_services *services, const char *label, zval *service)
{
	cfs_service *added = cfs_services_add(services, "");
	const char *name = text_at(service, "name", &added->error);
	const char *binding = text_at(service, "binding_name", &added->error);
	const char *instance = text_at(service, "instance_name", &added->error);
	const char *own_label = text_at(service, "label", &added->error);
	zval *credentials = cfs_document_array_at(service, "credentials");

	added->malformed = *added->error.message;
	added->nameless = !name && !binding && !instance;
	added->label = own_label ? own_label : label;
	added->name = name ? name : binding ? binding : instance ? instance : added->label;
	added->other_names[0] = binding;
	added->other_names[1] = instance;
	added->tags = cfs_document_array_at(service, "tags");
	if (credentials) {
		ZVAL_COPY_VALUE(&added->credentials, credentials);
	}
}

/* Adds what should be a service but is none. A text may be meant as its name, or be a secret. */
static void add_malformed(cfs_services *services, const char *label, zval *value)
{
	cfs_service *added = cfs_services_add(services, label);

	cfs_document_is_text(value, &added->other_names[0]);
	added->label = label;
	added->malformed = added->nameless = true;
	cfs_error_set(&added->error, "a service is not a JSON object");
}

/* Whether the value is an object. An empty one cannot be told apart from an empty list. */
static bool is_object(zval *value)
{
	return Z_TYPE_P(value) == IS_ARRAY &&
		(!zend_hash_num_elements(Z_ARRVAL_P(value)) || !zend_array_is_list(Z_ARRVAL_P(value)));
}

static void add_list(cfs_services *services, const char *label, zval *list)
{
	zval *service;

	ZEND_HASH_FOREACH_VAL(Z_ARRVAL_P(list), service)
	{
		if (is_object(service)) {
			add_service(services, label, service);
		} else {
			add_malformed(services, label, service);
		}
	}
	ZEND_HASH_FOREACH_END();
}

/* Adds a label's value that is not a list: a service without the list around it, several services under their names, or
 * anything else. Each keeps its name, so that one for sessions fails and others are ignored. */
static void add_no_list(cfs_services *services, const char *label, zval *value)
{
	uint32_t first = services->count;

	if (Z_TYPE_P(value) != IS_ARRAY) {
		add_malformed(services, label, value);
	} else if (cfs_document_at(value, "credentials") || cfs_document_at(value, "name")) {
		add_service(services, label, value);
	} else {
		add_list(services, label, value);
	}
	for (uint32_t i = first; i < services->count; i++) {
		services->list[i].malformed = true;
		cfs_error_set(&services->list[i].error, "the value of a label is not a list");
	}
}

/* Adds all services. A broken one gets an error, which matters only if the service is for sessions. */
static void add_services(cfs_services *services)
{
	zend_string *label;
	zval *list;

	ZEND_HASH_FOREACH_STR_KEY_VAL(Z_ARRVAL(services->document), label, list)
	{
		const char *name = label ? ZSTR_VAL(label) : "";

		if (Z_TYPE_P(list) == IS_ARRAY && zend_array_is_list(Z_ARRVAL_P(list))) {
			add_list(services, name, list);
		} else {
			add_no_list(services, name, list);
		}
	}
	ZEND_HASH_FOREACH_END();
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
	add_services(services);
	if (!services->count) {
		cfs_error_set(&services->remark, "has no service in it");
	}
	return CFS_DOCUMENT_OK;
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
