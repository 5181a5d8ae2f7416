package org.neuralharmonizer.io;

/**
 * How much a reader may decode from one file. The limits are checked against what the file declares
 * before memory is set aside, so a small file that claims to be huge costs nothing.
 *
 * @param pixels the most pixels of one image, width times height
 * @param decodedBytes the most bytes that all arrays of one file may occupy once decoded
 */
public record ReadLimits(long pixels, long decodedBytes) {
  private static final ReadLimits STANDARD = new ReadLimits(64L << 20, 4L << 30);

  /** Checks that both limits are positive. */
  public ReadLimits {
    if (pixels < 1 || decodedBytes < 1) {
      throw new IllegalArgumentException(
          "read limits: " + pixels + " pixels, " + decodedBytes + " bytes — both must be positive");
    }
  }

  /** 64 megapixels (2²⁶) and 4 GiB (2³² bytes). */
  public static ReadLimits standard() {
    return STANDARD;
  }

  /** These limits with another number of pixels. */
  public ReadLimits withPixels(long pixels) {
    return new ReadLimits(pixels, decodedBytes);
  }

  /** These limits with another number of decoded bytes. */
  public ReadLimits withDecodedBytes(long decodedBytes) {
    return new ReadLimits(pixels, decodedBytes);
  }
}
