package org.neuralharmonizer.io.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.io.ElementType;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.ShapeException;
import org.neuralharmonizer.tensor.Tensor;

/**
 * The numbers of a {@code TensorProto}. Whole numbers are exact: those that a float cannot hold are
 * refused, but for the ends of the 32- and 64-bit ranges, which stand for "as far as there is".
 */
record OnnxArray(ElementKind kind, Tensor values) {
  /** From here on whole numbers mean the end of their range. */
  private static final double ENDLESS = Integer.MAX_VALUE;

  /** Types by their number in {@code TensorProto.DataType}. */
  private static final Map<Long, ElementType> TYPES =
      Map.ofEntries(
          Map.entry(1L, ElementType.F32),
          Map.entry(2L, ElementType.U8),
          Map.entry(3L, ElementType.I8),
          Map.entry(4L, ElementType.U16),
          Map.entry(5L, ElementType.I16),
          Map.entry(6L, ElementType.I32),
          Map.entry(7L, ElementType.I64),
          Map.entry(9L, ElementType.BOOL),
          Map.entry(10L, ElementType.F16),
          Map.entry(11L, ElementType.F64),
          Map.entry(12L, ElementType.U32),
          Map.entry(13L, ElementType.U64),
          Map.entry(16L, ElementType.BF16));

  /** What the numbers of a type mean, null for one that is not read, such as text. */
  static @Nullable ElementKind kind(long type) {
    ElementType known = TYPES.get(type);
    if (known == null) {
      return null;
    }
    return switch (known) {
      case BOOL -> ElementKind.TRUTH;
      case F16, BF16, F32, F64 -> ElementKind.REAL;
      default -> ElementKind.WHOLE;
    };
  }

  /**
   * Decodes a tensor.
   *
   * @throws IOException if its type is not read, or it does not hold as many numbers as it says
   */
  static OnnxArray decode(WireMessage tensor, ExternalData external) throws IOException {
    long number = tensor.integer(Fields.TENSOR_TYPE);
    ElementType type = TYPES.get(number);
    ElementKind kind = kind(number);
    if (type == null || kind == null) {
      throw new IOException("a tensor has element type " + number + ", which is not read");
    }
    Shape shape = shape(tensor);
    double[] fields = null;
    ByteBuffer raw = null;
    if (tensor.integer(Fields.TENSOR_LOCATION) == Fields.LOCATION_EXTERNAL) {
      raw = external.bytes(tensor, (long) shape.size() * type.bytes());
    } else if (tensor.has(Fields.TENSOR_RAW)) {
      raw = tensor.bytes(Fields.TENSOR_RAW);
    } else {
      fields = fields(tensor, type);
    }
    int held = raw == null ? fields.length : raw.remaining() / type.bytes();
    if (held != shape.size()) {
      throw new IOException("a tensor of shape " + shape + " holds " + held + " numbers");
    }
    float[] values = new float[held];
    ByteBuffer source = raw == null ? null : raw.order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < held; i++) {
      double value = source == null ? fields[i] : type.number(source);
      values[i] = kind == ElementKind.WHOLE ? whole(value) : (float) value;
    }
    return new OnnxArray(kind, Tensor.adopt(shape, values));
  }

  private static Shape shape(WireMessage tensor) throws IOException {
    try {
      return Shape.of(
          tensor.integers(Fields.TENSOR_EXTENTS).stream().mapToInt(Math::toIntExact).toArray());
    } catch (ArithmeticException | ShapeException e) {
      throw new IOException("a tensor declares a shape that cannot be held", e);
    }
  }

  /** Numbers in typed fields; the 16-bit floats lie there as whole numbers of the same bits. */
  private static double[] fields(WireMessage tensor, ElementType type) throws IOException {
    return switch (type) {
      case F32 -> tensor.numbers(Fields.TENSOR_FLOATS, type);
      case F64 -> tensor.numbers(Fields.TENSOR_DOUBLES, type);
      case I64 -> integers(tensor, Fields.TENSOR_LONGS);
      case U32, U64 -> integers(tensor, Fields.TENSOR_UNSIGNED);
      case F16, BF16 -> {
        double[] bits = integers(tensor, Fields.TENSOR_INTS);
        ByteBuffer each = ByteBuffer.allocate(Short.BYTES);
        for (int i = 0; i < bits.length; i++) {
          bits[i] = type.number(each.putShort(0, (short) (int) bits[i]).rewind());
        }
        yield bits;
      }
      default -> integers(tensor, Fields.TENSOR_INTS);
    };
  }

  private static double[] integers(WireMessage tensor, int field) throws IOException {
    return tensor.integers(field).stream().mapToDouble(Long::doubleValue).toArray();
  }

  private static float whole(double value) throws IOException {
    float single = (float) value;
    if (single != value && Math.abs(value) < ENDLESS) {
      throw new IOException(
          "the whole number %.0f is beyond 2^24, up to which they are exact".formatted(value));
    }
    return single;
  }
}
