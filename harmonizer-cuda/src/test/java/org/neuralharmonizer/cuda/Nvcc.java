package org.neuralharmonizer.cuda;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** CUDA's compiler as a program, to assembler only; it needs neither a GPU nor a driver. */
final class Nvcc implements SourceCompiler {
  private final Path program;
  private final Path folder;
  private final int architecture;
  private final AtomicInteger names = new AtomicInteger();

  private Nvcc(Path program, Path folder, int architecture) {
    this.program = program;
    this.folder = folder;
    this.architecture = architecture;
  }

  /** The one that the search path leads to, if it does. */
  static Optional<SourceCompiler> found(Path folder, int architecture) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Arrays.stream(path.split(File.pathSeparator))
        .filter(entry -> !entry.isBlank())
        .map(entry -> Path.of(entry, "nvcc"))
        .filter(Files::isExecutable)
        .findFirst()
        .map(program -> new Nvcc(program, folder, architecture));
  }

  /** Takes warnings for errors. */
  @Override
  public byte[] compile(String source) {
    String name = "unit" + names.getAndIncrement();
    try {
      Path text = Files.writeString(folder.resolve(name + ".cu"), source);
      Path result = folder.resolve(name + ".ptx");
      Process process = new ProcessBuilder(command(text, result)).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new CudaException("compilation failed\n" + output);
      }
      return Files.readAllBytes(result);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CudaException("interrupted while compiling");
    }
  }

  private List<String> command(Path text, Path result) {
    return List.of(
        program.toString(),
        "-arch=sm_" + architecture,
        "-std=c++17",
        "-Werror=all-warnings",
        "-ptx",
        text.toString(),
        "-o",
        result.toString());
  }
}
