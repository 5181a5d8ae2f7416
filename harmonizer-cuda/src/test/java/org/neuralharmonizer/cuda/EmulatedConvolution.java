package org.neuralharmonizer.cuda;

import org.neuralharmonizer.cuda.ConvolutionTask.Axis;

/** What the emulator's convolution needs to know of a task. */
final class EmulatedConvolution {
  private EmulatedConvolution() {}

  /** Of the two operands and of the result. */
  static long[] bytes(ConvolutionTask task) {
    check(task);
    long each = task.format().bytes();
    long x = each * task.images() * task.channels() * task.height() * task.width();
    long w =
        each
            * task.filters()
            * (task.channels() / task.groups())
            * task.rows().kernel()
            * task.columns().kernel();
    long y =
        each * task.images() * task.filters() * task.rows().outputs() * task.columns().outputs();
    return switch (task.member()) {
      case OUTPUT -> new long[] {x, w, y};
      case INPUT -> new long[] {y, w, x};
      case FILTER -> new long[] {x, y, w};
    };
  }

  /** As {@link EmulatorLibrary#convolution} takes it. */
  static int[] geometry(ConvolutionTask task) {
    Axis rows = task.rows();
    Axis columns = task.columns();
    return new int[] {
      member(task),
      task.images(),
      task.channels(),
      task.filters(),
      task.groups(),
      task.height(),
      task.width(),
      rows.kernel(),
      rows.stride(),
      rows.dilation(),
      rows.padding(),
      rows.outputs(),
      columns.kernel(),
      columns.stride(),
      columns.dilation(),
      columns.padding(),
      columns.outputs()
    };
  }

  private static int member(ConvolutionTask task) {
    return switch (task.member()) {
      case OUTPUT -> 0;
      case INPUT -> 1;
      case FILTER -> 2;
    };
  }

  private static void check(ConvolutionTask task) {
    if (task.channels() % task.groups() != 0
        || task.filters() % task.groups() != 0
        || task.rows().outputs() != outputs(task.rows(), task.height())
        || task.columns().outputs() != outputs(task.columns(), task.width())) {
      throw new CudaException("no such convolution: " + task);
    }
  }

  /** cuDNN computes the number itself, and takes no other. */
  private static int outputs(Axis axis, int extent) {
    int reach = (axis.kernel() - 1) * axis.dilation() + 1;
    return (extent + 2 * axis.padding() - reach) / axis.stride() + 1;
  }
}
