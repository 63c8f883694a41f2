#!/usr/bin/env bash
# Makes the pictures of docs/screens.md from running examples, in both themes at scale 1 and 2:
#   docs/make_pictures.sh PROGRAM          all but those of an example that needs a broker
#   docs/make_pictures.sh PROGRAM kafka    those: starts a Kafka broker at 127.0.0.1:9092, feeds it, and stops it
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
program=$(realpath "${1:?usage: docs/make_pictures.sh PROGRAM [kafka] (a built streamwright)}")
if ! command -v pngquant >/dev/null; then
    echo "pngquant is missing, which makes the pictures small: install it (packages_pictures in installers/packages.sh)." >&2
    exit 1
fi
work=$(mktemp -d)
broker=$root/tests/peers/kafka/kafka.sh
feeder=
finish() {
    if [ -n "$feeder" ]; then kill "$feeder" 2>/dev/null && wait "$feeder" || true; fi
    if [ -f "$work/broker/pid" ]; then "$broker" stop "$work/broker" || true; fi
    rm -rf "$work"
}
trap finish EXIT
export QT_QPA_PLATFORM=offscreen TZ=UTC LC_ALL=C.UTF-8
mkdir "$work/pictures"

# The example's topic with what it expects in it.
start_broker() {
    if (: </dev/tcp/127.0.0.1/9092) 2>/dev/null; then
        echo "Something listens at 127.0.0.1:9092 already, where the example looks for its broker; stop it first." >&2
        exit 1
    fi
    "$broker" format "$work/broker" 9092
    "$broker" start "$work/broker"
    "$program" run "$root/resources/examples/generate_kafka.pipeline.json" --state "$work/feeding" 2>"$work/feeder.log" &
    feeder=$!
    until "$program" detect kafka://127.0.0.1:9092/sensors >/dev/null 2>&1; do
        if ! kill -0 "$feeder" 2>/dev/null; then
            cat "$work/feeder.log" >&2
            exit 1
        fi
        sleep 0.5
    done
}

# take THEME SCALE ARGUMENT...: each with a state of its own, since an example that goes on from an earlier run looks
# different.
take() {
    local state=$work/$1$2
    mkdir -m 700 "$state"
    XDG_STATE_HOME=$state XDG_DATA_HOME=$state XDG_RUNTIME_DIR=$state QT_SCALE_FACTOR=$2 \
        "$program" --theme "$1" "${@:3}" >/dev/null
}

if [ "${2:-}" = kafka ]; then start_broker; fi
# In turn, since several at once would show a computer that is too busy.
for theme in dark light; do
    for scale in 1 2; do
        if [ "${2:-}" = kafka ]; then
            suffix=$([ "$scale" = 1 ] || echo @2x)
            take "$theme" "$scale" --show kafka --screenshot "$work/pictures/kafka-$theme$suffix.png"
        else
            take "$theme" "$scale" --screenshots "$work/pictures"
        fi
    done
done

# To 256 colours where nobody sees a difference; the others stay as they are (98 and 99 say so).
pngquant --quality 92-100 --speed 1 --strip --skip-if-larger --force --ext .png "$work"/pictures/*.png || [ $? -ge 98 ]

mkdir -p "$root/docs/pictures"
if [ "${2:-}" != kafka ]; then find "$root/docs/pictures" -name '*.png' ! -name 'kafka-*' -delete; fi
mv "$work"/pictures/*.png "$root/docs/pictures/"
