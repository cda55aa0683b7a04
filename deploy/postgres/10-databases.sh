#!/bin/sh
# Run once by the PostgreSQL image, when its data folder is new: a database and a role for each service, and no
# service can enter another's database. The passwords come from deploy/.env.
set -eu

make_database() {
    psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
        --set name="$1" --set password="$2" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name" TEMPLATE template0 ENCODING 'UTF8'
    LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C';
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
}

make_database registration "$REGISTRATION_DATABASE_PASSWORD"
make_database scheduling "$SCHEDULING_DATABASE_PASSWORD"
make_database notifications "$NOTIFICATIONS_DATABASE_PASSWORD"
