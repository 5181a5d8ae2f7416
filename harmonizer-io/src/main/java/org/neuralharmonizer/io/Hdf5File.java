package org.neuralharmonizer.io;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * An HDF5 file, of which numeric datasets and string attributes are read. Links are refused: an
 * external one would open files that the user did not name.
 */
final class Hdf5File implements AutoCloseable {
  private static final long LONGEST = Integer.MAX_VALUE - 8;

  private final String name;
  private final long length;
  private final ReadLimits limits;
  private final HdfFile file;
  private long used;

  private Hdf5File(String name, long length, ReadLimits limits, HdfFile file) {
    this.name = name;
    this.length = length;
    this.limits = limits;
    this.file = file;
  }

  @FunctionalInterface
  interface Use<T> {
    T apply(Hdf5File file) throws IOException;
  }

  /**
   * Opens a file, uses and closes it. The parser meets damage with exceptions of every sort,
   * including exhausted stack and memory, when it follows a damaged length or a circle of
   * addresses; here they become one. It works on the bytes in memory, because from a channel it
   * sets aside whatever length the file declares before it reads.
   */
  static <T> T use(Path path, ReadLimits limits, Use<T> use) throws IOException {
    String name = path.toString();
    byte[] bytes = bytes(path);
    try (Hdf5File file = new Hdf5File(name, bytes.length, limits, HdfFile.fromBytes(bytes))) {
      return use.apply(file);
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw MalformedFileException.of(
          name,
          "not a whole HDF5 file (" + MalformedFileException.quote(reason) + ")",
          "copy it again or save it anew",
          e);
    }
  }

  private static byte[] bytes(Path path) throws IOException {
    try (Source source = Source.open(path)) {
      if (source.length() > LONGEST) {
        throw MalformedFileException.of(
            source.name(), source.length() + " bytes", "save the weights in files below 2 GiB");
      }
      return source.stream().readAllBytes();
    }
  }

  @Override
  public void close() {
    file.close();
  }

  Group root() {
    return file;
  }

  /** A member of a group; {@code path} may lead through further groups. */
  Node node(Group group, String path) throws MalformedFileException {
    Node node = group;
    for (String part : path.split("/", -1)) {
      Node child = node instanceof Group inner ? inner.getChildren().get(part) : null;
      if (child == null || child.isLink()) {
        throw wrong(
            (child == null ? "there is nothing" : "there is a link")
                + " at \""
                + group.getPath()
                + path
                + "\"",
            "save the whole model in one file");
      }
      node = child;
    }
    return node;
  }

  /** The strings of an attribute; none if it is absent or empty. */
  List<String> strings(Node node, String attribute) throws MalformedFileException {
    Attribute found = node.getAttributes().get(attribute);
    if (found == null || found.isEmpty() || found.getSize() == 0) {
      return List.of();
    }
    requireStorage("attribute \"" + attribute + "\"", found.getSizeInBytes());
    Object data = found.getData();
    if (data instanceof String[] strings) {
      return List.of(strings);
    }
    if (data instanceof String string) {
      return List.of(string);
    }
    throw wrong("attribute \"" + attribute + "\" holds no strings", "save the model with Keras");
  }

  /** A numeric dataset, converted to floats, in row-major order. */
  Tensor tensor(Dataset dataset) throws IOException {
    String what = "dataset \"" + dataset.getPath() + "\"";
    Class<?> type = dataset.getJavaType();
    if (dataset.isCompound() || dataset.isVariableLength() || !isNumber(type)) {
      throw wrong(what + " holds " + type.getSimpleName() + ", no numbers", "save it as float32");
    }
    long[] extents = dataset.isScalar() ? new long[0] : dataset.getDimensionsAsLong();
    Shape shape = Extents.shape(name, what, extents);
    used = Extents.budget(name, what, used, shape, Float.BYTES, limits);
    requireStorage(what, (long) shape.size() * dataset.getDataType().getSize());
    if (shape.size() == 0 || dataset.isEmpty()) {
      return Tensor.zeros(shape);
    }
    Object data = dataset.getDataFlat();
    int count = data.getClass().isArray() ? Array.getLength(data) : 1;
    if (count != shape.size()) {
      throw wrong(what + " has " + count + " of " + shape.size() + " values", "copy it again");
    }
    return data instanceof float[] floats
        ? Tensor.adopt(shape, floats)
        : Tensor.adopt(shape, floats(data, count));
  }

  private static boolean isNumber(Class<?> type) {
    return Number.class.isAssignableFrom(type)
        || (type.isPrimitive() && type != boolean.class && type != char.class);
  }

  /** Boxed one by one: rare types, and small arrays where they occur. */
  private static float[] floats(Object data, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      Object value = data.getClass().isArray() ? Array.get(data, i) : data;
      values[i] = ((Number) value).floatValue();
    }
    return values;
  }

  /** Deflate, the densest of the filters, bounds what a file of this length can hold. */
  private void requireStorage(String what, long bytes) throws MalformedFileException {
    if (bytes < 0 || bytes > length * Npz.DEFLATE_RATIO) {
      throw wrong(what + " claims " + bytes + " bytes in a file of " + length, "copy it again");
    }
  }

  /** Every dataset below a group with its path, in the order of the file; links are left out. */
  List<Map.Entry<String, Dataset>> datasets(Group group) {
    List<Map.Entry<String, Dataset>> found = new ArrayList<>();
    collect(group, "", found);
    return found;
  }

  private static void collect(Group group, String path, List<Map.Entry<String, Dataset>> found) {
    for (Map.Entry<String, Node> child : group.getChildren().entrySet()) {
      String childPath = path.isEmpty() ? child.getKey() : path + "/" + child.getKey();
      if (child.getValue().isLink()) {
        continue;
      }
      if (child.getValue() instanceof Dataset dataset) {
        found.add(Map.entry(childPath, dataset));
      } else if (child.getValue() instanceof Group inner) {
        collect(inner, childPath, found);
      }
    }
  }

  MalformedFileException wrong(String wrong, String remedy) {
    return MalformedFileException.of(name, wrong, remedy);
  }
}
