package org.neuralharmonizer.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.neuralharmonizer.backend.ShortConvolution;
import org.neuralharmonizer.expr.ConvGeometry;
import org.neuralharmonizer.expr.WindowAxis;

/**
 * The convolution trio over N × C × H × W images, O × C/groups × h × w filters and N × O × H′ × W′
 * outputs. Each writes every element of its result.
 *
 * <p>A filter of one channel slides directly; others become products whose panels are read from the
 * image. Padding is a zero that is multiplied: an infinite or NaN weight makes NaN at the border,
 * and in the filter gradient a value that is not finite may spread to all taps of its channel.
 */
final class Convolutions {

  /** With fewer input channels a tile of the input gradient would be mostly empty. */
  private static final int LEAST_CHANNELS = 5;

  /** Of a filter that tiles of Winograd's serve. */
  private static final int TAPS = 9;

  private final Gemm gemm;
  private final FewChannels fewChannels;
  private final FewPoints fewPoints;
  private final DirectConvolutions direct;
  private final SlidingProducts sliding;
  private final SlidingDots dots;
  private final Winograd winograd;

  Convolutions(Workers workers, Kernels kernels, ShortConvolution shortConvolution) {
    Loops loops = kernels.loops();
    winograd = new Winograd(workers, kernels.winogradLoops(), shortConvolution);
    gemm = new Gemm(workers, loops);
    direct = new DirectConvolutions(workers, loops);
    sliding = new SlidingProducts(workers);
    dots = new SlidingDots(workers);
    fewChannels = new FewChannels(workers, loops, gemm);
    fewPoints = new FewPoints(workers, gemm);
  }

  /** y = x ⋆ w. */
  Kernel conv2d(
      float[] x,
      int xo,
      float[] w,
      int wo,
      float[] y,
      int yo,
      int images,
      int channels,
      int filters,
      ConvGeometry geometry) {
    if (channels == geometry.groups()) {
      return direct.conv2d(x, xo, w, wo, y, yo, images, channels, filters, geometry);
    }
    if (isMatrixProduct(geometry)) {
      return gemm.multiply(
          images, filters, channels, x, xo, channels, false, w, wo, channels, true, y, yo, filters,
          false);
    }
    WinogradTiles tiles = WinogradTiles.forward(geometry);
    if (winograd.suits(geometry, tiles, images, channels, filters)) {
      var weights = new WinogradProducts.Weights(w, wo, channels * TAPS, TAPS, false);
      return winograd.multiply(tiles, weights, filters, channels, images, x, xo, y, yo);
    }
    ImageGrid grid = ImageGrid.windows(geometry);
    int groups = geometry.groups();
    int depth = channels / groups * grid.taps();
    int lines = filters / groups;
    int plane = geometry.rows().extent() * geometry.columns().extent();
    boolean slides = sliding.suits(grid, images, channels / groups, lines);
    Kernel[] products = new Kernel[groups];
    for (int g = 0; g < groups; g++) {
      PanelSource left = new MatrixPanels(w, wo + g * lines * depth, 1, depth);
      int from = xo + g * (channels / groups) * plane;
      if (slides) {
        int to = yo + g * lines * grid.points();
        products[g] =
            sliding.multiply(
                left,
                lines,
                x,
                from,
                channels * plane,
                grid,
                images,
                channels / groups,
                y,
                to,
                filters * grid.points());
        continue;
      }
      PanelSource right = new ImagePanels(x, from, channels * plane, grid);
      ProductTarget target = planes(y, yo + g * lines * grid.points(), filters, grid.points());
      products[g] = gemm.multiply(lines, images * grid.points(), depth, left, right, target, false);
    }
    return Kernel.sequence(products);
  }

  /** x = the transpose of {@link #conv2d} in its first operand, applied to y. */
  Kernel conv2dInput(
      float[] y,
      int yo,
      float[] w,
      int wo,
      float[] x,
      int xo,
      int images,
      int channels,
      int filters,
      ConvGeometry geometry) {
    if (channels == geometry.groups()) {
      return direct.conv2dInput(y, yo, w, wo, x, xo, images, channels, filters, geometry);
    }
    if (isMatrixProduct(geometry)) {
      return gemm.multiply(
          images, channels, filters, y, yo, filters, false, w, wo, channels, false, x, xo, channels,
          false);
    }
    WinogradTiles tiles = WinogradTiles.transposed(geometry);
    if (winograd.suits(geometry, tiles, images, filters, channels)) {
      var weights = new WinogradProducts.Weights(w, wo, TAPS, channels * TAPS, true);
      return winograd.multiply(tiles, weights, channels, filters, images, y, yo, x, xo);
    }
    if (fewPoints.suits(images, channels, filters, geometry)) {
      return fewPoints.conv2dInput(y, yo, w, wo, x, xo, images, channels, filters, geometry);
    }
    boolean strided = geometry.rows().stride() > 1 || geometry.columns().stride() > 1;
    if (channels / geometry.groups() < LEAST_CHANNELS && geometry.window().taps() > 1 && strided) {
      return fewChannels.conv2dInput(y, yo, w, wo, x, xo, images, channels, filters, geometry);
    }
    int plane = geometry.rows().extent() * geometry.columns().extent();
    List<Kernel> phases = new ArrayList<>();
    if (strided) {
      // Some positions may have no tap at all.
      phases.add(() -> Arrays.fill(x, xo, xo + images * channels * plane, 0f));
    }
    for (InputPhase down : InputPhase.of(geometry.rows())) {
      for (InputPhase across : InputPhase.of(geometry.columns())) {
        if (!down.taps().isEmpty() && !across.taps().isEmpty()) {
          phases.add(
              inputPhase(y, yo, w, wo, x, xo, images, channels, filters, geometry, down, across));
        }
      }
    }
    return Kernel.sequence(phases.toArray(Kernel[]::new));
  }

  private Kernel inputPhase(
      float[] y,
      int yo,
      float[] w,
      int wo,
      float[] x,
      int xo,
      int images,
      int channels,
      int filters,
      ConvGeometry geometry,
      InputPhase down,
      InputPhase across) {
    int groups = geometry.groups();
    int lines = channels / groups;
    int width = geometry.columns().extent();
    int plane = geometry.rows().extent() * width;
    int size = geometry.window().taps();
    int[] taps = new int[down.taps().size() * across.taps().size()];
    ImageGrid grid = phaseGrid(geometry, down, across, taps);
    int stride = geometry.columns().stride();
    int rowStep = geometry.rows().stride() * width;
    int outputs = grid.height * grid.width;
    int filtersPerGroup = filters / groups;
    boolean slides = grid.points() == plane && sliding.suits(grid, images, filtersPerGroup, lines);
    Kernel[] products = new Kernel[groups];
    for (int g = 0; g < groups; g++) {
      int filter = wo + g * filtersPerGroup * lines * size;
      PanelSource left =
          size == 1
              ? new MatrixPanels(w, filter, lines, 1)
              : new FilterPanels(w, filter, lines, size, taps);
      int from = yo + g * filtersPerGroup * outputs;
      if (slides) {
        int to = xo + g * lines * plane;
        products[g] =
            sliding.multiply(
                left,
                lines,
                y,
                from,
                filters * outputs,
                grid,
                images,
                filtersPerGroup,
                x,
                to,
                channels * plane);
        continue;
      }
      PanelSource right = new ImagePanels(y, from, filters * outputs, grid);
      int origin = xo + g * lines * plane + down.first() * width + across.first();
      ProductTarget target =
          stride == 1 && rowStep == width
              ? planes(x, origin, channels, plane)
              : new ProductTarget(
                  x, origin, plane, stride, grid.columns, rowStep, grid.rows, channels * plane);
      int depth = filtersPerGroup * taps.length;
      products[g] = gemm.multiply(lines, images * grid.points(), depth, left, right, target, false);
    }
    return Kernel.sequence(products);
  }

  /** The outputs a phase of the input reads; its taps are numbered in the whole filter. */
  private static ImageGrid phaseGrid(
      ConvGeometry geometry, InputPhase down, InputPhase across, int[] taps) {
    int[] rowOffsets = new int[taps.length];
    int[] columnOffsets = new int[taps.length];
    int t = 0;
    for (int r = 0; r < down.taps().size(); r++) {
      for (int c = 0; c < across.taps().size(); c++) {
        taps[t] = down.taps().get(r) * geometry.columns().kernel() + across.taps().get(c);
        rowOffsets[t] = down.outputs().get(r);
        columnOffsets[t] = across.outputs().get(c);
        t++;
      }
    }
    int height = geometry.rows().outputs();
    int width = geometry.columns().outputs();
    boolean isPlain =
        taps.length == 1
            && rowOffsets[0] == 0
            && columnOffsets[0] == 0
            && down.positions() == height
            && across.positions() == width;
    if (isPlain && geometry.rows().stride() == 1 && geometry.columns().stride() == 1) {
      return new ImageGrid(1, height * width, 1, 1, 1, height * width, rowOffsets, columnOffsets);
    }
    return new ImageGrid(
        down.positions(), across.positions(), 1, 1, height, width, rowOffsets, columnOffsets);
  }

  /** w = the transpose of {@link #conv2d} in its second operand, applied to x and y. */
  Kernel conv2dFilter(
      float[] x,
      int xo,
      float[] y,
      int yo,
      float[] w,
      int wo,
      int images,
      int channels,
      int filters,
      ConvGeometry geometry) {
    if (channels == geometry.groups()) {
      return direct.conv2dFilter(x, xo, y, yo, w, wo, images, channels, filters, geometry);
    }
    if (isMatrixProduct(geometry)) {
      return gemm.multiply(
          filters, channels, images, y, yo, filters, true, x, xo, channels, false, w, wo, channels,
          false);
    }
    WinogradTiles tiles = WinogradTiles.forward(geometry);
    if (winograd.suitsFilterGradient(geometry, tiles, images, channels, filters)) {
      return winograd.filterGradient(tiles, channels, filters, images, x, xo, y, yo, w, wo);
    }
    ImageGrid grid = ImageGrid.windows(geometry);
    int groups = geometry.groups();
    int columns = channels / groups * grid.taps();
    int lines = filters / groups;
    int points = grid.points();
    int plane = geometry.rows().extent() * geometry.columns().extent();
    Kernel[] products = new Kernel[groups];
    boolean slides = dots.suits(grid, images, channels / groups, lines);
    for (int g = 0; g < groups; g++) {
      int from = xo + g * (channels / groups) * plane;
      if (slides) {
        int outputs = yo + g * lines * points;
        int weights = wo + g * lines * columns;
        products[g] =
            () ->
                dots.multiply(
                    x,
                    from,
                    channels * plane,
                    y,
                    outputs,
                    filters * points,
                    grid,
                    images,
                    channels / groups,
                    lines,
                    w,
                    weights);
        continue;
      }
      int gradients = yo + g * lines * points;
      PanelSource left =
          images == 1
              ? new MatrixPanels(y, gradients, 1, points)
              : new PlanePanels(y, gradients, points, filters * points);
      PanelSource right =
          grid.taps() == 1 && grid.rows == 1 && points == plane
              ? new PlanePanels(x, from, plane, channels * plane)
              : new ImageDepthPanels(x, from, channels * plane, grid);
      ProductTarget target = ProductTarget.matrix(w, wo + g * lines * columns, columns, columns);
      products[g] = gemm.multiply(lines, columns, images * points, left, right, target, false);
    }
    return Kernel.sequence(products);
  }

  /** One pixel, one tap: images are rows of channels, and a few of them fill no tile of pixels. */
  private static boolean isMatrixProduct(ConvGeometry geometry) {
    return geometry.groups() == 1 && isOne(geometry.rows()) && isOne(geometry.columns());
  }

  private static boolean isOne(WindowAxis axis) {
    return axis.extent() == 1 && axis.kernel() == 1 && axis.outputs() == 1 && axis.before() == 0;
  }

  private static ProductTarget planes(float[] values, int offset, int channels, int size) {
    return new ProductTarget(values, offset, size, 1, size, 0, 1, channels * size);
  }
}
