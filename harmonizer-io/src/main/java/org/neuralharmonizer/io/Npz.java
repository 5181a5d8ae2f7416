package org.neuralharmonizer.io;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.neuralharmonizer.tensor.Tensor;

/**
 * NumPy's {@code .npz}: named arrays in a zip archive, stored or deflated.
 *
 * <p>Arrays are converted as {@link Npy} does. Names are those of the members without {@code .npy},
 * in the order of the archive. Checksums are verified. An archive that unpacks to more than {@link
 * ReadLimits#decodedBytes} is refused before it is unpacked.
 */
public final class Npz {
  private static final String SUFFIX = ".npy";

  /** What deflate can reach at best; a member that claims more is lying. */
  static final long DEFLATE_RATIO = 1032;

  /** 1980-02-01 in any time zone: written archives depend on their arrays alone. */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

  private Npz() {}

  /**
   * All arrays of an archive.
   *
   * @throws MalformedFileException if the archive is damaged, or one of its members is not an array
   *     of numbers
   * @throws IOException if the file cannot be read
   */
  public static Map<String, Tensor> read(Path file) throws IOException {
    return read(file, ReadLimits.standard());
  }

  /** As {@link #read(Path)}, within other limits. */
  public static Map<String, Tensor> read(Path file, ReadLimits limits) throws IOException {
    return open(
        file,
        (name, zip, members) -> {
          Map<String, Tensor> arrays = new LinkedHashMap<>();
          long used = 0;
          for (Map.Entry<String, ZipEntry> member : members.entrySet()) {
            try (Member stream = Member.open(file, zip, member.getValue())) {
              used = stream.decoder().budget(used, limits);
              Tensor tensor = stream.decoder().tensor();
              stream.verify();
              arrays.put(member.getKey(), tensor);
            }
          }
          return Collections.unmodifiableMap(arrays);
        });
  }

  /**
   * One array of an archive.
   *
   * @throws IllegalArgumentException if the archive has no array of that name
   * @throws MalformedFileException if the archive or that member is damaged
   * @throws IOException if the file cannot be read
   */
  public static Tensor read(Path file, String array) throws IOException {
    return open(
        file,
        (name, zip, members) -> {
          try (Member stream = Member.open(file, zip, named(name, members, array))) {
            stream.decoder().budget(0, ReadLimits.standard());
            Tensor tensor = stream.decoder().tensor();
            stream.verify();
            return tensor;
          }
        });
  }

  /** As {@link #read(Path, String)}, in double precision. */
  public static DoubleArray readDoubles(Path file, String array) throws IOException {
    return open(
        file,
        (name, zip, members) -> {
          try (Member stream = Member.open(file, zip, named(name, members, array))) {
            stream.decoder().budgetOfDoubles(ReadLimits.standard());
            DoubleArray values = stream.decoder().doubles();
            stream.verify();
            return values;
          }
        });
  }

  /** One array as the column of a table, see {@link NpyColumn}. */
  static List<Object> column(Path file, String array) throws IOException {
    return open(
        file,
        (name, zip, members) -> {
          ZipEntry entry = named(name, members, array);
          String what = "array " + MalformedFileException.quote(array);
          Member.requireSize(file, entry, what);
          try (CheckedInputStream in = Member.stream(zip, entry)) {
            List<Object> column = NpyColumn.read(name, what, in, entry.getSize());
            Member.verify(name, what, entry, in);
            return column;
          }
        });
  }

  /** The names of the arrays, in the order of the archive; nothing is unpacked. */
  public static List<String> names(Path file) throws IOException {
    return open(file, (name, zip, members) -> List.copyOf(members.keySet()));
  }

  /**
   * Writes named tensors as little-endian float32, deflated, in the order of the map; atomically.
   *
   * @throws IOException if the file cannot be written; an earlier one is then untouched
   */
  public static void write(Path file, Map<String, Tensor> arrays) throws IOException {
    AtomicFiles.write(file, out -> write(out, arrays));
  }

  private static void write(OutputStream out, Map<String, Tensor> arrays) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    for (Map.Entry<String, Tensor> array : arrays.entrySet()) {
      ZipEntry entry = new ZipEntry(array.getKey() + SUFFIX);
      entry.setTimeLocal(TIME);
      zip.putNextEntry(entry);
      Npy.write(zip, array.getValue());
      zip.closeEntry();
    }
    zip.finish();
  }

  @FunctionalInterface
  private interface Use<T> {
    T apply(String name, ZipFile zip, Map<String, ZipEntry> members) throws IOException;
  }

  /**
   * {@code ZipFile}, not a stream: only the central directory knows the sizes of stored members.
   */
  private static <T> T open(Path file, Use<T> use) throws IOException {
    Source.requireFile(file);
    String name = file.toString();
    if (file.getFileSystem() != FileSystems.getDefault()) {
      throw new IOException("read \"" + file + "\": not on this machine's disks — copy it there");
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      return use.apply(name, zip, members(name, zip));
    } catch (ZipException | EOFException e) {
      throw MalformedFileException.of(
          name, "not a whole zip archive (" + e.getMessage() + ")", "copy it again", e);
    }
  }

  private static Map<String, ZipEntry> members(String file, ZipFile zip) throws IOException {
    Map<String, ZipEntry> members = new LinkedHashMap<>();
    for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
      ZipEntry entry = all.nextElement();
      String name = entry.getName();
      if (!name.endsWith(SUFFIX)) {
        throw MalformedFileException.of(
            file,
            "the member " + MalformedFileException.quote(name) + " is not an array",
            "give an archive written by numpy.savez");
      }
      String array = name.substring(0, name.length() - SUFFIX.length());
      if (members.put(array, entry) != null) {
        throw MalformedFileException.of(
            file, "two arrays are named " + MalformedFileException.quote(array), "rename one");
      }
    }
    return members;
  }

  private static ZipEntry named(String file, Map<String, ZipEntry> members, String array) {
    ZipEntry entry = members.get(array);
    if (entry == null) {
      throw new IllegalArgumentException(
          "read \"" + file + "\": no array \"" + array + "\" — it has " + members.keySet());
    }
    return entry;
  }

  /** A member being unpacked. */
  private record Member(
      String file, String what, ZipEntry entry, CheckedInputStream in, NpyDecoder decoder)
      implements AutoCloseable {

    static Member open(Path path, ZipFile zip, ZipEntry entry) throws IOException {
      String file = path.toString();
      String name = entry.getName();
      String what =
          "array "
              + MalformedFileException.quote(name.substring(0, name.length() - SUFFIX.length()));
      requireSize(path, entry, what);
      CheckedInputStream in = stream(zip, entry);
      return new Member(file, what, entry, in, NpyDecoder.open(file, what, in, entry.getSize()));
    }

    static CheckedInputStream stream(ZipFile zip, ZipEntry entry) throws IOException {
      return new CheckedInputStream(
          new BufferedInputStream(zip.getInputStream(entry)), new CRC32());
    }

    static void requireSize(Path path, ZipEntry entry, String what) throws IOException {
      long packed = Math.min(entry.getCompressedSize(), Files.size(path));
      long most = entry.getMethod() == ZipEntry.STORED ? packed : packed * DEFLATE_RATIO;
      if (entry.getSize() > most) {
        throw MalformedFileException.of(
            path.toString(),
            what + " claims " + entry.getSize() + " bytes out of " + packed,
            "no such compression exists; the file is damaged");
      }
    }

    void verify() throws IOException {
      verify(file, what, entry, in);
    }

    /** Reads on to the end, where nothing may be left, and compares checksums. */
    static void verify(String file, String what, ZipEntry entry, CheckedInputStream in)
        throws IOException {
      if (in.read() >= 0 || in.getChecksum().getValue() != entry.getCrc()) {
        throw MalformedFileException.of(
            file, what + " does not match its checksum or length", "copy it again");
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
