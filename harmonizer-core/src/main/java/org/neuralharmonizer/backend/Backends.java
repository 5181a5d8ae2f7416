package org.neuralharmonizer.backend;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** Finds backends on the class path or module path. */
public final class Backends {
  private Backends() {}

  /** A backend that was found, usable or not. */
  public record Description(String name, int rank, Availability availability) {}

  /** The usable backend of the highest rank, with default options. */
  public static Backend best() {
    return best(BackendOptions.defaults());
  }

  /** The usable backend of the highest rank. */
  public static Backend best(BackendOptions options) {
    return providers().stream()
        .filter(provider -> provider.availability().isUsable())
        .max(Comparator.comparingInt(BackendProvider::rank))
        .orElseThrow(() -> new IllegalArgumentException("no backend is usable here"))
        .open(options);
  }

  /** A backend by name, with default options. */
  public static Backend named(String name) {
    return named(name, BackendOptions.defaults());
  }

  /**
   * A backend by name.
   *
   * @throws IllegalArgumentException if there is none of that name or it is not usable here, with
   *     the reason and the names of those that are
   */
  public static Backend named(String name, BackendOptions options) {
    for (BackendProvider provider : providers()) {
      if (provider.name().equals(name)) {
        Availability availability = provider.availability();
        if (availability.isUsable()) {
          return provider.open(options);
        }
        throw unusable(name, availability.explanation());
      }
    }
    throw unusable(name, "no backend of this name was found");
  }

  /** Every backend found, the best first. */
  public static List<Description> describe() {
    return providers().stream()
        .map(each -> new Description(each.name(), each.rank(), each.availability()))
        .sorted(Comparator.comparingInt(Description::rank).reversed())
        .toList();
  }

  private static IllegalArgumentException unusable(String name, String reason) {
    String usable =
        describe().stream()
            .filter(description -> description.availability().isUsable())
            .map(Description::name)
            .collect(Collectors.joining(", "));
    return new IllegalArgumentException(
        "backend \"%s\" is not usable here: %s — usable here: %s".formatted(name, reason, usable));
  }

  /** A provider that cannot be loaded, such as one compiled for a newer Java, is passed over. */
  private static List<BackendProvider> providers() {
    List<BackendProvider> providers = new ArrayList<>();
    Iterator<BackendProvider> found =
        ServiceLoader.load(BackendProvider.class, Backends.class.getClassLoader()).iterator();
    while (true) {
      try {
        if (!found.hasNext()) {
          return providers;
        }
        providers.add(found.next());
      } catch (ServiceConfigurationError | LinkageError e) {
        System.getLogger(Backends.class.getName())
            .log(System.Logger.Level.WARNING, "A backend could not be loaded", e);
      }
    }
  }
}
