package org.neuralharmonizer.cuda;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.cudnn.cudnnConvolutionBwdDataAlgoPerf_t;
import org.bytedeco.cuda.cudnn.cudnnConvolutionBwdFilterAlgoPerf_t;
import org.bytedeco.cuda.cudnn.cudnnConvolutionFwdAlgoPerf_t;
import org.bytedeco.cuda.cudnn.cudnnConvolutionStruct;
import org.bytedeco.cuda.cudnn.cudnnFilterStruct;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;
import org.bytedeco.cuda.global.cudnn;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.neuralharmonizer.backend.ProductPrecision;

/**
 * One member of a convolution trio with cuDNN's descriptions of it, by the interface that every
 * cuDNN has had. NVIDIA calls it deprecated since the graph interface of cuDNN 9, to which it maps.
 */
@SuppressWarnings("deprecation")
final class CudnnConvolution implements Device.LibraryCall {
  /** More than there are algorithms times arithmetics. */
  private static final int MOST_FINDINGS = 32;

  private static final int ONE = 0;
  private static final int ZERO = 1;
  private static final int SIZE = 2;
  private static final int FINDINGS = 3;
  private static final int WORDS_PER_FINDING = 8;

  /** How algorithms are found. */
  enum Search {
    /** All are run. */
    TIMED,
    /** By a model of the device. */
    ESTIMATED
  }

  private final cudnnContext handle;
  private final ConvolutionTask task;
  private final cudnnTensorStruct input = new cudnnTensorStruct();
  private final cudnnTensorStruct output = new cudnnTensorStruct();
  private final cudnnFilterStruct filter = new cudnnFilterStruct();
  private final cudnnConvolutionStruct window = new cudnnConvolutionStruct();
  private final Words words = new Words(FINDINGS + MOST_FINDINGS * WORDS_PER_FINDING);
  private Cudnn.Algorithm algorithm = new Cudnn.Algorithm(0, 0, 0, false);
  private long scratchBytes;

  CudnnConvolution(cudnnContext handle, ConvolutionTask task) {
    this.handle = handle;
    this.task = task;
    words.put(ONE, 1f);
    words.put(ZERO, 0f);
    try {
      describe();
    } catch (CudaException e) {
      close();
      throw e;
    }
  }

  private void describe() {
    ConvolutionTask.Axis rows = task.rows();
    ConvolutionTask.Axis columns = task.columns();
    check(cudnn.cudnnCreateTensorDescriptor(input), "cudnnCreateTensorDescriptor");
    check(cudnn.cudnnCreateTensorDescriptor(output), "cudnnCreateTensorDescriptor");
    check(cudnn.cudnnCreateFilterDescriptor(filter), "cudnnCreateFilterDescriptor");
    check(cudnn.cudnnCreateConvolutionDescriptor(window), "cudnnCreateConvolutionDescriptor");
    describe(input, task.channels(), task.height(), task.width());
    describe(output, task.filters(), rows.outputs(), columns.outputs());
    check(
        cudnn.cudnnSetFilter4dDescriptor(
            filter,
            type(),
            cudnn.CUDNN_TENSOR_NCHW,
            task.filters(),
            task.channels() / task.groups(),
            rows.kernel(),
            columns.kernel()),
        "cudnnSetFilter4dDescriptor");
    check(
        cudnn.cudnnSetConvolution2dDescriptor(
            window,
            rows.padding(),
            columns.padding(),
            rows.stride(),
            columns.stride(),
            rows.dilation(),
            columns.dilation(),
            cudnn.CUDNN_CROSS_CORRELATION,
            cudnn.CUDNN_DATA_FLOAT),
        "cudnnSetConvolution2dDescriptor");
    check(
        cudnn.cudnnSetConvolutionGroupCount(window, task.groups()),
        "cudnnSetConvolutionGroupCount");
  }

  private void describe(cudnnTensorStruct tensor, int channels, int height, int width) {
    check(
        cudnn.cudnnSetTensor4dDescriptor(
            tensor, cudnn.CUDNN_TENSOR_NCHW, type(), task.images(), channels, height, width),
        "cudnnSetTensor4dDescriptor");
  }

  private int type() {
    return task.format() == Format.SINGLE ? cudnn.CUDNN_DATA_FLOAT : cudnn.CUDNN_DATA_BFLOAT16;
  }

  /** Whether nothing but fused multiply-adds of all digits will do. */
  private boolean isPrecise() {
    return task.format() == Format.SINGLE && task.precision() == ProductPrecision.SINGLE;
  }

  private void setMathType(int mathType) {
    check(cudnn.cudnnSetConvolutionMathType(window, mathType), "cudnnSetConvolutionMathType");
  }

  /** Those that can be run; none if the search itself fails, which need not be the last one. */
  List<Cudnn.Algorithm> find(Search search, Room room) {
    // The default permits tensor cores for operands of type float, since Ampere.
    int permitted =
        task.format() == Format.SINGLE ? cudnn.CUDNN_DEFAULT_MATH : cudnn.CUDNN_TENSOR_OP_MATH;
    setMathType(isPrecise() ? cudnn.CUDNN_FMA_MATH : permitted);
    int[] count = new int[1];
    int status = search == Search.TIMED ? findByTiming(room, count) : findByEstimate(count);
    List<Cudnn.Algorithm> found = new ArrayList<>();
    // The three members' findings are laid out alike.
    cudnnConvolutionFwdAlgoPerf_t findings = new cudnnConvolutionFwdAlgoPerf_t(words.at(FINDINGS));
    assert findings.sizeof() <= WORDS_PER_FINDING * Long.BYTES;
    for (int i = 0; status == cudnn.CUDNN_STATUS_SUCCESS && i < count[0]; i++) {
      cudnnConvolutionFwdAlgoPerf_t each = findings.getPointer(i);
      if (each.status() == cudnn.CUDNN_STATUS_SUCCESS) {
        found.add(
            new Cudnn.Algorithm(
                each.algo(),
                each.mathType(),
                each.time(),
                each.determinism() == cudnn.CUDNN_DETERMINISTIC));
      }
    }
    return found;
  }

  private int findByTiming(Room room, int[] count) {
    Pointer a = Words.pointer(room.a());
    Pointer b = Words.pointer(room.b());
    Pointer result = Words.pointer(room.result());
    Pointer scratch = Words.pointer(room.scratch());
    Pointer findings = words.at(FINDINGS);
    return switch (task.member()) {
      case OUTPUT ->
          cudnn.cudnnFindConvolutionForwardAlgorithmEx(
              handle,
              input,
              a,
              filter,
              b,
              window,
              output,
              result,
              MOST_FINDINGS,
              count,
              new cudnnConvolutionFwdAlgoPerf_t(findings),
              scratch,
              room.bytes());
      case INPUT ->
          cudnn.cudnnFindConvolutionBackwardDataAlgorithmEx(
              handle,
              filter,
              b,
              output,
              a,
              window,
              input,
              result,
              MOST_FINDINGS,
              count,
              new cudnnConvolutionBwdDataAlgoPerf_t(findings),
              scratch,
              room.bytes());
      case FILTER ->
          cudnn.cudnnFindConvolutionBackwardFilterAlgorithmEx(
              handle,
              input,
              a,
              output,
              b,
              window,
              filter,
              result,
              MOST_FINDINGS,
              count,
              new cudnnConvolutionBwdFilterAlgoPerf_t(findings),
              scratch,
              room.bytes());
    };
  }

  private int findByEstimate(int[] count) {
    Pointer findings = words.at(FINDINGS);
    return switch (task.member()) {
      case OUTPUT ->
          cudnn.cudnnGetConvolutionForwardAlgorithm_v7(
              handle,
              input,
              filter,
              window,
              output,
              MOST_FINDINGS,
              count,
              new cudnnConvolutionFwdAlgoPerf_t(findings));
      case INPUT ->
          cudnn.cudnnGetConvolutionBackwardDataAlgorithm_v7(
              handle,
              filter,
              output,
              window,
              input,
              MOST_FINDINGS,
              count,
              new cudnnConvolutionBwdDataAlgoPerf_t(findings));
      case FILTER ->
          cudnn.cudnnGetConvolutionBackwardFilterAlgorithm_v7(
              handle,
              input,
              output,
              window,
              filter,
              MOST_FINDINGS,
              count,
              new cudnnConvolutionBwdFilterAlgoPerf_t(findings));
    };
  }

  /** Whether it can be run within so much scratch memory, and if so, will be. */
  boolean use(Cudnn.Algorithm candidate, long mostBytes) {
    // Whatever the search reports.
    setMathType(isPrecise() ? cudnn.CUDNN_FMA_MATH : candidate.mathType());
    // Asked again: with another arithmetic than it was found with it may need more, or not exist.
    boolean usable =
        workspace(candidate.number()) == cudnn.CUDNN_STATUS_SUCCESS && words.get(SIZE) <= mostBytes;
    if (usable) {
      algorithm = candidate;
      scratchBytes = words.get(SIZE);
    }
    return usable;
  }

  private int workspace(int number) {
    SizeTPointer size = words.sizeAt(SIZE);
    return switch (task.member()) {
      case OUTPUT ->
          cudnn.cudnnGetConvolutionForwardWorkspaceSize(
              handle, input, filter, window, output, number, size);
      case INPUT ->
          cudnn.cudnnGetConvolutionBackwardDataWorkspaceSize(
              handle, filter, output, window, input, number, size);
      case FILTER ->
          cudnn.cudnnGetConvolutionBackwardFilterWorkspaceSize(
              handle, input, output, window, filter, number, size);
    };
  }

  @Override
  public long scratchBytes() {
    return scratchBytes;
  }

  @Override
  public boolean deterministic() {
    return algorithm.deterministic();
  }

  @Override
  public void run(long a, long b, long result, long scratch) {
    Pointer first = Words.pointer(a);
    Pointer second = Words.pointer(b);
    Pointer target = Words.pointer(result);
    Pointer room = Words.pointer(scratch);
    Pointer one = words.at(ONE);
    Pointer zero = words.at(ZERO);
    int number = algorithm.number();
    switch (task.member()) {
      case OUTPUT ->
          check(
              cudnn.cudnnConvolutionForward(
                  handle,
                  one,
                  input,
                  first,
                  filter,
                  second,
                  window,
                  number,
                  room,
                  scratchBytes,
                  zero,
                  output,
                  target),
              "cudnnConvolutionForward");
      case INPUT ->
          check(
              cudnn.cudnnConvolutionBackwardData(
                  handle,
                  one,
                  filter,
                  second,
                  output,
                  first,
                  window,
                  number,
                  room,
                  scratchBytes,
                  zero,
                  input,
                  target),
              "cudnnConvolutionBackwardData");
      case FILTER ->
          check(
              cudnn.cudnnConvolutionBackwardFilter(
                  handle,
                  one,
                  input,
                  first,
                  output,
                  second,
                  window,
                  number,
                  room,
                  scratchBytes,
                  zero,
                  filter,
                  target),
              "cudnnConvolutionBackwardFilter");
    }
  }

  private void check(int status, String call) {
    Cudnn.check(status, call + " for " + task);
  }

  @Override
  public void close() {
    if (!window.isNull()) {
      cudnn.cudnnDestroyConvolutionDescriptor(window);
      window.setNull();
    }
    if (!filter.isNull()) {
      cudnn.cudnnDestroyFilterDescriptor(filter);
      filter.setNull();
    }
    for (cudnnTensorStruct tensor : List.of(input, output)) {
      if (!tensor.isNull()) {
        cudnn.cudnnDestroyTensorDescriptor(tensor);
        tensor.setNull();
      }
    }
  }
}
