#!/usr/bin/env bash
# Builds librdkafka as a static library, once, from the source that the crate rdkafka-sys carries (docs/decisions/0015).
# It is installed into the folder given as argument, else where every preset looks for it, under build/.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
crate=rdkafka-sys
crate_version=4.10.0+2.12.1
digest=e234cf318915c1059d4921ef7f75616b5219b10b46e9f3a511a15eb4b56a3f77
prefix=$(realpath --canonicalize-missing "${1:-$root/build/librdkafka-${crate_version#*+}}")
if [ -f "$prefix/.complete" ]; then exit 0; fi

work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
mkdir "$work/src"
: >"$work/src/lib.rs"
cat >"$work/Cargo.toml" <<END
[package]
name = "fetch"
version = "0.0.0"
edition = "2021"
[dependencies]
$crate = { version = "=${crate_version%+*}", default-features = false }
END
(cd "$work" && cargo fetch --quiet)
archive=$(find "${CARGO_HOME:-$HOME/.cargo}/registry/cache" -name "$crate-$crate_version.crate" | head -n 1)
if [ -z "$archive" ] || ! echo "$digest  $archive" | sha256sum --check --status; then
    echo "The crate $crate $crate_version is not the one that was reviewed: its digest differs from the one in $0." >&2
    exit 1
fi
tar --extract --gzip --file "$archive" --directory "$work"

# One file asks for cURL's header whether or not cURL is wanted.
sed --in-place 's/^#ifdef WITH_OAUTHBEARER_OIDC$/#if WITH_OAUTHBEARER_OIDC/' \
    "$work/$crate-$crate_version/librdkafka/src/rdkafka_conf.c"

# Cyrus SASL comes with SCRAM and cannot be left out; plugins and cURL can.
cmake -S "$work/$crate-$crate_version/librdkafka" -B "$work/build" -G Ninja --log-level=ERROR -Wno-dev \
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_FLAGS=-w -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DRDKAFKA_BUILD_STATIC=ON \
    -DRDKAFKA_BUILD_EXAMPLES=OFF -DRDKAFKA_BUILD_TESTS=OFF -DENABLE_LZ4_EXT=OFF \
    -DWITH_SSL=ON -DWITH_SASL=ON -DWITH_ZLIB=ON -DWITH_ZSTD=ON -DWITH_CURL=OFF -DWITH_PLUGINS=OFF \
    -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_LIBDIR=lib >/dev/null
cmake --build "$work/build" -- --quiet
cmake --install "$work/build" >/dev/null
touch "$prefix/.complete"
echo "librdkafka ${crate_version#*+} is in $prefix"
