package org.neuralharmonizer.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.neuralharmonizer.autodiff.Derivatives;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.Convolution;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.expr.Functions;
import org.neuralharmonizer.expr.WindowAxis;
import org.neuralharmonizer.expr.WindowGeometry;

/** The three convolutions, and what second derivatives make of them. */
final class ConvolutionCases {
  /** Sums of up to 2,000 products, by Winograd's transformations too, which lose a digit. */
  private static final double OF_CONVOLUTIONS = 1e-5;

  /** Three convolutions in sequence. */
  private static final double OF_SECOND_ORDER = 3e-5;

  private static final int TASKS_PER_CASE = 8;

  private ConvolutionCases() {}

  /** A convolution layer. */
  private record Task(int images, int channels, int filters, ConvGeometry geometry) {
    int[] x() {
      return new int[] {images, channels, rows().extent(), columns().extent()};
    }

    int[] filter() {
      return new int[] {filters, channels / geometry.groups(), rows().kernel(), columns().kernel()};
    }

    int[] y() {
      return new int[] {images, filters, rows().outputs(), columns().outputs()};
    }

    private WindowAxis rows() {
      return geometry.rows();
    }

    private WindowAxis columns() {
      return geometry.columns();
    }

    @Override
    public String toString() {
      return "%d images, %d to %d channels, %s".formatted(images, channels, filters, geometry);
    }
  }

  static List<ConformanceCase> all() {
    List<Task> tasks = tasks();
    return IntStream.iterate(0, i -> i < tasks.size(), i -> i + TASKS_PER_CASE)
        .mapToObj(i -> of(i, tasks.subList(i, Math.min(i + TASKS_PER_CASE, tasks.size()))))
        .toList();
  }

  private static List<Task> tasks() {
    List<Task> tasks = new ArrayList<>();
    for (int kernel : new int[] {1, 3, 5, 7}) {
      for (int stride : new int[] {1, 2, 3}) {
        int half = kernel / 2;
        tasks.add(task(2, 5, 6, 1, axis(13, kernel, stride, half, half)));
        tasks.add(
            task(
                2,
                4,
                3,
                1,
                axis(12, kernel, stride, 0, half + 1),
                axis(9, kernel, stride, half + 1, half)));
      }
    }
    tasks.add(task(2, 3, 4, 1, WindowAxis.same(14, 3, 2), WindowAxis.same(15, 3, 2)));
    tasks.add(task(2, 3, 4, 1, axis(13, 3, 1, 2, 2).dilated(2)));
    tasks.add(task(2, 3, 4, 1, axis(14, 3, 2, 3, 1).dilated(3), axis(11, 2, 1, 0, 0).dilated(2)));
    tasks.add(task(2, 8, 12, 2, axis(9, 3, 1, 1, 1)));
    tasks.add(task(3, 8, 12, 4, axis(10, 3, 2, 0, 1), axis(9, 5, 2, 2, 2)));
    tasks.add(task(2, 6, 6, 6, axis(12, 3, 1, 1, 1)));
    tasks.add(task(2, 6, 12, 6, axis(13, 5, 2, 2, 2)));
    tasks.add(task(2, 6, 18, 6, axis(11, 3, 2, 0, 1)));
    tasks.add(task(2, 3, 4, 1, axis(9, 1, 1, 0, 0), axis(17, 7, 1, 3, 3)));
    tasks.add(task(2, 3, 4, 1, axis(17, 7, 2, 3, 3), axis(9, 1, 1, 0, 0)));
    tasks.add(task(1, 2, 2, 1, axis(3, 2, 1, 3, 2), axis(6, 2, 3, 0, 0)));
    tasks.add(task(1, 1, 1, 1, axis(1, 1, 1, 0, 0)));
    tasks.add(task(3, 16, 32, 1, axis(24, 3, 1, 1, 1), axis(20, 3, 1, 1, 1)));
    tasks.add(task(1, 64, 64, 1, axis(14, 3, 1, 1, 1)));
    tasks.add(task(2, 64, 70, 1, axis(7, 1, 1, 0, 0)));
    tasks.add(task(2, 3, 16, 1, axis(32, 7, 2, 3, 3)));
    tasks.add(task(3, 3, 10, 1, axis(12, 4, 4, 0, 0), axis(6, 2, 2, 0, 0)));
    return tasks;
  }

  private static WindowAxis axis(int extent, int kernel, int stride, int before, int after) {
    return WindowAxis.padded(extent, kernel, stride, before, after);
  }

  private static Task task(int images, int channels, int filters, int groups, WindowAxis... axes) {
    WindowGeometry window = new WindowGeometry(axes[0], axes[axes.length - 1]);
    return new Task(images, channels, filters, new ConvGeometry(window, groups));
  }

  private static ConformanceCase of(int first, List<Task> tasks) {
    ConformanceCase each =
        new ConformanceCase("convolutions %d … %d".formatted(first + 1, first + tasks.size()));
    for (Task task : tasks) {
      Expr x = each.gaussian(task.x());
      Expr w = each.gaussian(task.filter());
      Expr v = each.gaussian(task.y());
      Expr y = Functions.conv2d(x, w, task.geometry());
      each.near(OF_CONVOLUTIONS, "conv2d: " + task, y);
      Expr byInput = Expr.of(new Convolution.Conv2dInput(task.geometry()), v, w);
      each.near(OF_CONVOLUTIONS, "conv2d input: " + task, byInput);
      Expr byFilter = Expr.of(new Convolution.Conv2dFilter(task.geometry()), x, v);
      each.near(OF_CONVOLUTIONS, "conv2d filter: " + task, byFilter);

      Expr scalar = y.squared().times(v).mean();
      Expr gradient = Derivatives.grad(scalar, x);
      Expr slope = gradient.times(each.gaussian(task.x())).sum();
      List<Expr> second = Derivatives.grad(slope, List.of(x, w));
      each.near(OF_SECOND_ORDER, "second order by input: " + task, second.get(0));
      each.near(OF_SECOND_ORDER, "second order by filter: " + task, second.get(1));
    }
    return each;
  }
}
