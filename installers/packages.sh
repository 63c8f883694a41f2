# The one list of Debian packages, and the one way to install them. Sourced by the other scripts.

# What the built programs need at run time besides the libraries that the build packages bring.
packages_run=(
    fonts-inter fonts-jetbrains-mono
)

# What compiling them needs.
packages_build=(
    ca-certificates git
    cmake g++ mold ninja-build pkg-config
    libcurl4-openssl-dev libgl-dev libmimalloc-dev
    libhowardhinnant-date-dev libre2-dev libsimdjson-dev libsqlite3-dev libssl-dev libxxhash-dev zlib1g-dev
    libsasl2-dev libzstd-dev
    nlohmann-json3-dev
    libqt6opengl6-dev qt6-base-dev qt6-charts-dev qt6-svg-dev
)

# librdkafka's source comes by cargo: Debian's newer one, unless there is another.
if ! command -v cargo >/dev/null; then packages_build+=(cargo-web); fi

# What stands in where librdkafka cannot be built from its source.
packages_fallback=(librdkafka-dev)

# What the tests need besides: Java for a Kafka broker and for Flink, Python for tests/bench and tests/peers/flink, an X
# server for a system tray and for what only a real mouse does.
packages_test=(
    maven openjdk-17-jre-headless openssl
    python3
    libxcb-xtest0-dev libxcb1-dev xvfb
)

# What tests/bench/bench_profile needs besides.
packages_profile=(linux-perf)

# What docs/make_pictures.sh needs besides.
packages_pictures=(pngquant)

# install_packages NAME...: installs those that are missing. Asks nothing, and does not touch the network when all are there.
install_packages() {
    local missing=() name
    for name in "$@"; do
        if [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$name" 2>/dev/null)" != installed ]; then
            missing+=("$name")
        fi
    done
    if [ ${#missing[@]} -eq 0 ]; then return 0; fi

    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "These packages are missing: ${missing[*]}. Run this script as root, or install sudo, or install them yourself." >&2
            return 1
        fi
        as_root=(sudo)
    fi
    echo "Installing ${missing[*]}"
    "${as_root[@]}" apt-get update --quiet --quiet
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install --yes --quiet --quiet --no-install-recommends "${missing[@]}" >/dev/null
}
