package org.neuralharmonizer.cuda;

import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;

/** Writes the members of the structure of constants with which a template is instantiated. */
final class Geometry {
  private final StringBuilder text = new StringBuilder();

  /** A count or an extent. */
  Geometry count(String name, long value) {
    text.append("static constexpr unsigned %s = %d;%n".formatted(name, value));
    return this;
  }

  /** A number that is computed with numbers below 0. */
  Geometry number(String name, long value) {
    text.append("static constexpr int %s = %d;%n".formatted(name, value));
    return this;
  }

  /** A function of a position. */
  Geometry function(String name, String position, String value) {
    text.append(
        "static __device__ unsigned %s(unsigned %s) { return %s; }%n"
            .formatted(name, position, value));
    return this;
  }

  /** The two axes of a window. */
  Geometry window(WindowGeometry window) {
    axis("Rows", window.rows());
    axis("Columns", window.columns());
    return this;
  }

  private void axis(String name, WindowAxis axis) {
    text.append("struct %s {%n".formatted(name));
    Geometry members =
        new Geometry()
            .number("extent", axis.extent())
            .number("kernel", axis.kernel())
            .number("stride", axis.stride())
            .number("dilation", axis.dilation())
            .number("before", axis.before())
            .number("outputs", axis.outputs());
    text.append(members.toString().indent(2)).append("};\n");
  }

  @Override
  public String toString() {
    return text.toString().replace(System.lineSeparator(), "\n");
  }
}
