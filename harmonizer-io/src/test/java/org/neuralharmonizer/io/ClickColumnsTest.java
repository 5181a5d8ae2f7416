package org.neuralharmonizer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.data.MarkedPoint;
import org.neuralharmonizer.data.Marking;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.tensor.Tensor;

/**
 * Archives written by {@code numpy.savez_compressed} of NumPy 2.4.6: {@code clicks-lists} has texts
 * as {@code <U}, and an object array of lists, arrays and NumPy's numbers; {@code clicks-rows} has
 * objects for texts and truth values, and two-dimensional arrays of clicks; {@code
 * clicks-that-run-code} has an object that would call {@code os.system}.
 */
final class ClickColumnsTest {
  @TempDir private Path folder;

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(Objects.requireNonNull(ClickColumnsTest.class.getResource(name)).toURI());
  }

  @Test
  void listsArraysAndTexts() throws Exception {
    assertThat(Markings.clicksOfNpz(resource("clicks-lists.npz")))
        .containsExactly(
            new Marking(
                "a/cat.png",
                "12",
                List.of(MarkedPoint.at(1.5, 5.5), MarkedPoint.at(2.5, 6.5)),
                OptionalDouble.of(0.95),
                Marking.Pointer.MOBILE),
            new Marking(
                "dog.png",
                "7",
                List.of(MarkedPoint.at(3.5, 8), MarkedPoint.at(4.5, 8.5)),
                OptionalDouble.empty(),
                Marking.Pointer.DESKTOP),
            new Marking("dog.png", "7", List.of(), OptionalDouble.of(1), Marking.Pointer.DESKTOP));
  }

  @Test
  void rowsOfOneArrayAndObjects() throws Exception {
    assertThat(Markings.clicksOfNpz(resource("clicks-rows.npz")))
        .containsExactly(
            Marking.of(
                "cat.png", "anna", List.of(MarkedPoint.at(1.5, 5.5), MarkedPoint.at(2.5, 6.5))),
            new Marking(
                "dog.png",
                "b",
                List.of(MarkedPoint.at(3.5, 7.5), MarkedPoint.at(4.5, 8.5)),
                OptionalDouble.empty(),
                Marking.Pointer.MOBILE));
  }

  @Test
  void nothingInAnArchiveIsRun() throws Exception {
    assertThatThrownBy(() -> Markings.clicksOfNpz(resource("clicks-that-run-code.npz")))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("it holds \"posix.system\", no number, text, list or array");
  }

  /** Whatever is cut off or changed, the error is one of reading, and nothing else is thrown. */
  @Test
  void damagedArchivesAreRefused() throws Exception {
    for (String name : new String[] {"clicks-lists.npz", "clicks-rows.npz"}) {
      byte[] good = Files.readAllBytes(resource(name));
      Path file = folder.resolve("damaged.npz");
      for (int i = 0; i < good.length; i += 3) {
        byte[] bad = good.clone();
        bad[i] ^= 0x55;
        Files.write(file, bad);
        try {
          Markings.clicksOfNpz(file);
        } catch (IOException expected) {
          assertThat(expected).hasMessageStartingWith("read \"");
        }
      }
    }
  }

  @Test
  void columnsThatAreMissingAreNamed() throws IOException {
    Path file = folder.resolve("other.npz");
    Npz.write(file, Map.of("file_pointer", Tensor.zeros(Shape.of(2))));
    assertThatThrownBy(() -> Markings.clicksOfNpz(file))
        .hasMessageContaining("no array clickmap_x among \"file_pointer\"");
  }
}
