package org.neuralharmonizer.io.onnx;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/** Operators that make constants, ask for shapes and give values other shapes. */
final class ShapeRules {
  private static final int SPLIT_AS_OPERAND = 13;

  private ShapeRules() {}

  static final Map<String, Rule> RULES =
      Map.ofEntries(
          entry("Constant", ShapeRules::constant),
          entry("ConstantOfShape", ShapeRules::constantOfShape),
          entry("Range", ShapeRules::range),
          entry("Shape", ShapeRules::shape),
          entry("Size", c -> List.of(Operand.known(Tensor.scalar(c.shape(0).size()), whole()))),
          entry("Reshape", Rule.one(ShapeRules::reshape)),
          entry("Flatten", Rule.one(ShapeRules::flatten)),
          entry("Squeeze", Rule.one(ShapeRules::squeeze)),
          entry("Unsqueeze", Rule.one(ShapeRules::unsqueeze)),
          entry("Transpose", Rule.one(ShapeRules::transpose)),
          entry("Expand", Rule.one(ShapeRules::expand)),
          entry("Tile", Rule.one(ShapeRules::tile)),
          entry("Concat", Rule.one(ShapeRules::concat)),
          entry("Split", ShapeRules::split),
          entry("DepthToSpace", Rule.one(ShapeRules::depthToSpace)),
          entry("SpaceToDepth", Rule.one(ShapeRules::spaceToDepth)));

  private static ElementKind whole() {
    return ElementKind.WHOLE;
  }

  private static List<Operand> constant(Call call) {
    OnnxNode node = call.node();
    OnnxArray array = node.array("value");
    if (array != null) {
      return List.of(Operand.known(array.values(), array.kind()));
    }
    if (node.has("value_float")) {
      Tensor number = Tensor.scalar(node.number("value_float", 0));
      return List.of(Operand.known(number, ElementKind.REAL));
    }
    if (node.has("value_floats")) {
      double[] numbers = node.numbers("value_floats");
      Tensor list = Tensor.generate(Shape.of(numbers.length), i -> numbers[i]);
      return List.of(Operand.known(list, ElementKind.REAL));
    }
    if (node.has("value_int")) {
      return List.of(Operand.known(Tensor.scalar(node.integer("value_int", 0)), whole()));
    }
    if (node.has("value_ints")) {
      return List.of(Operand.known(node.integers("value_ints")));
    }
    throw new UnsupportedNodeException("its value is neither an array nor numbers");
  }

  private static List<Operand> constantOfShape(Call call) {
    OnnxArray value = call.node().array("value");
    Expr filled =
        Expr.filled(Shape.of(call.integers(0)), value == null ? 0 : value.values().value(0));
    return List.of(new Operand(filled, value == null ? ElementKind.REAL : value.kind(), true));
  }

  private static List<Operand> range(Call call) {
    double start = call.number(0);
    double step = call.number(2);
    double count = Math.max(Math.ceil((call.number(1) - start) / step), 0);
    Folding.requireSmall(count);
    Tensor numbers = Tensor.generate(Shape.of((int) count), i -> start + i * step);
    return List.of(Operand.known(numbers, call.kind(0)));
  }

  private static List<Operand> shape(Call call) {
    int[] extents = call.shape(0).extents();
    int start = bound(call.node().integer("start", 0), extents.length);
    int end = bound(call.node().integer("end", extents.length), extents.length);
    return List.of(Operand.known(Arrays.copyOfRange(extents, start, Math.max(start, end))));
  }

  /** A position that may be counted from the end and lie beyond it. */
  private static int bound(int position, int length) {
    int counted = position < 0 ? position + length : position;
    return Math.max(0, Math.min(length, counted));
  }

  private static Expr reshape(Call call) {
    int[] extents = call.has(1) ? call.integers(1) : call.node().integers("shape");
    Shape source = call.shape(0);
    boolean isLiteral = call.node().flag("allowzero");
    long known = 1;
    int open = -1;
    for (int axis = 0; axis < extents.length; axis++) {
      if (extents[axis] == 0 && !isLiteral) {
        extents[axis] = source.extent(call.axis(axis, source.rank()));
      }
      if (extents[axis] == -1) {
        open = axis;
      } else {
        known *= extents[axis];
      }
    }
    if (open >= 0) {
      extents[open] = known == 0 ? 0 : (int) (source.size() / known);
    }
    boolean hasImages = !call.operand(0).isKnown();
    if (hasImages && open != 0 && extents.length > 0 && extents[0] > 0) {
      long inner = Arrays.stream(extents).skip(1).asLongStream().reduce(1, (a, b) -> a * b);
      // With an open extent the shape always has the right size, if not the right batch.
      extents[0] =
          open > 0
              ? withOpen(call, extents, open, source)
              : call.batch().outermost(extents[0], inner, source.size());
    }
    return call.x(0).reshape(extents);
  }

  /** The outermost extent of a shape with one that follows from the others, which it may change. */
  private static int withOpen(Call call, int[] extents, int open, Shape source) {
    if (source.rank() == 0 || extents[0] == source.extent(0)) {
      return extents[0];
    }
    int adapted = call.batch().like(extents[0], source.extent(0));
    if (adapted != extents[0]) {
      extents[open] = extents[open] * extents[0] / adapted;
    }
    return adapted;
  }

  private static Expr flatten(Call call) {
    Shape shape = call.shape(0);
    int axis = call.node().integer("axis", 1);
    int split = axis == shape.rank() ? axis : call.axis(axis, shape.rank());
    int outer = Arrays.stream(shape.extents()).limit(split).reduce(1, (a, b) -> a * b);
    int inner = Arrays.stream(shape.extents()).skip(split).reduce(1, (a, b) -> a * b);
    return call.x(0).reshape(outer, inner);
  }

  private static Expr squeeze(Call call) {
    Shape shape = call.shape(0);
    int[] axes = call.axes(1, shape.rank());
    if (axes == null) {
      axes = IntStream.range(0, shape.rank()).filter(axis -> shape.extent(axis) == 1).toArray();
    }
    return Broadcasts.without(call.x(0), axes);
  }

  private static Expr unsqueeze(Call call) {
    int[] given = call.has(1) ? call.integers(1) : call.node().integers("axes");
    int[] extents = call.shape(0).extents();
    int[] more = new int[extents.length + given.length];
    for (int axis : call.axes(given, more.length)) {
      more[axis] = 1;
    }
    int next = 0;
    for (int axis = 0; axis < more.length; axis++) {
      more[axis] = more[axis] == 1 ? 1 : extents[next++];
    }
    return call.x(0).reshape(more);
  }

  private static Expr transpose(Call call) {
    int rank = call.shape(0).rank();
    int[] order = call.node().integers("perm");
    if (order.length == 0) {
      order = IntStream.range(0, rank).map(axis -> rank - 1 - axis).toArray();
    }
    return call.x(0).permute(order);
  }

  private static Expr expand(Call call) {
    Shape target = Shape.of(call.integers(1));
    return call.x(0).broadcastTo(Broadcasts.common(List.of(call.shape(0), target)));
  }

  /** Each axis gets one of repetitions before it, which then becomes part of it. */
  private static Expr tile(Call call) {
    int[] repeats = call.integers(1);
    int[] extents = call.shape(0).extents();
    int[] apart = new int[2 * extents.length];
    int[] repeated = new int[2 * extents.length];
    int[] joined = new int[extents.length];
    for (int axis = 0; axis < extents.length; axis++) {
      apart[2 * axis] = 1;
      repeated[2 * axis] = repeats[axis];
      apart[2 * axis + 1] = extents[axis];
      repeated[2 * axis + 1] = extents[axis];
      joined[axis] = repeats[axis] * extents[axis];
    }
    return call.x(0).reshape(apart).broadcastTo(Shape.of(repeated)).reshape(joined);
  }

  private static Expr concat(Call call) {
    Expr[] parts = IntStream.range(0, call.count()).mapToObj(call::x).toArray(Expr[]::new);
    int axis = call.axis(call.node().integer("axis", 1), parts[0].shape().rank());
    if (axis > 0) {
      int images = Arrays.stream(parts).mapToInt(each -> each.shape().extent(0)).max().orElse(1);
      Arrays.setAll(parts, i -> call.batch().forEach(parts[i], images));
    }
    return Functions.concat(axis, parts);
  }

  private static List<Operand> split(Call call) {
    int rank = call.shape(0).rank();
    int axis = call.axis(call.node().integer("axis", 0), rank);
    int extent = call.shape(0).extent(axis);
    int[] sizes;
    if (call.version() >= SPLIT_AS_OPERAND && call.has(1)) {
      sizes = call.integers(1);
    } else if (call.node().has("split")) {
      sizes = call.node().integers("split");
    } else {
      int parts = call.node().integer("num_outputs", call.node().outputs().size());
      int each = (extent + parts - 1) / parts;
      sizes = new int[parts];
      Arrays.setAll(sizes, i -> Math.max(0, Math.min(each, extent - i * each)));
    }
    List<Operand> parts = new ArrayList<>();
    int from = 0;
    for (int size : sizes) {
      parts.add(call.result(Functions.slice(call.x(0), axis, from, from + size)));
      from += size;
    }
    return parts;
  }

  private static Expr depthToSpace(Call call) {
    Shape shape = call.shape(0);
    int block = call.node().integer("blocksize", 1);
    int depth = shape.extent(1) / (block * block);
    boolean columnFirst = call.node().text("mode", "DCR").equals("CRD");
    Expr apart =
        columnFirst
            ? blocks(call, shape.extent(0), depth, block, block).permute(0, 1, 4, 2, 5, 3)
            : blocks(call, shape.extent(0), block, block, depth).permute(0, 3, 4, 1, 5, 2);
    return apart.reshape(shape.extent(0), depth, shape.extent(2) * block, shape.extent(3) * block);
  }

  private static Expr blocks(Call call, int... outer) {
    Shape shape = call.shape(0);
    return call.x(0)
        .reshape(outer[0], outer[1], outer[2], outer[3], shape.extent(2), shape.extent(3));
  }

  private static Expr spaceToDepth(Call call) {
    Shape shape = call.shape(0);
    int block = call.node().integer("blocksize", 1);
    int height = shape.extent(2) / block;
    int width = shape.extent(3) / block;
    Expr apart = call.x(0).reshape(shape.extent(0), shape.extent(1), height, block, width, block);
    Expr ordered =
        call.node().text("mode", "DCR").equals("CRD")
            ? apart.permute(0, 1, 3, 5, 2, 4)
            : apart.permute(0, 3, 5, 1, 2, 4);
    return ordered.reshape(shape.extent(0), shape.extent(1) * block * block, height, width);
  }
}
