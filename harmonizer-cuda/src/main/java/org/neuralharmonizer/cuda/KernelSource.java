package org.neuralharmonizer.cuda;

import java.util.List;

/**
 * A kernel of CUDA C++. Kernels of the same text are the same kernel.
 *
 * @param kind begins its name
 * @param text with {@link #NAME} wherever the name goes
 */
record KernelSource(String kind, String text) {

  /** Stands for the name, which is given when a program's kernels are put together. */
  static final String NAME = "@";

  /** Threads of every block. */
  static final int THREADS = 256;

  static final int WARP = 32;
  static final int WARPS = THREADS / WARP;

  String named(String name) {
    return text.replace(NAME, name);
  }

  /**
   * A kernel that calls a template of {@code kernels.cuh} for a geometry.
   *
   * @param parameters as if all operands were of type {@code float}
   * @param operands whose formats say of what types they are
   */
  static KernelSource ofTemplate(
      String template, String parameters, String geometry, List<Location> operands) {
    String[] typed = parameters.split(", ");
    for (int i = 0; i < typed.length; i++) {
      typed[i] = typed[i].replace("float", operands.get(i).format().word());
    }
    String names = parameters.replaceAll("[^,]*[ *](\\w+)", "$1").replace(",", ", ");
    return new KernelSource(
        template,
        """
        struct @_geometry {
        %s};
        extern "C" __global__ void __launch_bounds__(THREADS) @(%s) {
          %s<@_geometry>(%s);
        }
        """
            .formatted(geometry.indent(2), String.join(", ", typed), template, names));
  }
}
