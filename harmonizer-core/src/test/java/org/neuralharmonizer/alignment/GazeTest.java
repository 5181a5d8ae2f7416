package org.neuralharmonizer.alignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.neuralharmonizer.data.GaussianBlur;
import org.neuralharmonizer.data.RaterMaps;
import org.neuralharmonizer.data.Resampling;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;
import org.neuralharmonizer.testing.Json;
import org.neuralharmonizer.testing.ReferenceData;

/** Real people looking at real photographs: maps from fixations, and agreement among 15 people. */
class GazeTest {
  private static final int WIDTH = 800;
  private static final int HEIGHT = 600;
  private static final int SUBJECTS = 15;

  /**
   * The reference rounds to float once, these maps after the blur and after the mean of blocks:
   * twice half a unit in the last place of the largest value, 6e-8 each.
   */
  private static final double ROUNDED_TWICE = 1.3e-7;

  @ParameterizedTest
  @ValueSource(ints = {1097, 1008})
  void blurredFixationCountsEqualTheStoredMaps(int image) {
    Tensor counts = fixations(image, subject -> 0, 1).slice(0);

    Tensor map =
        GaussianBlur.centred(24).then(Resampling.AREA.to(HEIGHT / 4, WIDTH / 4)).apply(counts);

    assertClose(map, npy("maps/" + image + "_map_150x200_f32.npy", Shape.of(150, 200)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1097, 1375, 1519})
  void agreementAmongPeopleEqualsTheReference(int image) {
    Map<String, Object> wanted = expected(image);
    List<Map<String, Object>> splits =
        Json.list(wanted.get("splits")).stream().map(Json::object).toList();
    RaterMaps raters = RaterMaps.of(String.valueOf(image), subjects(image));

    SplitHalfReliability.Result halves =
        SplitHalfReliability.ofPermutations(
                splits.stream().map(split -> permutation(Json.ints(split.get("A")))).toList())
            .of(List.of(raters));
    LeaveOneOutReliability.Result single = LeaveOneOutReliability.standard().of(List.of(raters));

    for (int split = 0; split < splits.size(); split++) {
      assertThat(halves.images().get(0).score(split).orElseThrow())
          .isCloseTo(Json.number(splits.get(split).get("spearman")), within(Reference.DOUBLE));
    }
    assertThat(halves.mean())
        .isCloseTo(Json.number(wanted.get("mean_split_half_spearman")), within(Reference.DOUBLE));
    assertThat(halves.spearmanBrown())
        .isCloseTo(Json.number(wanted.get("spearman_brown")), within(Reference.DOUBLE));
    assertThat(
            IntStream.range(0, SUBJECTS)
                .mapToDouble(rater -> single.images().get(0).score(rater).orElseThrow())
                .toArray())
        .containsExactly(
            Json.doubles(wanted.get("leave_one_out_spearman")), within(Reference.DOUBLE));
    assertThat(single.mean())
        .isCloseTo(Json.number(wanted.get("mean_leave_one_out")), within(Reference.DOUBLE));
  }

  @ParameterizedTest
  @ValueSource(ints = {1375})
  void mapsOfSinglePeopleEqualTheStoredOnes(int image) {
    Tensor counts = fixations(image, subject -> subject - 1, SUBJECTS);

    Tensor maps =
        GaussianBlur.centred(24).then(Resampling.AREA.to(HEIGHT / 8, WIDTH / 8)).apply(counts);

    assertClose(maps, subjects(image));
  }

  private static Tensor subjects(int image) {
    return npy("maps/" + image + "_subjects_15x75x100_f32.npy", Shape.of(SUBJECTS, 75, 100));
  }

  private static Map<String, Object> expected(int image) {
    Object all = Json.read(folder().resolve("split_half_expected.json"));
    return Json.object(Json.object(Json.object(all).get("images")).get(String.valueOf(image)));
  }

  private static int[] permutation(int[] half) {
    IntStream rest =
        IntStream.range(0, SUBJECTS).filter(i -> Arrays.stream(half).noneMatch(a -> a == i));
    return IntStream.concat(Arrays.stream(half), rest).toArray();
  }

  private static Tensor fixations(int image, IntUnaryOperator plane, int planes) {
    float[] counts = new float[planes * HEIGHT * WIDTH];
    for (String line : lines(folder().resolve("fixations.csv"))) {
      String[] cells = line.split(",");
      int x = (int) Math.floor(Double.parseDouble(cells[3]) - 0.5);
      int y = (int) Math.floor(Double.parseDouble(cells[4]) - 0.5);
      if (Integer.parseInt(cells[0]) == image && x >= 0 && x < WIDTH && y >= 0 && y < HEIGHT) {
        int target = plane.applyAsInt(Integer.parseInt(cells[1]));
        counts[(target * HEIGHT + y) * WIDTH + x]++;
      }
    }
    return Tensor.adopt(Shape.of(planes, HEIGHT, WIDTH), counts);
  }

  private static List<String> lines(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      return lines.subList(1, lines.size());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The values of a trusted npy file of version 1, little-endian floats in row-major order. */
  private static Tensor npy(String name, Shape shape) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(folder().resolve(name)));
      bytes.order(ByteOrder.LITTLE_ENDIAN);
      int header = bytes.getShort(8);
      String text = new String(bytes.array(), 10, header, StandardCharsets.ISO_8859_1);
      assertThat(text).contains("'<f4'", "False");
      return Tensor.generate(shape, i -> bytes.getFloat(10 + header + 4 * i));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folder() {
    return ReferenceData.folder("osie-gaze");
  }

  private static void assertClose(Tensor actual, Tensor wanted) {
    assertThat(actual.shape()).isEqualTo(wanted.shape());
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < wanted.size(); i++) {
      largest = Math.max(largest, Math.abs(wanted.value(i)));
      worst = Math.max(worst, Math.abs(wanted.value(i) - actual.value(i)));
    }
    assertThat(worst / largest).isLessThan(ROUNDED_TWICE);
  }
}
