package org.neuralharmonizer.study.cli;

import picocli.CommandLine.IVersionProvider;

/** Version of the library and of the Java that runs it, for {@code --version} and provenance. */
final class Version implements IVersionProvider {

  /** The library's version, from the jar's manifest; unknown in an unpackaged build. */
  static String library() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development build" : version;
  }

  static String java() {
    return System.getProperty("java.vm.name") + " " + Runtime.version();
  }

  @Override
  public String[] getVersion() {
    return new String[] {"harmonizer " + library(), java()};
  }
}
