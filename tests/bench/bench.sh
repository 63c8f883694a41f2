#!/usr/bin/env bash
# Installs what is missing and runs the benchmarks; arguments go to bench.py.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$root/installers/packages.sh"
install_packages "${packages_build[@]}" "${packages_test[@]}"
bash "$root/installers/librdkafka.sh"
exec python3 "$root/tests/bench/bench.py" "$@"
