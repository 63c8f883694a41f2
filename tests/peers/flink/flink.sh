#!/usr/bin/env bash
# A Flink session cluster for comparisons: a JobManager, a TaskManager with two slots and the SQL Gateway, each a process of
# its own, on the loopback interface alone.
#   flink.sh jars                                  brings the jars into build/flink (once)
#   flink.sh start DIR [REST_PORT GATEWAY_PORT]    starts it with its configuration, logs and ports in DIR; a port that
#                                                  is not given is a free one. DIR/rest_port and DIR/gateway_port name them
#   flink.sh stop DIR                              stops it by its process ids
#   flink.sh cpu DIR                               CPU seconds so far: of the JobManager, TaskManager and gateway
# FLINK_HEAP (512m) is the TaskManager's heap. FLINK_JAVA_OPTIONS takes the place of the option that lets short queries
# start sooner; a measurement sets it to -XX:+UseG1GC.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
jars=$root/build/flink
heap=${FLINK_HEAP:-512m}
parts=(jobmanager taskmanager gateway)

# Flink reaches into these on Java 17, and its own scripts open them too.
opened=(lang net io nio lang.reflect text time util util.concurrent util.concurrent.atomic util.concurrent.locks)

bring_jars() {
    if [ -f "$jars/.complete" ]; then return 0; fi
    mkdir -p "$jars"
    (
        flock 9
        if [ -f "$jars/.complete" ]; then exit 0; fi
        mvn --batch-mode --quiet --file "$here/pom.xml" dependency:copy-dependencies \
            -DoutputDirectory="$jars" -DincludeScope=runtime
        touch "$jars/.complete"
    ) 9>"$jars/.lock"
}

# free_ports N: as many ports that nobody listens at, all different.
free_ports() {
    python3 -c '
import socket, sys
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(int(sys.argv[1]))]
print(*[one.getsockname()[1] for one in held])' "$1"
}

write_configuration() {
    local dir=$1 rpc=$2 rest=$3 gateway=$4
    mkdir -p "$dir/conf" "$dir/tmp"
    echo "$rest" >"$dir/rest_port"
    echo "$gateway" >"$dir/gateway_port"
    cat >"$dir/conf/config.yaml" <<CONFIG
jobmanager.rpc.address: 127.0.0.1
jobmanager.rpc.port: $rpc
jobmanager.bind-host: 127.0.0.1
jobmanager.memory.heap.size: 256m
taskmanager.host: 127.0.0.1
taskmanager.bind-host: 127.0.0.1
taskmanager.numberOfTaskSlots: 2
taskmanager.cpu.cores: 2.0
taskmanager.memory.framework.heap.size: 128m
taskmanager.memory.framework.off-heap.size: 64m
taskmanager.memory.task.heap.size: $heap
taskmanager.memory.task.off-heap.size: 32m
taskmanager.memory.managed.size: 128m
taskmanager.memory.network.min: 64m
taskmanager.memory.network.max: 64m
taskmanager.memory.jvm-metaspace.size: 256m
taskmanager.memory.jvm-overhead.min: 128m
taskmanager.memory.jvm-overhead.max: 128m
rest.address: 127.0.0.1
rest.bind-address: 127.0.0.1
rest.port: $rest
parallelism.default: 1
pipeline.object-reuse: true
restart-strategy.type: none
state.backend.type: hashmap
io.tmp.dirs: $dir/tmp
sql-gateway.endpoint.rest.address: 127.0.0.1
sql-gateway.endpoint.rest.bind-address: 127.0.0.1
sql-gateway.endpoint.rest.port: $gateway
CONFIG
    cat >"$dir/conf/log4j.properties" <<CONFIG
rootLogger.level = INFO
rootLogger.appenderRef.console.ref = console
appender.console.name = console
appender.console.type = CONSOLE
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss,SSS} %-5p %c{1} %m%n
CONFIG
}

# run_part DIR NAME HEAP CLASS ARGUMENTS...
run_part() {
    local dir=$1 name=$2 memory=$3 class=$4 opens=() one
    shift 4
    for one in "${opened[@]}"; do opens+=("--add-opens=java.base/java.$one=ALL-UNNAMED"); done
    opens+=("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED")
    # shellcheck disable=SC2086  # several options may stand in one variable
    FLINK_CONF_DIR=$dir/conf setsid java "${opens[@]}" "-Xmx$memory" -XX:MaxMetaspaceSize=256m \
        ${FLINK_JAVA_OPTIONS:--XX:TieredStopAtLevel=1 -XX:+UseSerialGC} -Djava.awt.headless=true \
        -Djava.io.tmpdir="$dir/tmp" -Dlog4j.configurationFile="$dir/conf/log4j.properties" \
        -cp "$jars/*" "$class" "$@" >"$dir/$name.log" 2>&1 </dev/null &
    echo $! >"$dir/$name.pid"
}

# says PORT PATH TEXT: whether what 127.0.0.1 answers has the text in it.
says() {
    python3 -c '
import http.client, sys
try:
    connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=10)
    connection.request("GET", sys.argv[2])
    sys.exit(sys.argv[3] not in connection.getresponse().read().decode())
except OSError:
    sys.exit(1)' "$@"
}

# wait_for DIR PORT PATH TEXT: until it says so, as long as the processes live.
wait_for() {
    local dir=$1 waited=0 name
    shift
    until says "$@"; do
        for name in "${parts[@]}"; do
            if ! kill -0 "$(cat "$dir/$name.pid")" 2>/dev/null || [ $((waited += 1)) -gt 3000 ]; then
                tail -n 30 "$dir/$name.log" >&2
                echo "Flink's $name did not start; its log is $dir/$name.log." >&2
                stop "$dir"
                return 1
            fi
        done
        sleep 0.1
    done
}

start() {
    local dir rpc rest gateway
    mkdir -p "$1"
    dir=$(cd "$1" && pwd)
    read -r rpc rest gateway <<<"$(free_ports 3)"
    rest=${2:-$rest}
    gateway=${3:-$gateway}
    write_configuration "$dir" "$rpc" "$rest" "$gateway"
    run_part "$dir" jobmanager 256m org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint \
        --configDir "$dir/conf" --executionMode cluster
    run_part "$dir" taskmanager $((${heap%m} + 128))m org.apache.flink.runtime.taskexecutor.TaskManagerRunner \
        --configDir "$dir/conf"
    run_part "$dir" gateway 256m org.apache.flink.table.gateway.SqlGateway
    wait_for "$dir" "$rest" /overview '"slots-available":2'
    wait_for "$dir" "$gateway" /v2/info 'Apache Flink'
}

stop() {
    local name pid
    for name in gateway taskmanager jobmanager; do
        [ -f "$1/$name.pid" ] || continue
        pid=$(cat "$1/$name.pid")
        kill "$pid" 2>/dev/null || true
        for _ in $(seq 100); do
            kill -0 "$pid" 2>/dev/null || break
            sleep 0.1
        done
        kill -9 "$pid" 2>/dev/null || true
        rm "$1/$name.pid"
    done
}

cpu() {
    local name
    for name in "${parts[@]}"; do
        awk -v name="$name" -v ticks="$(getconf CLK_TCK)" \
            '{ sub(/.*\) /, ""); printf "%s %.2f\n", name, ($12 + $13) / ticks }' "/proc/$(cat "$1/$name.pid")/stat"
    done
}

bring_jars
case ${1:-} in
    jars) ;;
    start | stop | cpu) "$@" ;;
    *) sed --quiet 's/^#  //p' "$0"; exit 2 ;;
esac
