/* This is a generated file, edit the .stub.php file instead.
 * Stub hash: 241d3ae1e57db4c4d61460fd93b9b617b2e1377e */

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_cfsession_status, 0, 0, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, probe, _IS_BOOL, 0, "false")
ZEND_END_ARG_INFO()


ZEND_FUNCTION(cfsession_status);


static const zend_function_entry ext_functions[] = {
	ZEND_FE(cfsession_status, arginfo_cfsession_status)
	ZEND_FE_END
};
