package org.neuralharmonizer.cuda;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.cuda.cublas.cublasLtContext;
import org.bytedeco.cuda.cublas.cublasLtMatmulAlgo_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulDescOpaque_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulHeuristicResult_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulPreferenceOpaque_t;
import org.bytedeco.cuda.cublas.cublasLtMatrixLayoutOpaque_t;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cublas;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.Pointer;
import org.neuralharmonizer.backend.ProductPrecision;
import org.neuralharmonizer.expr.Contraction.Reading;

/** The part of cuBLAS that leaves the choice of an algorithm to its caller, on one stream. */
final class CublasLt implements AutoCloseable {
  /** How many the library's model of the device may propose. */
  private static final int MOST_ALGORITHMS = 16;

  /** What all addresses of operands are multiples of; no load or store asks for more. */
  private static final int OPERAND_ALIGNMENT = 16;

  private static final int SCRATCH_ALIGNMENT = 256;

  /** Fixed by the library's header: an algorithm can be stored as they are. */
  private static final int WORDS_PER_ALGORITHM = 8;

  /** Twelve are used in CUDA 12 and 13. */
  private static final int WORDS_PER_FINDING = 16;

  /**
   * Each part of a long sum goes to scratch memory of its own, and all are added in a separate
   * step. Where they are added in place, NVIDIA promises one after another, but not in which order.
   */
  private static final int SEPARATE_SUMS =
      cublas.CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE | cublas.CUBLASLT_REDUCTION_SCHEME_OUTPUT_TYPE;

  private static final int ONE = 0;
  private static final int ZERO = 1;
  private static final int VALUE = 2;
  private static final int WRITTEN = 3;
  private static final int FINDINGS = 4;

  private final CUstream_st stream;
  private final cublasLtContext handle = new cublasLtContext();
  private final Words words = new Words(FINDINGS + MOST_ALGORITHMS * WORDS_PER_FINDING);

  CublasLt(CUstream_st stream) {
    this.stream = stream;
    words.put(ONE, 1f);
    words.put(ZERO, 0f);
    Cublas.check(cublas.cublasLtCreate(handle), "cublasLtCreate");
  }

  /**
   * One way to compute a product.
   *
   * @param words in which the library describes it; they may be copied and kept
   */
  record Algorithm(Words words, long scratchBytes) {}

  /** Whether memory is aligned as every algorithm was told. */
  static boolean isAligned(long a, long b, long result, long scratch) {
    return (a | b | result) % OPERAND_ALIGNMENT == 0 && scratch % SCRATCH_ALIGNMENT == 0;
  }

  @Override
  public void close() {
    if (!handle.isNull()) {
      cublas.cublasLtDestroy(handle);
      handle.setNull();
    }
  }

  /** A product as the library describes it; like {@link Cublas}, right times left, transposed. */
  final class Described implements AutoCloseable {
    private final MatrixProduct product;
    private final List<Runnable> owned = new ArrayList<>();
    private final cublasLtMatmulDescOpaque_t operation;
    private final cublasLtMatrixLayoutOpaque_t left;
    private final cublasLtMatrixLayoutOpaque_t right;
    private final cublasLtMatrixLayoutOpaque_t result;

    Described(MatrixProduct product) {
      this.product = product;
      int m = product.m();
      int n = product.n();
      int k = product.k();
      try {
        operation = operation();
        right = product.right() == Reading.AS_STORED ? operand(n, k) : operand(k, n);
        left = product.left() == Reading.AS_STORED ? operand(k, m) : operand(m, k);
        result = layout(product.result(), n, m);
      } catch (CudaException e) {
        close();
        throw e;
      }
    }

    private cublasLtMatmulDescOpaque_t operation() {
      check(
          cublas.cublasLtMatmulDescCreate(
              words.pointersAt(VALUE), Cublas.arithmetic(product), cudart.CUDA_R_32F),
          "cublasLtMatmulDescCreate");
      cublasLtMatmulDescOpaque_t created =
          new cublasLtMatmulDescOpaque_t(Words.pointer(words.get(VALUE)));
      owned.add(() -> cublas.cublasLtMatmulDescDestroy(created));
      set(created, cublas.CUBLASLT_MATMUL_DESC_TRANSA, Cublas.operation(product.right()));
      set(created, cublas.CUBLASLT_MATMUL_DESC_TRANSB, Cublas.operation(product.left()));
      return created;
    }

    private void set(cublasLtMatmulDescOpaque_t described, int attribute, int value) {
      check(
          cublas.cublasLtMatmulDescSetAttribute(described, attribute, value(value), Integer.BYTES),
          "cublasLtMatmulDescSetAttribute");
    }

    private cublasLtMatrixLayoutOpaque_t operand(int rows, int columns) {
      return layout(product.operands(), rows, columns);
    }

    /** Column by column. */
    private cublasLtMatrixLayoutOpaque_t layout(Format format, int rows, int columns) {
      check(
          cublas.cublasLtMatrixLayoutCreate(
              words.pointersAt(VALUE), Cublas.type(format), rows, columns, rows),
          "cublasLtMatrixLayoutCreate");
      cublasLtMatrixLayoutOpaque_t created =
          new cublasLtMatrixLayoutOpaque_t(Words.pointer(words.get(VALUE)));
      owned.add(() -> cublas.cublasLtMatrixLayoutDestroy(created));
      if (product.batches() > 1) {
        check(
            cublas.cublasLtMatrixLayoutSetAttribute(
                created,
                cublas.CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT,
                value(product.batches()),
                Integer.BYTES),
            "cublasLtMatrixLayoutSetAttribute");
        check(
            cublas.cublasLtMatrixLayoutSetAttribute(
                created,
                cublas.CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET,
                value((long) rows * columns),
                Long.BYTES),
            "cublasLtMatrixLayoutSetAttribute");
      }
      return created;
    }

    /**
     * Those that give the same bits each time, in the order of their estimated times; none if the
     * library proposes none.
     *
     * @param mostBytes of scratch
     */
    List<Algorithm> algorithms(long mostBytes) {
      check(
          cublas.cublasLtMatmulPreferenceCreate(words.pointersAt(VALUE)),
          "cublasLtMatmulPreferenceCreate");
      cublasLtMatmulPreferenceOpaque_t preference =
          new cublasLtMatmulPreferenceOpaque_t(Words.pointer(words.get(VALUE)));
      try {
        set(preference, cublas.CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, mostBytes, Long.BYTES);
        set(preference, cublas.CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK, SEPARATE_SUMS);
        set(preference, cublas.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, OPERAND_ALIGNMENT);
        set(preference, cublas.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, OPERAND_ALIGNMENT);
        set(preference, cublas.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, OPERAND_ALIGNMENT);
        set(preference, cublas.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, OPERAND_ALIGNMENT);
        return algorithms(preference, mostBytes);
      } finally {
        cublas.cublasLtMatmulPreferenceDestroy(preference);
      }
    }

    private void set(cublasLtMatmulPreferenceOpaque_t preference, int attribute, int value) {
      set(preference, attribute, value, Integer.BYTES);
    }

    private void set(
        cublasLtMatmulPreferenceOpaque_t preference, int attribute, long value, int bytes) {
      check(
          cublas.cublasLtMatmulPreferenceSetAttribute(preference, attribute, value(value), bytes),
          "cublasLtMatmulPreferenceSetAttribute");
    }

    private List<Algorithm> algorithms(
        cublasLtMatmulPreferenceOpaque_t preference, long mostBytes) {
      cublasLtMatmulHeuristicResult_t findings =
          new cublasLtMatmulHeuristicResult_t(words.at(FINDINGS));
      assert findings.sizeof() <= WORDS_PER_FINDING * Long.BYTES;
      int[] count = new int[1];
      check(
          cublas.cublasLtMatmulAlgoGetHeuristic(
              handle,
              operation,
              right,
              left,
              result,
              result,
              preference,
              MOST_ALGORITHMS,
              findings,
              count),
          "cublasLtMatmulAlgoGetHeuristic");
      List<Algorithm> found = new ArrayList<>();
      for (int i = 0; i < count[0]; i++) {
        cublasLtMatmulHeuristicResult_t each = findings.getPointer(i);
        boolean usable =
            each.state() == cublas.CUBLAS_STATUS_SUCCESS
                && each.workspaceSize() >= 0
                && each.workspaceSize() <= mostBytes;
        if (usable && isReproducible(each.algo()) && isPrecise(each.algo())) {
          found.add(new Algorithm(copy(each.algo()), each.workspaceSize()));
        }
      }
      return found;
    }

    /**
     * Whether two runs give the same bits. NVIDIA promises that of all of cuBLAS, unless atomic
     * operations are allowed or several streams share a workspace; what is left to see to is in
     * which order the parts of a sum are added.
     */
    private boolean isReproducible(cublasLtMatmulAlgo_t algorithm) {
      words.put(VALUE, 0L);
      int status =
          cublas.cublasLtMatmulAlgoConfigGetAttribute(
              algorithm,
              cublas.CUBLASLT_ALGO_CONFIG_REDUCTION_SCHEME,
              words.at(VALUE),
              Integer.BYTES,
              words.sizeAt(WRITTEN));
      return status == cublas.CUBLAS_STATUS_SUCCESS && (words.get(VALUE) & ~SEPARATE_SUMS) == 0;
    }

    /**
     * Full digits are multiplied and added by ordinary instructions only: what emulates them by
     * tensor cores, which the environment of the process may ask for, is not taken.
     */
    private boolean isPrecise(cublasLtMatmulAlgo_t algorithm) {
      if (product.precision() != ProductPrecision.SINGLE || product.operands() != Format.SINGLE) {
        return true;
      }
      words.put(VALUE, 0L);
      int status =
          cublas.cublasLtMatmulAlgoCapGetAttribute(
              algorithm,
              cublas.CUBLASLT_ALGO_CAP_NUMERICAL_IMPL_FLAGS,
              words.at(VALUE),
              Long.BYTES,
              words.sizeAt(WRITTEN));
      long instructions = words.get(VALUE) & cublas.CUBLASLT_NUMERICAL_IMPL_FLAGS_OP_TYPE_MASK;
      return status == cublas.CUBLAS_STATUS_SUCCESS
          && instructions == cublas.CUBLASLT_NUMERICAL_IMPL_FLAGS_FMA;
    }

    private static Words copy(cublasLtMatmulAlgo_t algorithm) {
      Words copy = new Words(WORDS_PER_ALGORITHM);
      for (int i = 0; i < WORDS_PER_ALGORITHM; i++) {
        copy.put(i, algorithm.data(i));
      }
      return copy;
    }

    /** Runs in stream order. */
    void run(Algorithm algorithm, long a, long b, long target, long scratch) {
      check(
          cublas.cublasLtMatmul(
              handle,
              operation,
              words.at(ONE),
              Words.pointer(b),
              right,
              Words.pointer(a),
              left,
              words.at(ZERO),
              Words.pointer(target),
              result,
              Words.pointer(target),
              result,
              new cublasLtMatmulAlgo_t(algorithm.words().at(0)),
              Words.pointer(algorithm.scratchBytes() == 0 ? 0 : scratch),
              algorithm.scratchBytes(),
              stream),
          "cublasLtMatmul");
    }

    /** The first bytes of a word are what a shorter integer there shows, as x86 stores them. */
    private Pointer value(long value) {
      words.put(VALUE, value);
      return words.at(VALUE);
    }

    private void check(int status, String call) {
      Cublas.check(status, call + " for " + product);
    }

    @Override
    public void close() {
      owned.forEach(Runnable::run);
      owned.clear();
    }
  }
}
