package org.neuralharmonizer.cuda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.neuralharmonizer.expr.Expr;
import org.neuralharmonizer.program.Compiler;
import org.neuralharmonizer.program.Fusion;
import org.neuralharmonizer.program.Program;
import org.neuralharmonizer.program.Signature;
import org.neuralharmonizer.tensor.Shape;
import org.neuralharmonizer.testing.ConformancePrograms;

/** Generated kernels as text, and before the compiler of CUDA where there is one. */
@Tag("once")
class GeneratedSourcesTest {
  private static final int ARCHITECTURE = 80;

  /** As a compiler takes as long to start as for sixty kernels. */
  private static final int UNITS_TOGETHER = 16;

  private static final int COMPILERS = 2;

  private static final Pattern NUMBER = Pattern.compile("\\d+");

  /** Of 0, 1 and 2 a loop may take no turn, a remainder be nothing, and a condition be constant. */
  private static final Pattern LARGE_NUMBER = Pattern.compile("\\b([3-9]|\\d\\d+)(u?)\\b");

  private static final Pattern REMARK = Pattern.compile("(?m)^//.*$");

  /**
   * What is the same for kernels one of which is enough: in loops and copies, whose extents occur
   * in arithmetic alone, all numbers; in templates, which unroll, those that are not special.
   */
  private static String form(KernelSource kernel) {
    String text = REMARK.matcher(kernel.text()).replaceAll("");
    return switch (kernel.kind()) {
      case "fused", "fused_sum", "move" -> NUMBER.matcher(text).replaceAll("0");
      default -> LARGE_NUMBER.matcher(text).replaceAll("9$2");
    };
  }

  @Test
  void kernelsOfTheConformanceSuiteCompile(@TempDir Path folder) throws IOException {
    SourceCompiler compiler = compiler(folder);
    compile(Stream.of(Fusion.ELEMENTWISE, Fusion.NONE).flatMap(ConformancePrograms::all), compiler);
  }

  /** So that what the suite shows, it shows of every kernel there is. */
  @Test
  void theConformanceSuiteUsesEveryTemplate() throws IOException {
    List<String> templates =
        Pattern.compile("(?m)^template <class G\\b.*>\\n__device__ void (\\w+)\\(")
            .matcher(resource(KernelModule.class, "kernels.cuh"))
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(templates).contains("move", "depthwise_filter");
    assertThat(
            Stream.of(Fusion.ELEMENTWISE, Fusion.NONE)
                .flatMap(ConformancePrograms::all)
                .flatMap(program -> Sources.kernels(program).stream())
                .map(KernelSource::kind)
                .distinct())
        .containsAll(templates);
  }

  @Test
  void kernelsOfHarmonizedStepsCompile(@TempDir Path folder) throws IOException {
    SourceCompiler compiler = compiler(folder);
    compile(StepPrograms.all(), compiler);
  }

  /** Where large values are kept as bfloat16. */
  @Test
  void kernelsOfNarrowStepsCompile(@TempDir Path folder) throws IOException {
    SourceCompiler compiler = compiler(folder);
    compileKernels(
        StepPrograms.all()
            .flatMap(
                program -> {
                  Set<Integer> narrow = NarrowStorages.of(program, NarrowStorages.LEAST_VALUES);
                  return Sources.kernels(program, narrow).stream();
                })
            .filter(kernel -> kernel.text().contains(Format.BFLOAT16.word())),
        compiler);
  }

  @Test
  void aFusedKernelReadsAsItsExpression() throws IOException {
    Expr x = Expr.input("x", Shape.of(8, 16, 14, 14));
    Expr scale = Expr.input("scale", Shape.of(1, 16, 1, 1));
    Expr shift = Expr.input("shift", Shape.of(1, 16, 1, 1));
    Expr normalized = x.times(scale).plus(shift);
    Expr y = normalized.times(normalized.step());
    Signature signature = Signature.of(List.of(x, scale, shift), List.of(y, y.sum(0, 2, 3)));
    List<KernelSource> kernels = Sources.kernels(Compiler.compile(signature, Fusion.ELEMENTWISE));
    assertThat(kernels)
        .extracting(KernelSource::kind)
        .containsExactly("fused_sum", "finish_by_warps");
    assertThat(kernels.get(0).named("fused_sum_0"))
        .isEqualTo(resource(GeneratedSourcesTest.class, "normalization.cu"));
  }

  private static String resource(Class<?> beside, String name) throws IOException {
    try (InputStream stream = beside.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(stream, name).readAllBytes(), UTF_8);
    }
  }

  private static void compile(Stream<Program> programs, SourceCompiler compiler)
      throws IOException {
    compileKernels(programs.flatMap(program -> Sources.kernels(program).stream()), compiler);
  }

  private static void compileKernels(Stream<KernelSource> all, SourceCompiler compiler)
      throws IOException {
    Map<String, KernelSource> kernels = new LinkedHashMap<>();
    all.forEach(kernel -> kernels.putIfAbsent(form(kernel), kernel));
    assertThat(kernels).isNotEmpty();
    ExecutorService compilers = Executors.newFixedThreadPool(COMPILERS);
    try {
      List<Future<byte[]>> units = new ArrayList<>();
      for (String unit : units(kernels.values())) {
        units.add(compilers.submit(() -> compiler.compile(unit)));
      }
      for (Future<byte[]> unit : units) {
        assertThat(unit.get()).isNotEmpty();
      }
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      compilers.shutdownNow();
    }
  }

  /** Those that the backend makes, several in one. */
  private static List<String> units(Collection<KernelSource> kernels) throws IOException {
    String library = resource(KernelModule.class, "kernels.cuh");
    List<String> units = new ArrayList<>();
    StringBuilder text = new StringBuilder(library);
    int count = 0;
    for (String unit : KernelModule.sources(kernels)) {
      assertThat(unit).startsWith(library);
      text.append(unit, library.length(), unit.length());
      if (++count % UNITS_TOGETHER == 0) {
        units.add(text.toString());
        text = new StringBuilder(library);
      }
    }
    units.add(text.toString());
    return units;
  }

  /** The compiler's program, which warns too; else its library. */
  private static SourceCompiler compiler(Path folder) {
    return Nvcc.found(folder, ARCHITECTURE).orElseGet(() -> Cuda.compiler(ARCHITECTURE));
  }
}
