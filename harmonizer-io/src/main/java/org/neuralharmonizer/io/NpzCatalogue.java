package org.neuralharmonizer.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.neuralharmonizer.data.ImageCatalogue;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * ClickMe as its mirror has it: a folder of npz files, one for each image, with {@code image} (H ×
 * W × 3, of 0…255), {@code heatmap} (H × W, maybe × 1) and {@code label}. A file may lack heatmap
 * or label. Of each file only the label is read when the folder is opened.
 *
 * @see <a href="https://github.com/niniack/continualUtils">niniack/continualUtils</a>, which reads
 *     them
 */
public final class NpzCatalogue implements ImageCatalogue {
  private static final String IMAGE = "image";
  private static final String MAP = "heatmap";
  private static final String LABEL = "label";
  private static final int MOST_LABELS = 1 << 24;

  private final Path folder;
  private final List<Path> files;
  private final List<Entry> entries;

  private NpzCatalogue(Path folder, List<Path> files, List<Entry> entries) {
    this.folder = folder;
    this.files = files;
    this.entries = entries;
  }

  /**
   * All files of a folder whose names end in {@code .npz}, in the order of their names.
   *
   * @throws IllegalArgumentException if there is none
   * @throws MalformedFileException if one has no image, or a label that is no class
   * @throws IOException if one cannot be read
   */
  public static NpzCatalogue open(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> file.toString().endsWith(".npz")).sorted().toList();
    }
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          "images \"" + folder + "\": no file ends in .npz — name the folder that holds them");
    }
    List<Entry> entries = new ArrayList<>();
    for (Path file : files) {
      List<String> names = Npz.names(file);
      if (!names.contains(IMAGE)) {
        throw wrong(file, "it holds " + names + " and no image");
      }
      String name = String.valueOf(file.getFileName());
      entries.add(
          new Entry(
              name.substring(0, name.length() - ".npz".length()),
              file.toString(),
              names.contains(LABEL) ? label(file) : OptionalInt.empty(),
              OptionalInt.empty(),
              names.contains(MAP)));
    }
    return new NpzCatalogue(folder, files, List.copyOf(entries));
  }

  private static OptionalInt label(Path file) throws IOException {
    Tensor label = Npz.read(file, LABEL);
    float value = label.size() == 1 ? label.value(0) : Float.NaN;
    if (!(value >= 0 && value <= MOST_LABELS && value == (int) value)) {
      throw wrong(file, "its label is no single whole number from 0");
    }
    return OptionalInt.of((int) value);
  }

  @Override
  public int size() {
    return files.size();
  }

  @Override
  public Entry entry(int position) {
    return entries.get(position);
  }

  @Override
  public Sample read(int position) throws IOException {
    Path file = files.get(position);
    Tensor image = Npz.read(file, IMAGE);
    Shape shape = image.shape();
    if (shape.rank() != 3 || shape.extent(2) != 3 || shape.size() == 0) {
      throw wrong(file, "its image is " + shape + ", not H × W × 3");
    }
    int height = shape.extent(0);
    int width = shape.extent(1);
    int area = height * width;
    Tensor pixels =
        Tensor.generate(Shape.of(3, height, width), i -> image.value(i % area * 3 + i / area));
    return new Sample(pixels, entry(position).hasMap() ? Optional.of(map(file)) : Optional.empty());
  }

  private static Tensor map(Path file) throws IOException {
    Tensor map = Npz.read(file, MAP);
    Shape shape = map.shape();
    boolean plane = shape.rank() == 2 || (shape.rank() == 3 && shape.extent(2) == 1);
    if (!plane || shape.size() == 0) {
      throw wrong(file, "its heatmap is " + shape + ", not H × W");
    }
    return map.reshape(Shape.of(shape.extent(0), shape.extent(1)));
  }

  private static MalformedFileException wrong(Path file, String what) {
    return MalformedFileException.of(
        file.toString(), what, "give files of image, heatmap and label");
  }

  @Override
  public String mapConvention() {
    return "heatmaps as the files hold them";
  }

  @Override
  public String description() {
    return "npz files of \"" + folder.getFileName() + "\"";
  }
}
