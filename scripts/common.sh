# Functions for the other scripts, which change to the project's folder and set -euo pipefail.
# shellcheck shell=bash disable=SC2034

readonly build_options='
  --torch DIR|system  LibTorch to build with, see scripts/setup --help
  --build-dir DIR     directory to build in (default: build)
  -DNAME=VALUE        option for CMake'

# Prints the number of compilers to run at once: one per core, each with 2 GiB of memory.
compile_jobs() {
  local cores memory
  cores=$(nproc)
  memory=$(awk '/^MemAvailable/ {print int($2 / 2 ^ 21)}' /proc/meminfo)
  echo $((memory < 1 ? 1 : memory < cores ? memory : cores))
}

# prepare TARGET [BUILD OPTION | OTHER]...: sets up, configures and builds the target in Release mode. It sets
# build_dir, and puts the other arguments and everything after a -- into the array others.
prepare() {
  local target=$1
  shift
  build_dir=build
  others=()
  local torch=() configure=()
  while (($#)); do
    case $1 in
      --torch | --build-dir) (($# > 1)) || { echo "$1 needs a value" >&2; exit 2; } ;;&
      --torch) torch=(--torch "$2"); shift ;;
      --torch=*) torch=("$1") ;;
      --build-dir) build_dir=$2; shift ;;
      --build-dir=*) build_dir=${1#*=} ;;
      -D?*) configure+=("$1") ;;
      --) shift; others+=("$@"); break ;;
      *) others+=("$1") ;;
    esac
    shift
  done
  scripts/setup "${torch[@]}"
  cmake --preset release -B "$build_dir" -DRESLAB_TORCH="$(<.venv/libtorch)" "${configure[@]}"
  cmake --build "$build_dir" --target "$target" --parallel "$(compile_jobs)"
}

# run_tests DIR [CTEST OPTION]...: runs the tests of a build directory, one per core at a time.
run_tests() {
  local dir=$1
  shift
  ctest --test-dir "$dir" --parallel "$(nproc)" --output-on-failure --no-tests=error "$@"
}
