#!/usr/bin/env bash
# A Kafka broker for tests: one process, broker and controller, on the loopback interface alone.
#   kafka.sh jars                         brings the jars into build/kafka (once)
#   kafka.sh format DIR PORT [ADDRESS]    makes DIR with its configuration, certificates and users
#   kafka.sh run DIR                      runs the broker of DIR in the foreground
#   kafka.sh start DIR                    runs it in the background and waits until it is ready
#   kafka.sh stop DIR                     stops it by its process id
#   kafka.sh unregister DIR               has it answer that its cluster has no brokers; it then has to be killed
# PORT is open to everybody, PORT+1 the controller's, PORT+2 speaks TLS and asks for a certificate of its own
# authority, PORT+3 TLS with a login. With ADDRESS there is PORT+4 too: whoever asks there is told that the broker is at
# ADDRESS (advertised.listeners).
# KAFKA_JAVA_OPTIONS takes the place of the option that lets tests start sooner.
# Users: alice (may do anything) and bob (may do nothing), each with the password NAME-secret.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
jars=$root/build/kafka
cluster_id=W2kQ0p3bSQmPq7m0c1vV4w

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

# A certificate authority, a certificate for the broker signed by it, and an authority that signed nothing.
make_certificates() {
    local name
    cd "$1"
    for name in ca other_ca; do
        openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=$name" \
            -keyout "$name.key" -out "$name.pem" 2>/dev/null
    done
    openssl req -newkey rsa:2048 -nodes -subj /CN=broker -keyout broker.key -out broker.csr 2>/dev/null
    openssl x509 -req -in broker.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 \
        -extfile <(echo "subjectAltName=DNS:localhost,IP:127.0.0.1") -out broker.crt 2>/dev/null
    cat <(openssl pkcs8 -topk8 -nocrypt -in broker.key) broker.crt >broker.pem
}

write_configuration() {
    local dir=$1 port=$2 address=${3:-} listener= advertised=
    if [ -n "$address" ]; then
        listener=,ELSEWHERE://127.0.0.1:$((port + 4))
        advertised=,ELSEWHERE://$address
    fi
    cat >"$dir/server.properties" <<END
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$((port + 1))
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$((port + 1)),SSL://127.0.0.1:$((port + 2)),SASL_SSL://127.0.0.1:$((port + 3))$listener
advertised.listeners=PLAINTEXT://127.0.0.1:$port,SSL://127.0.0.1:$((port + 2)),SASL_SSL://127.0.0.1:$((port + 3))$advertised
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL,ELSEWHERE:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs=$dir/data
auto.create.topics.enable=false
message.max.bytes=16777216
num.network.threads=2
num.io.threads=2
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
log.segment.bytes=67108864
file.delete.delay.ms=100
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS;User:alice;User:CN=broker
ssl.keystore.type=PEM
ssl.keystore.location=$dir/broker.pem
listener.name.ssl.ssl.client.auth=required
ssl.truststore.type=PEM
ssl.truststore.location=$dir/ca.pem
sasl.enabled.mechanisms=SCRAM-SHA-256,SCRAM-SHA-512,PLAIN
listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_alice="alice-secret" user_bob="bob-secret";
END
    cat >"$dir/log4j2.yaml" <<END
Configuration:
  status: warn
  Appenders: { Console: { name: console, PatternLayout: { pattern: "%d %p %m (%c)%n" } } }
  Loggers: { Root: { level: info, AppenderRef: { ref: console } } }
END
}

format() {
    local dir=$1 scram=() user mechanism
    mkdir -p "$dir"
    (make_certificates "$dir")
    write_configuration "$dir" "$2" "${3:-}"
    for user in alice bob; do
        for mechanism in SCRAM-SHA-256 SCRAM-SHA-512; do
            scram+=(--add-scram "$mechanism=[name=$user,password=$user-secret]")
        done
    done
    java -Xmx128m -XX:TieredStopAtLevel=1 -Dlog4j2.configurationFile="$dir/log4j2.yaml" -cp "$jars/*" kafka.tools.StorageTool \
        format --cluster-id "$cluster_id" --config "$dir/server.properties" "${scram[@]}" >"$dir/format.log" 2>&1 ||
        { cat "$dir/format.log" >&2; return 1; }
}

run() {
    exec java -Xms512m -Xmx512m -XX:+UseSerialGC "${KAFKA_JAVA_OPTIONS:--XX:TieredStopAtLevel=1}" \
        -Djava.awt.headless=true -Dlog4j2.configurationFile="$1/log4j2.yaml" \
        -cp "$jars/*" kafka.Kafka "$1/server.properties"
}

start() {
    local waited=0
    : >"$1/log" # that of the last run would say that it is ready
    setsid "$here/kafka.sh" run "$1" >"$1/log" 2>&1 </dev/null &
    echo $! >"$1/pid"
    until grep --quiet "Kafka Server started" "$1/log"; do
        if ! kill -0 "$(cat "$1/pid")" 2>/dev/null || [ $((waited += 1)) -gt 600 ]; then
            tail -n 30 "$1/log" >&2
            echo "The broker did not start; its log is $1/log." >&2
            return 1
        fi
        sleep 0.1
    done
}

stop() {
    local pid
    pid=$(cat "$1/pid")
    kill "$pid" 2>/dev/null || return 0
    while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
}

unregister() {
    local servers
    servers=$(sed --quiet 's|^advertised.listeners=PLAINTEXT://\([^,]*\),.*|\1|p' "$1/server.properties")
    java -Xmx128m -XX:TieredStopAtLevel=1 -Dlog4j2.configurationFile="$1/log4j2.yaml" -cp "$jars/*" \
        org.apache.kafka.tools.ClusterTool unregister --bootstrap-server "$servers" --id 1 >"$1/unregister.log" 2>&1 ||
        { cat "$1/unregister.log" >&2; return 1; }
}

bring_jars
case ${1:-} in
    jars) ;;
    format | run | start | stop | unregister) "$@" ;;
    *) sed --quiet 's/^#  //p' "$0"; exit 2 ;;
esac
