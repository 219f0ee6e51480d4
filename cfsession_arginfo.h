/* This is a generated file, edit the .stub.php file instead.
 * Stub hash: eed8626c8f11dbf36a3019ca3dffc3b6269f5a9a */

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_cfsession_status, 0, 0, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, probe, _IS_BOOL, 0, "false")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, keep_session, _IS_BOOL, 0, "false")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_cfsession_tag, 0, 1, IS_VOID, 0)
	ZEND_ARG_TYPE_INFO(0, tag, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_cfsession_tagged, 0, 1, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, tag, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_cfsession_destroy_tagged, 0, 1, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO(0, tag, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, except_current, _IS_BOOL, 0, "false")
ZEND_END_ARG_INFO()


ZEND_FUNCTION(cfsession_status);
ZEND_FUNCTION(cfsession_tag);
ZEND_FUNCTION(cfsession_tagged);
ZEND_FUNCTION(cfsession_destroy_tagged);


static const zend_function_entry ext_functions[] = {
	ZEND_FE(cfsession_status, arginfo_cfsession_status)
	ZEND_FE(cfsession_tag, arginfo_cfsession_tag)
	ZEND_FE(cfsession_tagged, arginfo_cfsession_tagged)
	ZEND_FE(cfsession_destroy_tagged, arginfo_cfsession_destroy_tagged)
	ZEND_FE_END
};
