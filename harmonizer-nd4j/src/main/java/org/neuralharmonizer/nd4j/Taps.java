package org.neuralharmonizer.nd4j;

import org.neuralharmonizer.expr.WindowAxis;

/**
 * The outputs along one axis whose window reads the input at one tap, and where: positions of both
 * are evenly spaced.
 *
 * @param output the first of them
 * @param input the position that it reads
 * @param count how many there are; 0 if the tap reads nothing but padding
 * @param step input positions from one to the next
 */
record Taps(int output, int input, int count, int step) {

  static Taps of(WindowAxis axis, int tap) {
    int shift = tap * axis.dilation() - axis.before();
    int first = shift >= 0 ? 0 : (-shift + axis.stride() - 1) / axis.stride();
    int last = Math.floorDiv(axis.extent() - 1 - shift, axis.stride());
    int end = Math.min(last, axis.outputs() - 1);
    int count = Math.max(0, end - first + 1);
    return new Taps(first, first * axis.stride() + shift, count, axis.stride());
  }
}
