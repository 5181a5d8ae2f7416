package org.neuralharmonizer.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.neuralharmonizer.backend.ProductPrecision;
import org.neuralharmonizer.cuda.ConvolutionTask.Member;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;

/** How convolutions that the vendor's library does not know are made of those it does. */
class ConvolutionsTest {
  private static final Location X = new Location(Location.Area.ARENA, 0, Format.SINGLE);
  private static final Location W = new Location(Location.Area.ARENA, 1 << 20, Format.SINGLE);
  private static final Location Y = new Location(Location.Area.ARENA, 2 << 20, Format.SINGLE);

  /** cuDNN counts its outputs itself, from padding that is the same on both sides. */
  @Test
  void anAxisIsEvenIfTheLibraryCountsTheSameOutputs() {
    int even = 0;
    int uneven = 0;
    for (int extent = 1; extent <= 9; extent++) {
      for (int kernel = 1; kernel <= 4; kernel++) {
        for (int stride = 1; stride <= 3; stride++) {
          for (int dilation = 1; dilation <= 2; dilation++) {
            for (int before = 0; before <= 3; before++) {
              for (int after = 0; after <= 3; after++) {
                if ((kernel - 1) * dilation + 1 > extent + before + after) {
                  continue;
                }
                WindowAxis axis = new WindowAxis(extent, kernel, stride, dilation, before, after);
                boolean expected = countedByLibrary(axis) == axis.outputs();
                assertThat(Convolutions.isEven(axis)).as(axis.toString()).isEqualTo(expected);
                even += expected ? 1 : 0;
                uneven += expected ? 0 : 1;
              }
            }
          }
        }
      }
    }
    assertThat(even).isGreaterThan(1000);
    assertThat(uneven).isGreaterThan(1000);
  }

  /** Windows, one after another, as long as they fit into the padded extent. */
  private static int countedByLibrary(WindowAxis axis) {
    int outputs = 0;
    int last = axis.extent() + 2 * axis.before() - 1;
    for (int first = 0;
        first + (axis.kernel() - 1) * axis.dilation() <= last;
        first += axis.stride()) {
      outputs++;
    }
    return outputs;
  }

  @Test
  void evenPaddingIsLeftToTheLibrary() {
    for (Member member : Member.values()) {
      List<Work> works = works(member, WindowAxis.padded(8, 3, 1, 1, 1), 1, 3, 4);
      assertThat(works).hasSize(1);
      Work.Convolve call = (Work.Convolve) works.get(0);
      assertThat(call.task().rows().padding()).isEqualTo(1);
      assertThat(call.scratch()).isZero();
    }
  }

  @Test
  void paddingThatChangesNoWindowIsLeftToTheLibrary() {
    // With the position that the library adds at the end no further window begins.
    assertThat(works(Member.OUTPUT, WindowAxis.padded(8, 3, 2, 1, 0), 1, 3, 4)).hasSize(1);
  }

  @Test
  void unevenPaddingIsFilledBeforeAndCutAfter() {
    WindowAxis axis = WindowAxis.padded(8, 3, 1, 0, 2);
    for (Member member : List.of(Member.OUTPUT, Member.FILTER)) {
      List<Work> works = works(member, axis, 1, 3, 4);
      assertThat(works).hasSize(3);
      long bytes = 2 * 3 * 10 * 10 * 4;
      assertThat(works.get(0)).isEqualTo(new Work.Clear(Location.SCRATCH, bytes));
      assertThat(works.get(1)).isInstanceOf(Work.Launch.class);
      Work.Convolve call = (Work.Convolve) works.get(2);
      assertThat(call.a()).isEqualTo(Location.SCRATCH);
      assertThat(call.scratch()).isBetween(bytes, bytes + 255);
      assertThat(call.task().height()).isEqualTo(10);
      assertThat(call.task().rows().padding()).isZero();
    }
    List<Work> works = works(Member.INPUT, axis, 1, 3, 4);
    assertThat(works).hasSize(2);
    assertThat(((Work.Convolve) works.get(0)).result()).isEqualTo(Location.SCRATCH);
    assertThat(((Work.Launch) works.get(1)).operands()).containsExactly(Location.SCRATCH, X);
  }

  @Test
  void depthwiseOnesAreOwnKernels() {
    WindowAxis axis = WindowAxis.padded(8, 3, 2, 0, 1);
    for (int filters : new int[] {6, 18}) {
      assertThat(kinds(works(Member.OUTPUT, axis, 6, 6, filters)))
          .containsExactly("depthwise_output");
      assertThat(kinds(works(Member.INPUT, axis, 6, 6, filters)))
          .containsExactly("depthwise_input");
      assertThat(kinds(works(Member.FILTER, axis, 6, 6, filters)))
          .first()
          .isEqualTo("depthwise_filter");
    }
    assertThat(works(Member.OUTPUT, WindowAxis.padded(8, 3, 1, 1, 1), 2, 6, 4).get(0))
        .isInstanceOf(Work.Convolve.class);
  }

  private static List<String> kinds(List<Work> works) {
    return works.stream().map(work -> ((Work.Launch) work).kernel().kind()).toList();
  }

  private static List<Work> works(
      Member member, WindowAxis axis, int groups, int channels, int filters) {
    ConvGeometry geometry = new ConvGeometry(new WindowGeometry(axis, axis), groups);
    return new Convolutions(ProductPrecision.SINGLE)
        .works(member, geometry, new Convolutions.Operands(2, channels, filters, X, W, Y));
  }
}
