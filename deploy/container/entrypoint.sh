#!/bin/sh
# Process 1 of the container: runs livehost and hands SIGTERM on.
#
# A supervisor that dies (killed, out of memory) is started again here and takes over the broadcast
# that is on air; were it process 1 itself, the container would end with it. As process 1 the shell
# also collects the processes whose parents have died.
set -u

settled=10 # seconds after which a command counts as one that had come up
child=
ending=
end() {
    ending=1
    [ -z "$child" ] || kill -TERM "$child"
}
trap end TERM INT

was_up=
while :; do
    began=$(date +%s)
    livehost "$@" &
    child=$!
    # A signal that arrives ends `wait` before the child has ended.
    while :; do
        wait "$child"
        code=$?
        kill -0 "$child" 2>/dev/null || break
    done
    [ $(($(date +%s) - began)) -lt $settled ] || was_up=1
    # Told to end, done, or a room that cannot begin: for whoever runs the container to see.
    if [ "$ending" ] || [ "$code" = 0 ] || [ -z "$was_up" ]; then
        exit "$code"
    fi
    echo "livehost ended with code $code; starting it again" >&2
    sleep 1
done
