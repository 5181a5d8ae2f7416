package org.neuralharmonizer.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.neuralharmonizer.cuda.FusedSource.Tiling;
import org.neuralharmonizer.expr.Code;
import org.neuralharmonizer.program.Loop;
import org.neuralharmonizer.tensor.Shape;

/** How loops with sums are divided among warps and blocks. */
class TilingTest {

  private static final List<Format> SINGLE = Collections.nCopies(4, Format.SINGLE);

  private static Loop loop(Shape space, Loop.Sum... sums) {
    return new Loop(
        space,
        List.of(new Loop.Operand(Arrays.stream(space.strides()).boxed().toList())),
        List.of(new Loop.Instruction(Code.EXP, List.of(0), 0)),
        List.of(),
        List.of(sums));
  }

  @ParameterizedTest
  @CsvSource({
    // images, channels, run: pieces of a run, their length, tiles, by warps
    "3, 5, 1, 1, 1, 15, true",
    "2, 16, 16, 1, 16, 32, true",
    "2, 3, 1023, 1, 1023, 6, true",
    "2, 3, 1024, 1, 1024, 6, true",
    "2, 3, 1025, 1, 1025, 6, false",
    "2, 3, 2048, 1, 2048, 6, false",
    "2, 3, 2049, 2, 1025, 12, false",
    // 112 × 112: seven pieces of a multiple of four.
    "8, 3, 12544, 7, 1792, 168, false",
    "64, 64, 12544, 1, 12544, 4096, false",
    "1, 1, 50176, 25, 2008, 25, false",
    "2, 3, 50176, 25, 2008, 150, false",
    "64, 32, 50176, 1, 50176, 2048, false",
    // 2048 tiles are enough, so that they get longer.
    "1, 1, 67108864, 2048, 32768, 2048, false"
  })
  void aRunIsLeftToAWarpOrDividedAmongBlocks(
      int images, int channels, int run, int pieces, int length, int tiles, boolean warps) {
    Loop.Sum sum = new Loop.Sum(1, run, channels);
    Loop loop = loop(Shape.of(images, channels, run), sum);
    Tiling tiling = new FusedSource(loop, SINGLE).tiling();
    assertThat(tiling).isEqualTo(new Tiling(run, pieces, length, tiles, warps));
    assertThat(tiling.blocks()).isEqualTo(warps ? (tiles + 7) / 8 : tiles);
    checkEveryElementIsSummed(loop, tiling);
  }

  @Test
  void aSumHeldByATileLeavesNoParts() {
    Loop.Sum rows = new Loop.Sum(1, 100, 12);
    Loop.Sum all = new Loop.Sum(1, 1200, 1);
    Loop loop = loop(Shape.of(12, 100), rows, all);
    FusedSource source = new FusedSource(loop, SINGLE);
    Tiling tiling = source.tiling();
    assertThat(tiling).isEqualTo(new Tiling(100, 1, 100, 12, true));
    assertThat(tiling.holds(rows)).isTrue();
    assertThat(tiling.holds(all)).isFalse();
    assertThat(tiling.each(all)).isEqualTo(12);
    assertThat(tiling.outer(all)).isEqualTo(1);
    assertThat(source.summing(tiling).text())
        .contains("(\n    const float* x0, float* y0, double* parts) {")
        .contains("y0[tile] = static_cast<float>(s0);")
        .contains("parts[tile] = s1;");
    checkEveryElementIsSummed(loop, tiling);
  }

  @Test
  void twoSumsLeaveTheirPartsOneAfterTheOther() {
    Loop.Sum channels = new Loop.Sum(1, 49, 6);
    Loop.Sum images = new Loop.Sum(1, 294, 5);
    Loop loop = loop(Shape.of(5, 6, 7, 7), channels, images);
    FusedSource source = new FusedSource(loop, SINGLE);
    Tiling tiling = source.tiling();
    assertThat(tiling.outer(channels)).isEqualTo(5);
    assertThat(tiling.each(images)).isEqualTo(6);
    assertThat(source.summing(tiling).text())
        .contains("parts[tile] = s0;")
        .contains("parts[30u + tile] = s1;");
    checkEveryElementIsSummed(loop, tiling);
  }

  @Test
  void aShortRunDecidesForAll() {
    Loop.Sum columns = new Loop.Sum(1, 1, 2500);
    Loop.Sum all = new Loop.Sum(1, 7500, 1);
    Loop loop = loop(Shape.of(3, 2500), columns, all);
    Tiling tiling = new FusedSource(loop, SINGLE).tiling();
    assertThat(tiling).isEqualTo(new Tiling(1, 1, 1, 7500, true));
    checkEveryElementIsSummed(loop, tiling);
  }

  @Test
  void fourAtOnceOnlyWhereRunsAreMultiplesOfFour() {
    Shape space = Shape.of(4, 6, 28);
    assertThat(text(loop(space, new Loop.Sum(1, 28, 6)))).contains("load4(a0, x0 + p)");
    assertThat(text(loop(space, new Loop.Sum(1, 1, 168)))).doesNotContain("load4");
    assertThat(text(loop(space, new Loop.Sum(1, 28, 6), new Loop.Sum(1, 14, 2))))
        .doesNotContain("load4");
    assertThat(text(loop(Shape.of(4, 6, 27), new Loop.Sum(1, 27, 6)))).doesNotContain("load4");
  }

  private static String text(Loop loop) {
    FusedSource source = new FusedSource(loop, SINGLE);
    return source.summing(source.tiling()).text();
  }

  /** Adds up positions as the kernel and the second half of the sums do. */
  private static void checkEveryElementIsSummed(Loop loop, Tiling tiling) {
    int size = loop.space().size();
    for (Loop.Sum sum : loop.sums()) {
      long[] expected = new long[sum.count()];
      for (int p = 0; p < size; p++) {
        expected[p / sum.run() % sum.count()] += p;
      }
      long[] actual = new long[sum.count()];
      int each = tiling.each(sum);
      for (int tile = 0; tile < tiling.tiles(); tile++) {
        long begin =
            (long) (tile / tiling.pieces()) * tiling.run()
                + (long) (tile % tiling.pieces()) * tiling.length();
        long run = (long) (tile / tiling.pieces()) * tiling.run();
        long end = Math.min(begin + tiling.length(), run + tiling.run());
        for (long p = begin; p < end; p++) {
          actual[tile / each % sum.count()] += p;
        }
      }
      assertThat(actual).as("%s by %s", sum, tiling).isEqualTo(expected);
      assertThat(tiling.outer(sum) * sum.count() * each).isEqualTo(tiling.tiles());
      assertThat(Arrays.stream(actual).sum()).isEqualTo((long) size * (size - 1) / 2);
    }
  }
}
