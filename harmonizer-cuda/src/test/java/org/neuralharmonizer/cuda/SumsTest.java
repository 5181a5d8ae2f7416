package org.neuralharmonizer.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which kernels add up which sums. */
class SumsTest {
  private static final Location X = new Location(Location.Area.ARENA, 0, Format.SINGLE);
  private static final Location Y = new Location(Location.Area.ARENA, 1 << 20, Format.SINGLE);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // extents | summed axes | kernel, blocks | second kernel, blocks | bytes of parts
        "1000 | 0 | sum_by_warps 3 | finish_by_warps 1 | 24",
        "31 | 0 | sum_by_threads 1 | | 0",
        "32 | 0 | sum_by_warps 1 | | 0",
        "1000000 | 0 | sum_by_warps 2048 | finish_by_blocks 1 | 16384",
        // Rows: neighbours are terms.
        "300 1000 | 1 | sum_by_warps 114 | finish_by_lanes 10 | 7200",
        "300 100 | 1 | sum_by_warps 38 | | 0",
        "300 8 | 1 | sum_by_threads 2 | | 0",
        // Columns: neighbours are sums.
        "1000 300 | 0 | sum_by_lanes 30 | finish_by_lanes 10 | 7200",
        "8 300 | 0 | sum_by_lanes 10 | | 0",
        "8 31 | 0 | sum_by_threads 1 | | 0",
        "2 20000 | 0 | sum_by_lanes 625 | | 0",
        "20000 2 | 0 | sum_by_lanes 78 | finish_by_warps 1 | 1248",
        // Channels: neighbours are terms, which do not all lie together.
        "8 16 14 14 | 0 2 3 | sum_by_warps 12 | finish_by_warps 2 | 768",
        "32 64 1 1 | 0 2 3 | sum_by_lanes 2 | | 0",
        "5 5 5 | 0 1 2 | sum_by_warps 1 | | 0",
        "7 1 300 | 1 | sum_by_lanes 66 | | 0"
      })
  void sumsAreAddedUpByWhatSuitsThem(
      String extents, String summed, String first, String second, long bytes) {
    int[] sizes = numbers(extents);
    boolean[] axes = new boolean[sizes.length];
    for (int axis : numbers(summed)) {
      axes[axis] = true;
    }
    List<Work> works = Sums.over(sizes, axes, X, Y);
    assertThat(described(works.get(0))).isEqualTo(first);
    assertThat(works.size() == 1 ? null : described(works.get(1))).isEqualTo(second);
    assertThat(works.stream().mapToLong(Work::scratch).max()).hasValue(bytes);
    Work.Launch last = (Work.Launch) works.get(works.size() - 1);
    assertThat(last.operands()).contains(Y);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7 | 31 | 1 | finish_by_warps 4",
        "7 | 32 | 1 | finish_by_lanes 1",
        "5000 | 64 | 1 | finish_by_lanes 2",
        "7 | 64 | 2 | finish_by_warps 8",
        "1024 | 1 | 1 | finish_by_warps 1",
        "1025 | 1 | 1 | finish_by_blocks 1",
        "64 | 3 | 17 | finish_by_blocks 3"
      })
  void partsAreAddedUpByLanesWarpsOrBlocks(int outer, int sums, int each, String expected) {
    Location parts = Location.SCRATCH.plus(80);
    Work work = Sums.finish(outer, sums, each, parts, Y);
    assertThat(described(work)).isEqualTo(expected);
    assertThat(work.scratch()).isEqualTo(80 + 8L * outer * sums * each);
  }

  private static String described(Work work) {
    Work.Launch launch = (Work.Launch) work;
    return launch.kernel().kind() + " " + launch.blocks();
  }

  private static int[] numbers(String words) {
    return List.of(words.split(" ")).stream().mapToInt(Integer::parseInt).toArray();
  }
}
