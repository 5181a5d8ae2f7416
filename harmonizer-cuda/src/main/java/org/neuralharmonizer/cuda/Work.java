package org.neuralharmonizer.cuda;

import java.util.List;

/** Something that the device is told to do; a step is one or several of them, in order. */
sealed interface Work {

  /** Bytes at the beginning of scratch memory that it uses, besides what a library asks for. */
  long scratch();

  /** Starts a kernel whose arguments are the addresses of operands. */
  record Launch(KernelSource kernel, int blocks, List<Location> operands, long scratch)
      implements Work {
    public Launch {
      operands = List.copyOf(operands);
    }

    /** Starts a kernel that calls a template of {@code kernels.cuh}. */
    static Launch ofTemplate(
        String template,
        String parameters,
        Geometry geometry,
        int blocks,
        List<Location> operands,
        long scratch) {
      KernelSource kernel =
          KernelSource.ofTemplate(template, parameters, geometry.toString(), operands);
      return new Launch(kernel, blocks, operands, scratch);
    }
  }

  /** Calls for a matrix product. */
  record Product(MatrixProduct product, Location a, Location b, Location result, long scratch)
      implements Work {}

  /** Calls for a convolution. */
  record Convolve(ConvolutionTask task, Location a, Location b, Location result, long scratch)
      implements Work {}

  /** Fills with zeros. */
  record Clear(Location target, long bytes) implements Work {
    @Override
    public long scratch() {
      return 0;
    }
  }

  /** Copies. */
  record Copy(Location from, Location to, long bytes) implements Work {
    @Override
    public long scratch() {
      return 0;
    }
  }
}
