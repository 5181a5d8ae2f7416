#!/usr/bin/env bash
# Compares our side with PyTorch and SciPy: the same work, in turn, on the same processors.
#
#   harmonizer-bench/peers.sh --cases 'harm-resnet50' --rounds 3 --json docs/benchmarks/peers.json
#
# PYTHON names the interpreter that has torch and scipy (python3), JAVA the Java (java), CPUS the
# processors to use ("0 1"); BACKEND another backend than cpu and LIBS the folder of jars that it
# needs, such as BACKEND=nd4j-cpu LIBS=harmonizer-study/target/lib-nd4j.
# Build first: mvn -q -pl harmonizer-bench -am -DskipTests package
set -euo pipefail

here="$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)"
export PYTHON="${PYTHON:-python3}"
export JAVA="${JAVA:-${JAVA_HOME:+$JAVA_HOME/bin/}java}"
export JAR="$here/target/benchmarks.jar"

fail() {
  echo "peers.sh: $1" >&2
  exit 1
}

command -v "$JAVA" >/dev/null || fail "no Java found ($JAVA) — set JAVA"
command -v "$PYTHON" >/dev/null || fail "no Python found ($PYTHON) — set PYTHON"
[[ -f "$JAR" ]] || fail "benchmarks.jar is missing — mvn -q -pl harmonizer-bench -am -DskipTests package"
for module in torch scipy numpy; do
  "$PYTHON" -c "import $module" 2>/dev/null ||
    fail "$PYTHON cannot import $module — pip install torch scipy numpy, or set PYTHON to one that can"
done

exec "$PYTHON" "$here/tools/compare.py" "$@"
