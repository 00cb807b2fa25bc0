"""A small todo list over HTTP, for the example environment of Beanstack."""

import pymysql

pymysql.install_as_MySQLdb()  # Django's MySQL backend asks for that module
