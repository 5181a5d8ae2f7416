package org.neuralharmonizer.cuda;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, which every Java has. */
final class Digests {
  /** Bytes of a digest. */
  static final int LENGTH = 32;

  private Digests() {}

  static byte[] of(byte[] bytes) {
    return sha256().digest(bytes);
  }

  /** Of all parts; where one ends and the next begins makes a difference. */
  static byte[] of(String... parts) {
    MessageDigest digest = sha256();
    for (String part : parts) {
      digest.update(of(part.getBytes(UTF_8)));
    }
    return digest.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
