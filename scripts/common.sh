# Read by the other scripts, which stand in the project's folder and say set -euo pipefail.
# shellcheck shell=bash disable=SC2034

readonly build_options='
  --torch DIR|system  the LibTorch to build with (scripts/setup --help)
  --build-dir DIR     where to build, build/ unless said otherwise
  -DNAME=VALUE        for CMake'

# As many compilers as there are cores, and 2 GiB of memory for each.
compile_jobs() {
  local cores memory
  cores=$(nproc)
  memory=$(awk '/^MemAvailable/ {print int($2 / 2 ^ 21)}' /proc/meminfo)
  echo $((memory < 1 ? 1 : memory < cores ? memory : cores))
}

# prepare TARGET [BUILD OPTION | OTHER]...: sets up, configures and builds the target in Release mode. Leaves
# the folder in build_dir and every other argument, as well as all that follow a --, in others.
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
