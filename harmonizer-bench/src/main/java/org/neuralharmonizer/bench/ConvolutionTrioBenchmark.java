package org.neuralharmonizer.bench;

import java.util.Arrays;
import java.util.List;
import org.neuralharmonizer.backend.Backend;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.Convolution;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Primitive;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;
import org.neuralharmonizer.tensor.Shape;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Param;

/** Convolutions of ResNet50 and EfficientNet-B0, each with its two transposes. */
public class ConvolutionTrioBenchmark extends BackendBenchmark {

  /** Which of the trio. */
  public enum Member {
    FORWARD,
    INPUT,
    FILTER
  }

  /** Input channels, output channels, groups, extent of the square filter, stride, image size. */
  @Param({
    "3/64/1/7/2/224",
    "64/64/1/3/1/56",
    "64/256/1/1/1/56",
    "256/64/1/1/1/56",
    "128/128/1/3/2/56",
    "128/128/1/3/1/28",
    "256/256/1/3/1/14",
    "512/512/1/3/1/7",
    "32/32/32/3/1/112",
    "672/672/672/5/1/14"
  })
  public String layer = "";

  /** Images at a time. */
  @Param("1")
  public int batch;

  /** The forward convolution, or its transpose by input or filter. */
  @Param public Member member = Member.FORWARD;

  @Override
  Work work(Backend on) {
    int[] numbers = Arrays.stream(layer.split("/")).mapToInt(Integer::parseInt).toArray();
    int kernel = numbers[3];
    int size = numbers[5];
    WindowAxis axis = new WindowAxis(size, kernel, numbers[4], 1, kernel / 2, kernel / 2);
    ConvGeometry geometry = new ConvGeometry(new WindowGeometry(axis, axis), numbers[2]);
    int outputs = axis.outputs();
    Expr images = Expr.input("images", Shape.of(batch, numbers[0], size, size));
    Expr filter =
        Expr.input("filter", Shape.of(numbers[1], numbers[0] / numbers[2], kernel, kernel));
    Expr cotangent = Expr.input("cotangent", Shape.of(batch, numbers[1], outputs, outputs));
    return switch (member) {
      case FORWARD -> resident(new Convolution.Conv2d(geometry), images, filter, on);
      case INPUT -> resident(new Convolution.Conv2dInput(geometry), cotangent, filter, on);
      case FILTER -> resident(new Convolution.Conv2dFilter(geometry), images, cotangent, on);
    };
  }

  private static Work resident(Primitive convolution, Expr first, Expr second, Backend on) {
    return ProgramWork.resident(List.of(first, second), Expr.of(convolution, first, second), on);
  }

  /** With vector instructions. */
  @Benchmark
  public Object vector() {
    return run();
  }

  /** Without. */
  @Benchmark
  @Fork(value = 2, jvmArgsAppend = GC)
  public Object scalar() {
    return run();
  }
}
