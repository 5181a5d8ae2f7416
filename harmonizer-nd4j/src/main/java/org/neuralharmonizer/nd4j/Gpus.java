package org.neuralharmonizer.nd4j;

import com.sun.jna.NativeLibrary;
import java.util.ArrayList;
import java.util.List;

/**
 * The GPUs that the driver knows, asked without starting ND4J or CUDA's runtime: ND4J counts
 * devices only, and fails at the first kernel on one that it has no machine code for.
 */
final class Gpus {
  private static final int MAJOR = 75;
  private static final int MINOR = 76;

  private Gpus() {}

  /**
   * A GPU's generation.
   *
   * @param major such as 8 for Ampere
   */
  record Capability(int major, int minor) {
    @Override
    public String toString() {
      return major + "." + minor;
    }
  }

  /** There is no driver that answers. */
  static final class NoDriverException extends Exception {
    private static final long serialVersionUID = 1L;

    NoDriverException(String reason) {
      super(reason);
    }
  }

  /** Asks the CUDA driver of this machine; by device number, empty if there are none. */
  static List<Capability> ofThisMachine() throws NoDriverException {
    boolean windows = System.getProperty("os.name", "").startsWith("Windows");
    String library = windows ? "nvcuda" : "libcuda.so.1";
    try {
      return devices(NativeLibrary.getInstance(library));
    } catch (LinkageError e) {
      // The message of JNA lists the whole class path, where nobody keeps a driver.
      throw new NoDriverException("no NVIDIA driver was found (" + library + " cannot be loaded)");
    }
  }

  private static List<Capability> devices(NativeLibrary driver) throws NoDriverException {
    call(driver, "cuInit", 0);
    int[] count = new int[1];
    call(driver, "cuDeviceGetCount", count);
    List<Capability> devices = new ArrayList<>();
    for (int i = 0; i < count[0]; i++) {
      devices.add(new Capability(attribute(driver, MAJOR, i), attribute(driver, MINOR, i)));
    }
    return devices;
  }

  private static int attribute(NativeLibrary driver, int attribute, int device)
      throws NoDriverException {
    int[] value = new int[1];
    call(driver, "cuDeviceGetAttribute", value, attribute, device);
    return value[0];
  }

  private static void call(NativeLibrary driver, String function, Object... arguments)
      throws NoDriverException {
    int status = driver.getFunction(function).invokeInt(arguments);
    if (status != 0) {
      throw new NoDriverException("the driver's " + function + " fails with status " + status);
    }
  }
}
