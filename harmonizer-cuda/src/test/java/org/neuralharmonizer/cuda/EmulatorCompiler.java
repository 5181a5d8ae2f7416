package org.neuralharmonizer.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Compiles CUDA C++ for the processor, by g++, in a folder that goes with the virtual machine. */
final class EmulatorCompiler {
  private static final List<String> RESOURCES = List.of("emulator.h", "emulator.cpp", "prelude.h");

  /**
   * Every access to memory calls the emulator, which finds those outside of an allocation; casts
   * between types of vectors are as common in CUDA as they are wrong in C++. Tests spend their time
   * in g++ rather than in kernels, hence the optimization level.
   */
  private static final List<String> KERNEL_OPTIONS =
      List.of(
          "-std=c++17",
          // Of mathematics only C's functions, of which the compiler reads half as much.
          "-nostdinc++",
          "-O1",
          "-fPIC",
          "-w",
          "-fvisibility=hidden",
          "-fno-strict-aliasing",
          "-fno-math-errno",
          "-fsanitize=kernel-address",
          "--param=asan-instrumentation-with-call-threshold=0",
          "--param=asan-stack=0",
          "--param=asan-globals=0",
          "-fsanitize=alignment,bounds,integer-divide-by-zero,signed-integer-overflow,shift");

  private static final Pattern KERNEL =
      Pattern.compile(
          "extern\\s+\"C\"\\s+__global__\\s+"
              + "(?:__launch_bounds__\\s*\\(([^,)]+)[^)]*\\)\\s*)?void\\s+"
              + "(?:__launch_bounds__\\s*\\(([^,)]+)[^)]*\\)\\s*)?(\\w+)\\s*\\(");

  private static final int MOST_THREADS = 1024;

  private final Path folder;
  private final Map<String, byte[]> compiled = new ConcurrentHashMap<>();
  private final AtomicInteger names = new AtomicInteger();

  private EmulatorCompiler() {
    try {
      folder = Files.createTempDirectory("emulator");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
      for (String resource : RESOURCES) {
        try (InputStream in = EmulatorCompiler.class.getResourceAsStream(resource)) {
          Files.copy(in, folder.resolve(resource));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Path include = include();
    run(
        folder,
        List.of("-std=c++17", "-O2", "-fPIC", "-shared", "-I" + include),
        List.of("-I" + include.resolve("linux"), "emulator.cpp", "-o", "emulator.so", "-ldl"));
    run(folder, KERNEL_OPTIONS, List.of("-x", "c++-header", "prelude.h", "-o", "prelude.h.gch"));
  }

  /** Made when first asked for: only tests that emulate pay for it. */
  private static final class Only {
    static final EmulatorCompiler COMPILER = new EmulatorCompiler();
  }

  private static final class Machine {
    static final Optional<String> OBSTACLE = findObstacle();
  }

  /** Why this machine cannot emulate, if it cannot. */
  static Optional<String> obstacle() {
    return Machine.OBSTACLE;
  }

  /** The compiled {@code emulator.cpp}. */
  static Path library() {
    return Only.COMPILER.folder.resolve("emulator.so");
  }

  /** A shared object with an {@code emulated_NAME} for each kernel of the source. */
  static byte[] compile(String source) {
    return Only.COMPILER.compiled.computeIfAbsent(source, Only.COMPILER::build).clone();
  }

  /** A file of its own, as the same path would not be loaded twice. */
  static Path store(byte[] code) {
    try {
      return Files.write(Only.COMPILER.place().resolve("code.so"), code);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] build(String source) {
    try {
      Path place = place();
      Files.writeString(place.resolve("kernels.cu"), source);
      Files.writeString(place.resolve("main.cpp"), main(source));
      run(
          place,
          KERNEL_OPTIONS,
          List.of("-I" + folder, "-shared", "-nostdlib", "main.cpp", library(folder)),
          List.of("-lm", "-lc", "-lgcc", "-o", "code.so"));
      return Files.readAllBytes(place.resolve("code.so"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String library(Path folder) {
    return folder.resolve("emulator.so").toString();
  }

  private Path place() throws IOException {
    return Files.createDirectory(folder.resolve(Integer.toString(names.getAndIncrement())));
  }

  private static String main(String source) {
    StringBuilder text = new StringBuilder();
    text.append("#include \"prelude.h\"\nnamespace {\n#include \"kernels.cu\"\n}\n");
    Matcher kernels = KERNEL.matcher(source);
    while (kernels.find()) {
      String before = kernels.group(1);
      String after = kernels.group(2);
      String bound = before != null ? before : after;
      text.append(
          "EMULATED_KERNEL(%s, %s)\n"
              .formatted(kernels.group(3), bound == null ? MOST_THREADS : bound));
    }
    return text.toString();
  }

  @SafeVarargs
  private static void run(Path folder, List<String>... options) {
    List<String> command = new ArrayList<>(List.of("g++"));
    for (List<String> some : options) {
      command.addAll(some);
    }
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
      builder.environment().put("LC_ALL", "C");
      Process process = builder.start();
      process.getOutputStream().close();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new CudaException("compilation failed\n" + output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CudaException("interrupted while compiling");
    }
  }

  private static Path include() {
    return Path.of(System.getProperty("java.home"), "include");
  }

  private static Optional<String> findObstacle() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return Optional.of("the CUDA emulator runs on Linux only");
    }
    if (!Files.exists(include().resolve("jni.h"))) {
      return Optional.of("no CUDA emulator: there is no jni.h under " + include());
    }
    try {
      run(include(), List.of("--version"));
      return Optional.empty();
    } catch (UncheckedIOException e) {
      return Optional.of("no CUDA emulator: there is no g++");
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
