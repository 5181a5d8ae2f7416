#!/usr/bin/env bash
# Checks and measures the CUDA backend on a machine with an NVIDIA GPU and nothing else of ours.
#
#   gpu-check.sh pack [FOLDER]      where Maven and a JDK are: a folder that needs neither
#   bash FOLDER/gpu-check.sh run [suite|verify|sanitize|soak|bench|all] ...    on that machine
#
# The folder (target/gpu-check unless named) holds a Java, our jars, the tests, reference data and
# the peers in Python. A run needs CUDA's libraries (PyTorch's will do) and writes report.md,
# results.jsonl and logs to $OUT, or to report beside it; what it unpacks lies in work.
#
# pack:     HARMONIZER_DATA names the reference data (../shared/data beside the repository)
# suite:    TESTS, names of test classes; THREADS, tests at a time (1; CudaDeviceTest needs 1)
# sanitize: TOOLS (memcheck racecheck), METHODS of the suite
# soak:     STEPS (10000), MODEL (reference_cnn_bn), BATCH (32)
# bench:    QUICK=1 for small batches and TF32 alone, CASES, a pattern, PRECISIONS (tf32,fp32; bf16)
# always:   BACKEND (cuda), LIMIT_SUITE, LIMIT_VERIFY, LIMIT_SANITIZE, LIMIT_SOAK and LIMIT_BENCH in
#           seconds, JAVA_OPTIONS
set -uo pipefail

here="$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)"

fail() {
  echo "gpu-check: $1" >&2
  exit 1
}

# --- pack ---------------------------------------------------------------------------------------

most_mb=55

pack() {
  set -e
  local root runtime folder data maven size
  root="$(cd "$here/.." && pwd)"
  [[ -f "$root/pom.xml" ]] || fail "pack runs in the repository, not in a packed folder"
  folder="$(realpath -m "${1:-$here/target/gpu-check}")"
  data="${HARMONIZER_DATA:-$root/../shared/data}"
  maven="$root/mvnw"
  command -v mvn >/dev/null && maven=mvn
  "$maven" -q -B -f "$root/pom.xml" -pl harmonizer-study,harmonizer-bench -am -DskipTests \
    -Dspotless.check.skip=true package
  rm -rf "$folder"
  mkdir -p "$folder/lib" "$folder/test-lib" "$folder/data"
  cp "$root"/harmonizer-study/target/lib/*.jar "$folder/lib"
  cp "$root"/harmonizer-study/target/harmonizer-study-*.jar "$folder/lib"
  cp "$root"/harmonizer-bench/target/harmonizer-bench-*.jar "$folder/lib"
  cp "$root"/harmonizer-core/target/harmonizer-core-*-tests.jar "$folder/test-lib"
  rm -f "$folder"/lib/*-sources.jar "$folder"/lib/*-javadoc.jar "$folder"/lib/d3-*.jar
  if [[ -d "$root/harmonizer-cuda/target/test-classes" ]]; then
    jar --create --file "$folder/test-lib/harmonizer-cuda-tests.jar" \
      -C "$root/harmonizer-cuda/target/test-classes" .
  fi
  # Assertions and JUnit's console.
  "$maven" -q -B -f "$root/pom.xml" -pl harmonizer-cuda dependency:copy@gpu-check \
    -Dmdep.outputDirectory="$folder/test-lib" -DoutputDirectory="$folder/test-lib"

  # Verifying reads no images, so java.desktop, a third of a runtime, stays away. Packed once more,
  # because the virtual machine itself, 20 MB, shrinks to half; a run unpacks it.
  runtime="$(mktemp -d)"
  jlink --output "$runtime/runtime" --compress=2 --no-header-files --no-man-pages --strip-debug \
    --add-modules \
    "java.base,java.logging,java.management,java.xml,jdk.incubator.vector,jdk.unsupported,jdk.zipfs"
  # Debian's Java expects it from the system.
  cp -L /lib/x86_64-linux-gnu/libz.so.1 "$runtime/runtime/lib" 2>/dev/null || true
  find "$runtime" -name '*.so' -exec strip {} + 2>/dev/null || true
  tar -C "$runtime" -czf "$folder/runtime.tar.gz" runtime
  rm -rf "$runtime"

  mkdir -p "$folder/bench"
  cp -r "$root"/harmonizer-bench/peers "$root"/harmonizer-bench/tools "$folder/bench"
  rm -rf "$folder"/bench/*/__pycache__
  for name in golden statistics model-mobilenet025-imagenet; do
    if [[ -d "$data/$name" ]]; then
      cp -rL --no-preserve=mode "$data/$name" "$folder/data"
    else
      echo "gpu-check: no $data/$name — it will not be verified" >&2
    fi
  done
  # The same weights in other formats.
  rm -f "$folder"/data/model-*/*.h5 "$folder"/data/model-*/*.npz
  git -C "$root" describe --always --dirty >"$folder/revision" 2>/dev/null || true
  cp "${BASH_SOURCE[0]}" "$folder/gpu-check.sh"
  du -sm "$folder"/* | sort -n
  size="$(du -sm --apparent-size "$folder" | cut -f1)"
  echo "$folder: $size MB"
  ((size <= most_mb)) || fail "more than $most_mb MB do not fit through"
}

# --- run ----------------------------------------------------------------------------------------

# Where CUDA's libraries may be: pip's packages, which PyTorch brings, before the system's.
native_path() {
  "$PYTHON" - <<'PYTHON'
import glob, site, sys
roots = dict.fromkeys([*sys.path, *site.getsitepackages(), site.getusersitepackages()])
found = []
for root in filter(None, roots):
    for pattern in ("nvidia/cu1*/lib", "nvidia/*/lib", "torch/lib"):
        found += sorted(glob.glob(f"{root}/{pattern}"), reverse=True)
for pattern in ("/usr/local/cuda/lib64", "/usr/local/cuda-1*/lib64", "/usr/local/nvidia/lib64"):
    found += sorted(glob.glob(pattern), reverse=True)
print(":".join(dict.fromkeys(found)))
PYTHON
}

prepare() {
  export PYTHON="${PYTHON:-python3}" PYTHONDONTWRITEBYTECODE=1
  backend="${BACKEND:-cuda}"
  out="${OUT:-$here/report}"
  work="$here/work"
  mkdir -p "$out" "$work" || fail "cannot write to $out or $work"
  export JAVA="$work/runtime/bin/java"
  if [[ ! -x "$JAVA" || "$here/runtime.tar.gz" -nt "$work/runtime" ]]; then
    [[ -f "$here/runtime.tar.gz" ]] || fail "no Java — run it in a folder that pack has made"
    rm -rf "$work/runtime"
    tar -C "$work" -xzmf "$here/runtime.tar.gz" || fail "cannot unpack Java to $work"
  fi
  NATIVE="$(native_path)${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
  REVISION="$(cat "$here/revision" 2>/dev/null)"
  export NATIVE REVISION
  export CUDA_CACHE_PATH="$work/cuda-cache"
  options=(--add-modules jdk.incubator.vector -Djava.awt.headless=true
    -Dslf4j.internal.verbosity=ERROR "-Djava.io.tmpdir=$work" "-Duser.home=$work"
    "-Dorg.bytedeco.javacpp.cachedir=$work/javacpp" -XX:+UseParallelGC -Xmx16g)
  # shellcheck disable=SC2206 # It holds several options.
  options+=(${JAVA_OPTIONS:-})
  main_path="$here/lib/*"
  test_path="$here/lib/*:$here/test-lib/*"
  report="$out/report.md"
  lines="$out/results.jsonl"
}

java_of() { # class path, then what java takes
  local path="$1"
  shift
  LD_LIBRARY_PATH="$NATIVE" "$JAVA" "${options[@]}" -cp "$path" "$@"
}

device_mb() {
  command -v nvidia-smi >/dev/null || { echo 0; return; }
  nvidia-smi --query-gpu=memory.used --format=csv,noheader,nounits 2>/dev/null | head -1
}

say() { # to the report and the screen
  echo "$*" | tee -a "$report"
}

# Runs a part with a limit in seconds; its status is that of the part, 124 when it ran too long.
part() { # name, seconds, function
  local name="$1" limit="$2" begin status word
  say ""
  say "## $name"
  say ""
  begin="$(date +%s)"
  echo '```' >>"$report"
  # A shell of its own, so that the limit ends whatever the part has started.
  timeout -k 10 "$limit" bash "$here/gpu-check.sh" part "$name" 2>&1 | tee -a "$report"
  status=${PIPESTATUS[0]}
  echo '```' >>"$report"
  case $status in
    0) word=ok ;;
    124 | 137) word="not done after $limit s" ;;
    *) word="failed, status $status" ;;
  esac
  printf '{"part": "%s", "status": %d, "seconds": %d}\n' "$name" "$status" \
    "$(($(date +%s) - begin))" >>"$lines"
  summary+=("$(printf '%-10s %s, %d s' "$name" "$word" "$(($(date +%s) - begin))")")
  ((status == 0)) || worst=1
}

part_machine() {
  nvidia-smi --query-gpu=name,driver_version,memory.total,memory.used --format=csv,noheader \
    2>/dev/null ||
    echo "no GPU that nvidia-smi knows"
  "$PYTHON" -c 'import torch; print("torch", torch.__version__, torch.version.cuda)' 2>&1 | tail -1
  echo "revision $REVISION, $("$JAVA" -version 2>&1 | tail -1)"
  echo "CUDA's libraries are looked for in $NATIVE"
  java_of "$main_path" org.neuralharmonizer.study.cli.Main backends
}

console() { # reports folder, then selectors
  local reports="$1"
  shift
  java_of "$test_path" "-Dharmonizer.data=$here/data" org.junit.platform.console.ConsoleLauncher \
    execute --disable-banner --disable-ansi-colors --details=none --fail-if-no-tests \
    --reports-dir "$reports" \
    --config junit.jupiter.execution.parallel.enabled=true \
    --config junit.jupiter.execution.parallel.mode.default=concurrent \
    --config junit.jupiter.execution.parallel.config.strategy=fixed \
    --config "junit.jupiter.execution.parallel.config.fixed.parallelism=${THREADS:-1}" \
    --config "junit.jupiter.execution.parallel.config.fixed.max-pool-size=${THREADS:-1}" "$@"
}

suite_class() {
  echo "org.neuralharmonizer.$([[ $backend == cpu ]] && echo backend.Cpu || echo cuda.Cuda)ConformanceTest"
}

part_suite() {
  local selected=() status
  if [[ -n "${TESTS:-}" ]]; then
    for name in $TESTS; do selected+=("--select-class=$name"); done
  elif [[ $backend == cpu ]]; then
    selected=("--select-class=$(suite_class)")
  else
    selected=(--select-package=org.neuralharmonizer.cuda)
  fi
  rm -rf "$out/suite"
  console "$out/suite" "${selected[@]}" >"$out/suite.log" 2>&1
  status=$?
  grep -v "incubator" "$out/suite.log" | head -60
  "$PYTHON" "$here/bench/tools/junit.py" "$out/suite" "$lines" || status=1
  return $status
}

part_verify() {
  java_of "$main_path" org.neuralharmonizer.study.cli.Main verify --backend "$backend" \
    --data "$here/data" --json "$out/verify.json"
}

sanitizer() {
  command -v compute-sanitizer && return
  ls /usr/local/cuda*/bin/compute-sanitizer 2>/dev/null | tail -1
}

part_sanitize() {
  local tool="${1:-}" program status=0 class case methods selected=()
  program="$(sanitizer)"
  [[ -n "$program" ]] || { echo "compute-sanitizer is not installed"; return 1; }
  class="$(suite_class)"
  case="(org.neuralharmonizer.testing.ConformanceCase)"
  methods="${METHODS:-sumsAndMovements$case poolingWindows$case elementwiseFunctions$case
    matrixProducts$case harmonizedStepsFollowDoublePrecision anIndexThatIsNoRowIsNamedAndDoesNoHarm}"
  for method in $methods; do selected+=("--select-method=$class#$method"); done
  for tool in ${TOOLS:-memcheck racecheck}; do
    # The stacks of compiled Java cannot be walked; signals are Java's own.
    (
      export LD_LIBRARY_PATH="$NATIVE"
      "$program" --tool "$tool" --error-exitcode 86 --show-backtrace device --print-limit 20 \
        --target-processes all --log-file "$out/$tool.log" \
        "$JAVA" "${options[@]}" -Xrs -cp "$test_path" org.junit.platform.console.ConsoleLauncher \
        execute --disable-banner --disable-ansi-colors --details=none --fail-if-no-tests \
        --reports-dir "$out/$tool" "${selected[@]}" >"$out/$tool.out" 2>&1
    ) || { status=$?; echo "$tool: status $status"; }
    head -40 "$out/$tool.log"
    tail -1 "$out/$tool.log"
    "$PYTHON" "$here/bench/tools/junit.py" "$out/$tool" | tail -30
  done
  return $status
}

part_soak() {
  local watcher status before
  before="$(device_mb)"
  : >"$out/soak.memory"
  while sleep 1; do device_mb >>"$out/soak.memory"; done &
  watcher=$!
  java_of "$main_path" org.neuralharmonizer.bench.Soak "backend=$backend" \
    "model=${MODEL:-reference_cnn_bn}" "batch=${BATCH:-32}" "steps=${STEPS:-10000}" \
    "threads=$(nproc)"
  status=$?
  kill "$watcher" 2>/dev/null
  awk -v before="$before" -v after="$(device_mb)" \
    '{ seen[NR] = $1; if ($1 > most) most = $1 }
     END { late = NR - 2; if (late < 1) late = NR
       printf "device MiB: %s before, %s after a fifth, %s near the end, %s at most, %s after\n",
       before, seen[int(NR / 5) + 1], seen[late], most, after }' "$out/soak.memory"
  return $status
}

part_bench() {
  local given=(--json "$out/bench.json" --device "$backend" --stop "$((${LIMIT_BENCH:-500} - 60))")
  [[ -n "${QUICK:-}" ]] && given+=(--quick)
  [[ -n "${CASES:-}" ]] && given+=(--cases "$CASES")
  [[ -n "${PRECISIONS:-}" ]] && given+=(--precisions "$PRECISIONS")
  [[ -n "${SIDES:-}" ]] && given+=(--sides "$SIDES")
  local status
  CLASSPATH="$main_path" \
    JAVA_OPTIONS="-Duser.home=$work -Dorg.bytedeco.javacpp.cachedir=$work/javacpp ${JAVA_OPTIONS:-}" \
    "$PYTHON" "$here/bench/tools/gpu.py" "${given[@]}"
  status=$?
  "$PYTHON" - "$out/bench.json" >>"$lines" <<'PYTHON'
import json, pathlib, sys
path = pathlib.Path(sys.argv[1])
for case in json.loads(path.read_text("utf-8"))["cases"] if path.exists() else []:
    print(json.dumps({"part": "case", **case}, ensure_ascii=False))
PYTHON
  return $status
}

run() {
  local wanted=("$@") each
  prepare
  worst=0
  summary=()
  ((${#wanted[@]})) || wanted=(suite)
  [[ "${wanted[*]}" == all ]] && wanted=(suite verify soak bench sanitize)
  : >"$lines"
  echo "# GPU check of $REVISION, $(date -u +%FT%TZ)" >"$report"
  part machine 60
  for each in "${wanted[@]}"; do
    case "$each" in
      suite) part suite "${LIMIT_SUITE:-420}" ;;
      verify) part verify "${LIMIT_VERIFY:-120}" ;;
      sanitize) part sanitize "${LIMIT_SANITIZE:-300}" ;;
      soak) part soak "${LIMIT_SOAK:-200}" ;;
      bench) part bench "${LIMIT_BENCH:-500}" ;;
      *) fail "there is no \"$each\" to run — use suite, verify, sanitize, soak, bench or all" ;;
    esac
  done
  say ""
  say "## summary"
  say ""
  printf -- '- %s\n' "${summary[@]}" | tee -a "$report"
  echo "$report"
  return $worst
}

case "${1:-}" in
  pack) shift && pack "$@" ;;
  run) shift && run "$@" ;;
  part) prepare && "part_$2" ;;
  *) fail "say pack or run, see the first lines of this script" ;;
esac
