#!/bin/sh
# What each container of docker-compose.yml runs.
set -eu
umask 022

random() { head -c 24 /dev/urandom | base64 | tr '+/' '-_'; }

case "$1" in
keys)  # made once; only the containers that mount the volume can read them
    test -s /keys/database || random > /keys/database
    test -s /keys/auth || echo "phasewright:$(random)" > /keys/auth
    mkdir -p /state/home
    chown "$WORKER_USER" /state /state/home
    chmod 0700 /state
    ;;
server)
    PREFECT_SERVER_API_AUTH_STRING=$(cat /keys/auth)
    PREFECT_API_AUTH_STRING=$PREFECT_SERVER_API_AUTH_STRING
    PREFECT_SERVER_DATABASE_CONNECTION_URL="postgresql+asyncpg://prefect:$(cat /keys/database)@database:5432/prefect"
    export PREFECT_SERVER_API_AUTH_STRING PREFECT_API_AUTH_STRING PREFECT_SERVER_DATABASE_CONNECTION_URL
    # History is written in batches: see deployments/server_settings.py.
    for service in TASK_RUN_RECORDER EVENT_PERSISTER; do
        export "PREFECT_SERVER_SERVICES_${service}_READ_BATCH_SIZE=200" "PREFECT_SERVER_SERVICES_${service}_BATCH_SIZE=200"
    done
    export PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL=1 PREFECT_SERVER_SERVICES_TRIGGERS_READ_BATCH_SIZE=200
    exec prefect server start --host 0.0.0.0 --port 4200
    ;;
worker)
    PREFECT_API_AUTH_STRING=$(cat /keys/auth)
    export PREFECT_API_AUTH_STRING
    # For whoever enters the container: `docker compose exec worker prefect …` has none of this shell's environment.
    prefect config set "PREFECT_API_AUTH_STRING=$PREFECT_API_AUTH_STRING" > /dev/null
    test -n "$ANTHROPIC_BASE_URL" || unset ANTHROPIC_BASE_URL
    phasewright deploy --repo /repo --timezone "$PHASEWRIGHT_TIMEZONE"
    exec prefect worker start --pool phasewright
    ;;
*)
    echo "compose.sh: keys, server or worker, not '$1'" >&2
    exit 2
    ;;
esac
