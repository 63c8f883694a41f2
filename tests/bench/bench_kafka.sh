#!/usr/bin/env bash
# Installs what is missing and measures the engine from Kafka to Kafka; arguments go to bench_kafka.py.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$root/installers/packages.sh"
install_packages "${packages_build[@]}" "${packages_test[@]}"
bash "$root/installers/librdkafka.sh"
bash "$root/tests/peers/kafka/kafka.sh" jars
exec python3 "$root/tests/bench/bench_kafka.py" "$@"
