package org.neuralharmonizer.io;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.jspecify.annotations.Nullable;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.train.Checkpoint;
import org.neuralharmonizer.train.CheckpointStore;

/**
 * Checkpoints as {@code .safetensors} files in a folder, the latest two of them.
 *
 * <p>Each file is named by its step and holds every tensor to the bit; step, settings and a
 * checksum (CRC-32C) of the values are its metadata. A file appears whole or not at all, and the
 * older ones are removed only after it. The folder is made when first needed and must serve one run
 * at a time; other files in it are left alone. Confined to one thread.
 */
public final class SafetensorsCheckpoints implements CheckpointStore {
  private static final Pattern NAME = Pattern.compile("step-(\\d{1,18})\\.safetensors");

  /** What {@link AtomicFiles} leaves behind when the machine stops in the middle. */
  private static final Pattern UNFINISHED =
      Pattern.compile("\\.step-\\d{1,18}\\.safetensors\\.[0-9a-f]+\\.partial");

  private static final String STEP = "step";
  private static final String CHECKSUM = "checksum";
  private static final String SETTING = "setting ";

  private final Path folder;

  /** The newest file known to be whole: the one to fall back to. */
  private @Nullable Path whole;

  private SafetensorsCheckpoints(Path folder) {
    this.folder = folder;
  }

  /** A store in a folder, which need not exist yet. */
  public static SafetensorsCheckpoints in(Path folder) {
    return new SafetensorsCheckpoints(folder);
  }

  /**
   * Adds a checkpoint, then removes all but it and the one before.
   *
   * @throws IOException if it cannot be written, with the earlier ones intact
   */
  @Override
  public void save(Checkpoint checkpoint) throws IOException {
    Files.createDirectories(folder);
    Path file = folder.resolve("step-%010d.safetensors".formatted(checkpoint.step()));
    Safetensors.write(file, checkpoint.tensors(), metadata(checkpoint));
    Path before = whole == null ? newestBefore(checkpoint.step()) : whole;
    whole = file;
    for (Path other : unfinished()) {
      Files.deleteIfExists(other);
    }
    for (Path other : files()) {
      if (!other.equals(file) && !other.equals(before)) {
        Files.deleteIfExists(other);
      }
    }
  }

  /**
   * The latest whole checkpoint. Where a later one is damaged, a warning that names it goes to the
   * {@link System.Logger} of this class.
   *
   * @throws IOException if there are checkpoints and none can be read
   */
  @Override
  public Optional<Checkpoint> latest() throws IOException {
    List<Path> files = files();
    List<IOException> failures = new ArrayList<>();
    for (Path file : files) {
      try {
        Checkpoint checkpoint = read(file);
        warn(failures, file);
        whole = file;
        return Optional.of(checkpoint);
      } catch (IOException e) {
        failures.add(e);
      }
    }
    if (failures.isEmpty()) {
      return Optional.empty();
    }
    IOException none =
        new IOException(
            "read \"%s\": none of its %d checkpoints can be read (%s)"
                    .formatted(folder, failures.size(), failures.get(0).getMessage())
                + " — restore one from a copy, or start afresh in another folder");
    failures.forEach(none::addSuppressed);
    throw none;
  }

  private static void warn(List<IOException> failures, Path used) {
    for (IOException failure : failures) {
      System.getLogger(SafetensorsCheckpoints.class.getName())
          .log(
              Level.WARNING,
              "A checkpoint is passed over, training continues from the earlier \"{0}\": {1}",
              used,
              failure.getMessage());
    }
  }

  private static Map<String, String> metadata(Checkpoint checkpoint) throws IOException {
    Map<String, String> metadata = new TreeMap<>();
    metadata.put(STEP, String.valueOf(checkpoint.step()));
    metadata.put(CHECKSUM, checksum(checkpoint.tensors()));
    checkpoint.settings().forEach((name, value) -> metadata.put(SETTING + name, value));
    return metadata;
  }

  private static Checkpoint read(Path file) throws IOException {
    // All arrays are F32, so no whole checkpoint decodes to more than the file's length.
    long bytes = Math.max(1, Files.size(file));
    Map<String, Tensor> tensors =
        Safetensors.read(file, ReadLimits.standard().withDecodedBytes(bytes));
    Map<String, String> metadata = Safetensors.metadata(file);
    String step = String.valueOf(step(file));
    if (!step.equals(metadata.get(STEP))) {
      throw MalformedFileException.of(
          file.toString(),
          "its name says step " + step + ", its content " + metadata.get(STEP),
          "give it back its name");
    }
    if (!checksum(tensors).equals(metadata.get(CHECKSUM))) {
      throw MalformedFileException.of(
          file.toString(), "its values do not match their checksum", "restore it from a copy");
    }
    Map<String, String> settings = new TreeMap<>();
    metadata.forEach(
        (name, value) -> {
          if (name.startsWith(SETTING)) {
            settings.put(name.substring(SETTING.length()), value);
          }
        });
    return new Checkpoint(step(file), tensors, settings);
  }

  private static String checksum(Map<String, Tensor> tensors) throws IOException {
    CheckedOutputStream sum =
        new CheckedOutputStream(OutputStream.nullOutputStream(), new CRC32C());
    for (Tensor tensor : new TreeMap<>(tensors).values()) {
      Npy.writeValues(sum, tensor);
    }
    return Long.toHexString(sum.getChecksum().getValue());
  }

  private @Nullable Path newestBefore(long step) throws IOException {
    return files().stream().filter(file -> step(file) < step).findFirst().orElse(null);
  }

  /** The checkpoints there are, damaged ones included, the newest first. */
  private List<Path> files() throws IOException {
    Comparator<Path> byStep = Comparator.comparingLong(SafetensorsCheckpoints::step);
    return named(NAME).stream().sorted(byStep.reversed()).toList();
  }

  private List<Path> unfinished() throws IOException {
    return named(UNFINISHED);
  }

  private List<Path> named(Pattern pattern) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> pattern.matcher(name(file)).matches()).toList();
    }
  }

  private static long step(Path file) {
    Matcher name = NAME.matcher(name(file));
    if (!name.matches()) {
      throw new AssertionError("not a checkpoint: " + file);
    }
    return Long.parseLong(name.group(1));
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }
}
