mod debian/cfsession.ini
