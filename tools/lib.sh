# What tools/run and tools/test share: packages, and builds that speak on stderr only.
#
# Sourced, from the root of the tree, by scripts that run under `set -euo pipefail`.

# a|b: whichever there is, the first one if both. Debian 12 has Boost 1.74 by default, which is too old.
run_packages=(g++ cmake ninja-build ccache 'libboost1.81-dev|libboost-dev' libcli11-dev nlohmann-json3-dev
  libfmt-dev libxxhash-dev)
test_packages=(catch2 librapidcheck-dev)
formats_packages=(python3 python3-lxml python3-junitparser python3-jsonschema graphviz)
live_packages=(redis-server python3 python3-redis)
browser_packages=(chromium)
style_packages=(clang-format-16 clang-tidy-16 clang-16)
fuzz_packages=(clang-16 libclang-rt-16-dev)  # clang 14 does not know the ranges of C++20

say() { printf 'interleak: %s\n' "$*" >&2; }

# as_root COMMAND...: as it is, or through sudo where that asks for no password.
as_root() {
  if [[ $(id -u) == 0 ]]; then "$@"; else sudo -n "$@"; fi
}

# missing_packages NAME...: those that are not installed, one a line.
missing_packages() {
  local package one status found
  for package in "$@"; do
    found=
    for one in ${package//|/ }; do
      status=$(dpkg-query -W -f '${db:Status-Status}' "$one" 2>/dev/null) || status=
      [[ $status == installed ]] && found=$one
    done
    [[ -n $found ]] || printf '%s\n' "$package"
  done
}

# known_packages NAME...: of a|b the first that the lists of packages have.
known_packages() {
  local package one
  for package in "$@"; do
    for one in ${package//|/ }; do
      [[ -n $(apt-cache madison "$one" 2>/dev/null) ]] && break
    done
    printf '%s\n' "$one"
  done
}

# ensure_packages NAME...: installs what is missing; where it may not, names it and exits 69.
ensure_packages() {
  if ! command -v dpkg-query >/dev/null; then
    say "not a Debian system: trusting that these are here in some form: $*"
    return
  fi
  local missing
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0
  if [[ $(id -u) != 0 ]] && ! sudo -n true 2>/dev/null; then
    mapfile -t missing < <(known_packages "${missing[@]}")
    say "these packages are missing: ${missing[*]}"
    say "as root: apt-get install --no-install-recommends ${missing[*]}"
    exit 69
  fi
  say "installing ${missing[*]}"
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=3
    -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
  as_root "${apt[@]}" update >&2 </dev/null || say "apt-get update failed; trying with the old lists"
  mapfile -t missing < <(known_packages "${missing[@]}")
  if ! as_root "${apt[@]}" install --yes --no-install-recommends "${missing[@]}" >&2 </dev/null; then
    say "could not install: ${missing[*]}"
    exit 69
  fi
}

# A number that goes with the commit: what is too much for every run is done in slices, another one each time.
slice_of_commit() { echo $((16#$(git rev-parse --short=7 HEAD 2>/dev/null || echo 0) % 1000003)); }

# How many compilers fit: one a core, and about 1 GiB for each.
jobs_that_fit() {
  local cores mib
  cores=$(nproc)
  mib=$(awk '/^MemAvailable:/ {print int($2 / 1024)}' /proc/meminfo 2>/dev/null) || mib=
  local fit=$((${mib:-4096} / 1024))
  ((fit < 1)) && fit=1
  echo $((cores < fit ? cores : fit))
}

# build PRESET TESTS TARGET...: configures if it must, builds the targets. TESTS is ON or keep.
build() {
  local preset=$1 tests=$2
  shift 2
  local dir=build/$preset
  mkdir -p build
  (
    flock 9  # two shells may start at once
    if [[ ! -f $dir/build.ninja ]] ||
      { [[ $tests == ON ]] && ! grep -q '^INTERLEAK_TESTS:BOOL=ON' "$dir/CMakeCache.txt"; }; then
      say "configuring $dir"
      local options=("${cmake_options[@]}")
      [[ $tests == ON ]] && options+=(-DINTERLEAK_TESTS=ON)
      cmake --preset "$preset" "${options[@]}" >&2 || exit
    fi
    say "building $dir: $*"
    timeout "$build_seconds" cmake --build "$dir" --parallel "$(jobs_that_fit)" --target "$@" >&2
  ) 9>build/.lock
}
cmake_options=()  # more for the first configuration of a build folder
build_seconds=1200

# fresh STAMP: true if nothing that the command is built from is newer than the file STAMP. Folders
# count too: they change when a file goes.
fresh() {
  [[ -f $1 ]] && [[ -z $(find sim reports live testing tools scenarios cmake docs/explain.md CMakeLists.txt \
    CMakePresets.json -newer "$1" -print -quit) ]]
}
