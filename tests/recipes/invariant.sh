#!/usr/bin/env bash
# CONTRIBUTING.md's recipe of an invariant, done: invariant.patch is put into a copy of the tree, and what holds the
# lists of invariants together passes there. Fails if a new invariant over known facts has come to need more than four
# files and a test.
#
#   tests/recipes/invariant.sh BUILD
#
# What the patch touches is compiled anew and linked to what BUILD has of all else (tests/CMakeLists.txt), so this takes
# seconds. If a change of yours is in the way of the patch: `git apply -3` it, mend it, `git diff` is the new one.
set -euo pipefail
build=$(realpath -e -- "${1:?the build folder}")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
patch=$PWD/tests/recipes/invariant.patch
tree=$build/tests/recipe/tree
allowed=(docs/explain.md docs/semantics.md sim/property/invariants.cpp sim/scenario/schema/scenario.schema.json
  tests/oracle/explorer.cpp)

touched=$(sed -n 's|^+++ b/||p' "$patch" | LC_ALL=C sort)
if [[ $touched != "$(printf '%s\n' "${allowed[@]}")" ]]; then
  printf 'the patch touches\n%s\nand the recipe has four files and a test:\n' "$touched"
  printf '%s\n' "${allowed[@]}"
  exit 1
fi
for path in "${allowed[@]}"; do
  grep -qF "\`$path\`" CONTRIBUTING.md || { echo "CONTRIBUTING.md does not name $path"; exit 1; }
done

rm -rf "$tree"
mkdir -p "$tree"
tar -cf - --exclude=./build --exclude=./.git . | tar -xf - -C "$tree"
cd "$tree"
# Outside of any repository, so that it is the files that are looked at.
GIT_DIR=/nonexistent git apply -C1 "$patch"
cmake --build "$build" --target recipes
programs=$build/tests
"$programs/recipe_unit" "[#tables_test],[#explanations_test],[#formats_test]"
"$programs/recipe_oracle" "the naive explorer judges every invariant"
"$programs/recipe_semantic_fuzz" --designs 100 --threads 1 --out "$build/tests/recipe/found"
bash tests/docs.sh "$programs/recipe_interleak" docs/explain.md
