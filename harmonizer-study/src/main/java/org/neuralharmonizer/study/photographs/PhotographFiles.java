package org.neuralharmonizer.study.photographs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.neuralharmonizer.study.networks.Framing;

/** The files of photographs and of people's maps in two folders. Immutable. */
public final class PhotographFiles implements StudyImages {
  private static final int BUFFER = 1 << 16;

  private final List<Entry> entries;
  private final List<String> ids;

  private PhotographFiles(List<Entry> entries) {
    this.entries = List.copyOf(entries);
    ids = entries.stream().map(Entry::id).toList();
  }

  /** A photograph and the files of its maps, of which there may be none. */
  record Entry(String id, Path photograph, List<Path> maps) {}

  /**
   * Lists two folders, as {@link Photographs} says.
   *
   * @throws IllegalArgumentException if there are no photographs, or none has a map
   */
  public static PhotographFiles in(Path images, Path maps) throws IOException {
    Map<String, Path> files = Folders.photographs(images);
    Map<String, List<Path>> mapFiles = Folders.maps(maps, files.keySet());
    List<Entry> entries = new ArrayList<>();
    files.forEach(
        (id, file) -> entries.add(new Entry(id, file, mapFiles.getOrDefault(id, List.of()))));
    return new PhotographFiles(entries);
  }

  @Override
  public int size() {
    return entries.size();
  }

  /** The names of the files without their endings, in order. */
  @Override
  public List<String> ids() {
    return ids;
  }

  @Override
  public int mapped() {
    return (int) entries.stream().filter(entry -> !entry.maps().isEmpty()).count();
  }

  @Override
  public boolean hasRaters() {
    return true;
  }

  @Override
  public String description() {
    return "central square, at each network's size; no blur of what is scored";
  }

  @Override
  public Photographs read(int from, int to, Framing framing) throws IOException {
    return Photographs.of(entries.subList(from, to), framing);
  }

  /** SHA-256 over names and contents of all files in order, in hexadecimal digits. */
  @Override
  public String digest() throws IOException {
    MessageDigest digest = sha256();
    for (Entry entry : entries) {
      update(digest, entry.photograph());
      for (Path map : entry.maps()) {
        update(digest, map);
      }
    }
    return "SHA-256 " + HexFormat.of().formatHex(digest.digest());
  }

  /** SHA-256 over the name and contents of one file, as hexadecimal digits. */
  public static String digest(Path file) throws IOException {
    MessageDigest digest = sha256();
    update(digest, file);
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void update(MessageDigest digest, Path file) throws IOException {
    digest.update(String.valueOf(file.getFileName()).getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
