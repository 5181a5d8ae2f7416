package org.neuralharmonizer.io;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * PyTorch's checkpoints ({@code .pt}, {@code .pth}, {@code .th}), the zip archives of today and the
 * rows of pickles of before version 1.6: the tensors of a {@code state_dict}, which is the file's
 * only value or stands in it under {@code state_dict} or {@code model}.
 *
 * <p>No Python is run. Tensors, numbers, text, lists and dictionaries are understood; whatever else
 * a file holds, such as a whole module or NumPy's scalars, is refused by its name. Numbers become
 * floats as {@link Safetensors} makes them. Read big files within {@link ReadLimits}.
 *
 * <p>Format: <a href="https://github.com/pytorch/pytorch/blob/main/torch/serialization.py">
 * torch/serialization.py</a>.
 */
public final class TorchWeights {
  private static final String MAGIC = "1950a86a20f9469cfc6c";
  private static final String PICKLE = "/data.pkl";

  private TorchWeights() {}

  /**
   * All tensors, in the order of the dictionary.
   *
   * @throws MalformedFileException if the file is damaged, or holds what is no plain tensor
   * @throws IOException if the file cannot be read
   */
  public static Map<String, Tensor> read(Path file) throws IOException {
    return read(file, ReadLimits.standard());
  }

  /** As {@link #read(Path)}, within other limits. */
  public static Map<String, Tensor> read(Path file, ReadLimits limits) throws IOException {
    Source.requireFile(file);
    try {
      return isZip(file) ? archive(file, limits) : row(file, limits);
    } catch (EOFException | ZipException e) {
      throw MalformedFileException.of(
          file.toString(), "it is not whole (" + e.getMessage() + ")", "copy it again", e);
    }
  }

  private static boolean isZip(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.read() == 'P' && in.read() == 'K';
    }
  }

  private static Map<String, Tensor> archive(Path file, ReadLimits limits) throws IOException {
    String name = file.toString();
    if (file.getFileSystem() != FileSystems.getDefault()) {
      throw new IOException("read \"" + file + "\": not on this machine's disks — copy it there");
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry pickle =
          zip.stream()
              .filter(entry -> entry.getName().endsWith(PICKLE))
              .findFirst()
              .orElseThrow(
                  () ->
                      MalformedFileException.of(
                          name, "it has no data.pkl", "give a file written by torch.save"));
      String folder = pickle.getName().substring(0, pickle.getName().length() - PICKLE.length());
      requireLittleEndian(name, zip, folder);
      Map<String, Unpickler.View> views;
      try (InputStream in = new BufferedInputStream(zip.getInputStream(pickle))) {
        views = stateOf(name, new Unpickler(name, in).load());
      }
      long size = Files.size(file);
      return tensors(
          name,
          views,
          limits,
          storage -> {
            ZipEntry entry = zip.getEntry(folder + "/data/" + storage.key());
            long bytes = storage.size() * storage.type().bytes();
            if (entry == null || entry.getSize() != bytes) {
              throw storageDiffers(name, storage);
            }
            long packed = Math.min(entry.getCompressedSize(), size);
            long most = entry.getMethod() == ZipEntry.STORED ? packed : packed * Npz.DEFLATE_RATIO;
            if (bytes > most) {
              throw storageDiffers(name, storage);
            }
            try (InputStream in = new BufferedInputStream(zip.getInputStream(entry))) {
              return storage.type().floats(in, (int) storage.size(), ByteOrder.LITTLE_ENDIAN);
            }
          });
    }
  }

  private static void requireLittleEndian(String file, ZipFile zip, String folder)
      throws IOException {
    ZipEntry order = zip.getEntry(folder + "/byteorder");
    if (order != null) {
      try (InputStream in = zip.getInputStream(order)) {
        String text = new String(in.readNBytes(16), StandardCharsets.US_ASCII);
        if (!text.equals("little")) {
          throw MalformedFileException.of(
              file, "its numbers are stored the other way round", "save it on another machine");
        }
      }
    }
  }

  /** Magic number, version, system, values, the keys of the storages, the storages. */
  private static Map<String, Tensor> row(Path file, ReadLimits limits) throws IOException {
    String name = file.toString();
    try (Source source = Source.open(file)) {
      InputStream in = source.stream();
      if (!MAGIC.equals(new Unpickler(name, in).load())) {
        throw MalformedFileException.of(
            name, "it is no checkpoint of PyTorch", "give a file written by torch.save");
      }
      new Unpickler(name, in).load();
      Object system = new Unpickler(name, in).load();
      if (system instanceof Map<?, ?> map && Boolean.FALSE.equals(map.get("little_endian"))) {
        throw MalformedFileException.of(
            name, "its numbers are stored the other way round", "save it on another machine");
      }
      Map<String, Unpickler.View> views = stateOf(name, new Unpickler(name, in).load());
      Object keys = new Unpickler(name, in).load();
      if (!(keys instanceof List<?> list)) {
        throw MalformedFileException.of(name, "it does not list its storages", "copy it again");
      }
      Map<Unpickler.Storage, float[]> read =
          storages(name, in, source.length(), list, views, limits);
      return tensors(
          name,
          views,
          limits,
          storage -> {
            float[] values = read.get(storage);
            if (values == null) {
              throw storageDiffers(name, storage);
            }
            return values;
          });
    }
  }

  private static Map<Unpickler.Storage, float[]> storages(
      String file,
      InputStream in,
      long length,
      List<?> keys,
      Map<String, Unpickler.View> views,
      ReadLimits limits)
      throws IOException {
    Map<String, Unpickler.Storage> wanted = new HashMap<>();
    views.values().forEach(view -> wanted.put(view.storage().key(), view.storage()));
    Map<Unpickler.Storage, float[]> read = new HashMap<>();
    long used = 0;
    for (Object each : keys) {
      if (!(each instanceof String key)) {
        throw MalformedFileException.of(file, "its storages have no names", "copy it again");
      }
      Unpickler.Storage storage = wanted.get(key);
      byte[] count = in.readNBytes(Long.BYTES);
      if (storage == null
          || count.length < Long.BYTES
          || ByteBuffer.wrap(count).order(ByteOrder.LITTLE_ENDIAN).getLong() != storage.size()) {
        throw MalformedFileException.of(
            file,
            "the storage " + MalformedFileException.quote(key) + " is not as declared",
            "copy it again, and save the state_dict alone");
      }
      used = budget(file, storage, used, length, limits);
      read.put(storage, storage.type().floats(in, (int) storage.size(), ByteOrder.LITTLE_ENDIAN));
    }
    return read;
  }

  /** Bytes of storages so far; none may be larger than the file. */
  private static long budget(
      String file, Unpickler.Storage storage, long used, long length, ReadLimits limits)
      throws MalformedFileException {
    if (storage.size() < 0 || storage.size() > length / storage.type().bytes()) {
      throw storageDiffers(file, storage);
    }
    Shape line = Extents.shape(file, "a storage", new long[] {storage.size()});
    return Extents.budget(file, "a storage", used, line, Float.BYTES, limits);
  }

  private interface Storages {
    float[] read(Unpickler.Storage storage) throws IOException;
  }

  private static Map<String, Tensor> tensors(
      String file, Map<String, Unpickler.View> views, ReadLimits limits, Storages storages)
      throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    // By all that is declared: tensors that disagree on a storage do not share what was read.
    Map<Unpickler.Storage, float[]> read = new HashMap<>();
    long used = 0;
    for (Map.Entry<String, Unpickler.View> each : views.entrySet()) {
      Unpickler.View view = each.getValue();
      String what = "tensor " + MalformedFileException.quote(each.getKey());
      Shape shape = Extents.shape(file, what, view.extents());
      used = Extents.budget(file, what, used, shape, Float.BYTES, limits);
      requireInside(file, what, view, shape);
      float[] values = read.get(view.storage());
      if (values == null) {
        Shape line = Extents.shape(file, what, new long[] {view.storage().size()});
        Extents.budget(file, what, used, line, Float.BYTES, limits);
        values = storages.read(view.storage());
        read.put(view.storage(), values);
      }
      tensors.put(each.getKey(), gathered(shape, view, values));
    }
    return Collections.unmodifiableMap(tensors);
  }

  private static void requireInside(String file, String what, Unpickler.View view, Shape shape)
      throws MalformedFileException {
    long last = view.offset();
    boolean fits = view.offset() >= 0 && view.strides().length == shape.rank();
    for (int axis = 0; fits && axis < shape.rank(); axis++) {
      long stride = view.strides()[axis];
      fits = stride >= 0 && stride <= view.storage().size();
      last += Math.max(0, shape.extent(axis) - 1) * stride;
    }
    boolean isInside =
        shape.size() == 0 ? view.offset() <= view.storage().size() : last < view.storage().size();
    if (!fits || !isInside || view.storage().size() < 0) {
      throw MalformedFileException.of(
          file, what + " reaches beyond its storage", "the file is damaged; copy it again");
    }
  }

  private static Tensor gathered(Shape shape, Unpickler.View view, float[] values) {
    int[] own = shape.strides();
    if (Arrays.equals(view.strides(), Arrays.stream(own).asLongStream().toArray())) {
      int start = (int) view.offset();
      return Tensor.of(shape, Arrays.copyOfRange(values, start, start + shape.size()));
    }
    return Tensor.generate(
        shape,
        i -> {
          long at = view.offset();
          for (int axis = 0; axis < own.length; axis++) {
            at += (long) (i / own[axis] % shape.extent(axis)) * view.strides()[axis];
          }
          return values[(int) at];
        });
  }

  /** The dictionary of tensors in what a file holds. */
  private static Map<String, Unpickler.View> stateOf(String file, Object value)
      throws MalformedFileException {
    if (!(value instanceof Map<?, ?> root)) {
      throw MalformedFileException.of(file, "it holds no dictionary", "save model.state_dict()");
    }
    Map<?, ?> state = root;
    for (String name : List.of("state_dict", "model")) {
      if (root.get(name) instanceof Map<?, ?> inner) {
        state = inner;
        break;
      }
    }
    Map<String, Unpickler.View> views = new LinkedHashMap<>();
    for (Map.Entry<?, ?> each : state.entrySet()) {
      if (!(each.getKey() instanceof String name
          && each.getValue() instanceof Unpickler.View view)) {
        throw MalformedFileException.of(
            file,
            "its entry "
                + MalformedFileException.quote(String.valueOf(each.getKey()))
                + " is no tensor",
            "save model.state_dict(), alone or as \"state_dict\"");
      }
      views.put(name, view);
    }
    return views;
  }

  private static MalformedFileException storageDiffers(String file, Unpickler.Storage storage) {
    return MalformedFileException.of(
        file,
        "the storage %s of %d numbers is not there as declared"
            .formatted(MalformedFileException.quote(storage.key()), storage.size()),
        "copy it again");
  }
}
