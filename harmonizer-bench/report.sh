#!/usr/bin/env bash
# Regenerates the tables of docs/performance.md and docs/benchmarks/cuda.md from docs/benchmarks, or
# adds measurements there:
#
#   harmonizer-bench/report.sh
#   harmonizer-bench/report.sh record gemm Gemm
#   harmonizer-bench/report.sh gpu FOLDER_OF_GPU_CHECK ...
set -euo pipefail

here="$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)"
export JAVA="${JAVA:-${JAVA_HOME:+$JAVA_HOME/bin/}java}"
export JAR="$here/target/benchmarks.jar"

exec "${PYTHON:-python3}" "$here/tools/report.py" "$@"
