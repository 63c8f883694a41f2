#!/usr/bin/env bash
# Starts a Kafka broker on this computer and feeds its topic "sensors" until Ctrl+C: what the example kafka_sensors reads.
#   kafka_example.sh [PORT] [options of `streamwright-worker run`]      PORT: 9092, and the three behind it
# The broker listens on the loopback interface alone; its data goes with it. The program must have been built.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/installers/packages.sh"
port=9092
if [[ ${1:-} =~ ^[0-9]+$ ]]; then
    port=$1
    shift
fi

program=
for preset in release dev; do
    if [ -z "$program" ] && [ -x "$root/build/$preset/app/streamwright-worker" ]; then
        program=$root/build/$preset/app/streamwright-worker
    fi
done
if [ -z "$program" ]; then
    echo "There is no program in $root/build yet; run installers/quickstart.sh first." >&2
    exit 1
fi

install_packages "${packages_test[@]}"
broker=$root/tests/peers/kafka/kafka.sh
directory=$(mktemp --directory)
trap '"$broker" stop "$directory/broker" 2>/dev/null || true; rm -rf "$directory"' EXIT
trap : INT TERM # ends the feeding, and then what stands below it
echo "Starting a broker (the first time its jars are fetched)"
"$broker" format "$directory/broker" "$port"
"$broker" start "$directory/broker"
echo "A broker runs at 127.0.0.1:$port, and its topic \"sensors\" gets 5,000 records a second until Ctrl+C. In another terminal:"
echo "  $program run $root/resources/examples/kafka_sensors.pipeline.json --set brokers=127.0.0.1:$port"
"$program" run "$root/resources/examples/generate_kafka.pipeline.json" --set "brokers=127.0.0.1:$port" \
    --state "$directory/state" "$@"
