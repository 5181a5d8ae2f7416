package org.neuralharmonizer.io;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.neuralharmonizer.tensor.Shape;

/**
 * Pickles of NumPy's arrays of Python objects, as far as these are numbers, texts, lists, and
 * arrays of numbers. Nothing is called; numbers of NumPy become {@code Double}.
 */
final class NumpyUnpickler extends Unpickler {
  private static final Set<String> ARRAY =
      Set.of("numpy.core.multiarray _reconstruct", "numpy._core.multiarray _reconstruct");
  private static final Set<String> SCALAR =
      Set.of("numpy.core.multiarray scalar", "numpy._core.multiarray scalar");
  private static final Set<String> TYPES = Set.of("numpy ndarray", "numpy dtype");
  private static final String DTYPE = "numpy dtype";
  private static final String WHAT = "an array in a pickle";

  private final String file;

  /** An array of one axis; filled after it was made. */
  static final class Array {
    private List<Object> values = List.of();

    List<Object> values() {
      return values;
    }
  }

  /** A type of elements; its order of bytes is told after it was made. */
  private static final class Type {
    private final String code;
    private String order = "|";

    Type(String code) {
      this.code = code;
    }
  }

  NumpyUnpickler(String file, InputStream in) {
    super(file, in);
    this.file = file;
  }

  @Override
  boolean knows(String name) {
    return ARRAY.contains(name) || SCALAR.contains(name) || TYPES.contains(name);
  }

  @Override
  String wanted() {
    return ", no number, text, list or array";
  }

  @Override
  String remedy() {
    return "save nothing but these, or the table as CSV";
  }

  @Override
  Object call(String function, List<Object> arguments) throws IOException {
    if (ARRAY.contains(function)) {
      return new Array();
    }
    if (SCALAR.contains(function)) {
      return numbers((Type) arguments.get(0), (byte[]) arguments.get(1), 1).get(0);
    }
    if (function.equals(DTYPE)) {
      return new Type((String) arguments.get(0));
    }
    throw damaged("has a pickle that calls " + function);
  }

  @Override
  void build(Object target, Object state) throws IOException {
    List<Object> parts = ((Tuple) state).values();
    if (target instanceof Type type) {
      type.order = (String) parts.get(1);
    } else if (target instanceof Array array) {
      List<Object> extents = ((Tuple) parts.get(1)).values();
      if (extents.size() != 1) {
        throw damaged("has an array of " + extents.size() + " axes among its objects");
      }
      Shape shape = Extents.shape(file, WHAT, new long[] {(Long) extents.get(0)});
      if (parts.get(4) instanceof byte[] bytes) {
        array.values = numbers((Type) parts.get(2), bytes, shape.size());
      } else {
        List<?> objects = (List<?>) parts.get(4);
        if (objects.size() != shape.size()) {
          throw damaged("has an array with other values than its shape says");
        }
        array.values = new ArrayList<>(objects);
      }
    } else {
      throw damaged(
          "has a pickle that sets attributes of "
              + (target instanceof Map ? "a dictionary" : "a value"));
    }
  }

  private List<Object> numbers(Type type, byte[] bytes, int count) throws IOException {
    ElementType element = NpyHeader.type(file, WHAT, type.order + type.code);
    if ((long) count * element.bytes() != bytes.length) {
      throw damaged("has an array with other values than its shape says");
    }
    ByteOrder order = type.order.equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    try {
      List<Object> numbers = new ArrayList<>();
      for (double each : element.doubles(new ByteArrayInputStream(bytes), count, order)) {
        numbers.add(each);
      }
      return numbers;
    } catch (EOFException e) {
      throw damaged("has an array that ends too early");
    }
  }
}
