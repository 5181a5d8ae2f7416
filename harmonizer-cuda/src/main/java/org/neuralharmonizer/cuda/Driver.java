package org.neuralharmonizer.cuda;

import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** What the driver says of itself, of its errors and of its devices; needs no context. */
final class Driver {
  private static final int NAME_BYTES = 256;

  private Driver() {}

  /** Throws if a call of the driver failed. */
  static void check(int status, String call) {
    if (status != cudart.CUDA_SUCCESS) {
      throw new CudaException("cuda: %s failed: %s".formatted(call, error(status)));
    }
  }

  /** Such as {@code CUDA_ERROR_OUT_OF_MEMORY (2, out of memory)}. */
  static String error(int status) {
    BytePointer name = new BytePointer((Pointer) null);
    BytePointer text = new BytePointer((Pointer) null);
    cudart.cuGetErrorName(status, name);
    cudart.cuGetErrorString(status, text);
    return name.isNull() || text.isNull()
        ? "error " + status
        : "%s (%d, %s)".formatted(name.getString(), status, text.getString());
  }

  /** The newest CUDA that the driver runs, times a thousand, such as 13000. */
  static int version() {
    int[] version = new int[1];
    check(cudart.cuDriverGetVersion(version), "cuDriverGetVersion");
    return version[0];
  }

  /** Such as 13.0 for 13000. */
  static String readable(int version) {
    return version / 1000 + "." + version % 1000 / 10;
  }

  /** How many devices there are, once {@code cuInit} was called. */
  static int devices() {
    int[] count = new int[1];
    check(cudart.cuDeviceGetCount(count), "cuDeviceGetCount");
    return count[0];
  }

  static int handle(int device) {
    int[] handle = new int[1];
    check(cudart.cuDeviceGet(handle, device), "cuDeviceGet");
    return handle[0];
  }

  static Device.Description describe(int device, String versions) {
    int handle = handle(device);
    byte[] name = new byte[NAME_BYTES];
    check(cudart.cuDeviceGetName(name, name.length, handle), "cuDeviceGetName");
    Words bytes = new Words(1);
    check(cudart.cuDeviceTotalMem(bytes.sizeAt(0), handle), "cuDeviceTotalMem");
    int architecture =
        10 * attribute(cudart.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, handle)
            + attribute(cudart.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, handle);
    return new Device.Description(
        Strings.upToZero(name),
        architecture,
        attribute(cudart.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, handle),
        bytes.get(0),
        versions);
  }

  private static int attribute(int attribute, int handle) {
    int[] value = new int[1];
    check(cudart.cuDeviceGetAttribute(value, attribute, handle), "cuDeviceGetAttribute");
    return value[0];
  }
}
