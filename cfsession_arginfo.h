/* This is a generated file, edit the .stub.php file instead.
 * Stub hash: 18780d053b954b7842398f9b5448efda2c7758aa */

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_cfsession_status, 0, 0, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, probe, _IS_BOOL, 0, "false")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, keep_session, _IS_BOOL, 0, "false")
ZEND_END_ARG_INFO()


ZEND_FUNCTION(cfsession_status);


static const zend_function_entry ext_functions[] = {
	ZEND_FE(cfsession_status, arginfo_cfsession_status)
	ZEND_FE_END
};
