# Common ground of the scripts in bin/: sourced, not run. Goes to the checkout's root and makes cargo findable.
# shellcheck shell=bash

cd "$(dirname "${BASH_SOURCE[0]}")/.."

# rustup writes its PATH line into login profiles, which a CI shell does not read.
rust_bin="${CARGO_HOME:-${HOME:-}/.cargo}/bin"
command -v cargo >/dev/null || PATH="$PATH:$rust_bin"

heading() {
  printf '\n== %s\n' "$*"
}
