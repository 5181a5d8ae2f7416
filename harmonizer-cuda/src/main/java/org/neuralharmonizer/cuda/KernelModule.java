package org.neuralharmonizer.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The kernels of a program on the device: each text once, in a few translation units. */
final class KernelModule implements AutoCloseable {

  /** Kernels of a translation unit; units are compiled side by side. */
  private static final int KERNELS = 12;

  private static final String LIBRARY = library();

  private final Map<KernelSource, Long> handles = new HashMap<>();
  private final List<Device.Code> codes = new ArrayList<>();

  private record Unit(String source, Map<KernelSource, String> names) {}

  /** Compiles and loads. */
  KernelModule(Device device, Collection<KernelSource> kernels, int threads) {
    List<Unit> units = units(kernels);
    try {
      List<byte[]> machineCodes = compiled(device, units, threads);
      for (int i = 0; i < units.size(); i++) {
        Device.Code code = device.load(machineCodes.get(i));
        codes.add(code);
        units.get(i).names.forEach((kernel, name) -> handles.put(kernel, code.kernel(name)));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** The translation units that kernels are compiled in. */
  static List<String> sources(Collection<KernelSource> kernels) {
    return units(kernels).stream().map(Unit::source).toList();
  }

  private static List<Unit> units(Collection<KernelSource> kernels) {
    List<Unit> units = new ArrayList<>();
    StringBuilder text = new StringBuilder(LIBRARY);
    Map<KernelSource, String> names = new LinkedHashMap<>();
    int number = 0;
    for (KernelSource kernel : kernels.stream().distinct().toList()) {
      String name = kernel.kind() + "_" + number++;
      text.append('\n').append(kernel.named(name));
      names.put(kernel, name);
      if (names.size() == KERNELS) {
        units.add(new Unit(text.toString(), names));
        text = new StringBuilder(LIBRARY);
        names = new LinkedHashMap<>();
      }
    }
    if (!names.isEmpty()) {
      units.add(new Unit(text.toString(), names));
    }
    return units;
  }

  private static List<byte[]> compiled(Device device, List<Unit> units, int threads) {
    List<byte[]> results = new ArrayList<>();
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<byte[]>> futures = new ArrayList<>();
      for (Unit unit : units) {
        futures.add(executor.submit(() -> device.compile(unit.source)));
      }
      for (Future<byte[]> future : futures) {
        results.add(future.get());
      }
      return results;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("cuda: a kernel could not be compiled", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("cuda: interrupted while compiling kernels", e);
    } finally {
      executor.shutdownNow();
    }
  }

  long handle(KernelSource kernel) {
    return Objects.requireNonNull(handles.get(kernel));
  }

  @Override
  public void close() {
    codes.forEach(Device.Code::close);
    codes.clear();
  }

  private static String library() {
    try (InputStream stream = KernelModule.class.getResourceAsStream("kernels.cuh")) {
      byte[] bytes = Objects.requireNonNull(stream, "kernels.cuh").readAllBytes();
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
