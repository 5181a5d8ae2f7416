package org.neuralharmonizer.io;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The records of one TFRecord file, one after the other, plain or compressed by gzip. Both
 * checksums of each record are verified. Only one record is in memory at a time. Not for several
 * threads.
 *
 * <p>A record is its length (8 bytes, little-endian), the masked CRC-32C of these bytes, its
 * content, and the masked CRC-32C of that.
 *
 * @see <a href="https://www.tensorflow.org/tutorials/load_data/tfrecord">TFRecord and
 *     tf.train.Example</a>
 */
public final class TfRecords implements AutoCloseable {
  private static final int LENGTH_BYTES = Long.BYTES;
  private static final int CHECKSUM_BYTES = Integer.BYTES;
  private static final int HEADER_BYTES = LENGTH_BYTES + CHECKSUM_BYTES;

  /** What a record takes beside its content. */
  static final int FRAME_BYTES = HEADER_BYTES + CHECKSUM_BYTES;

  private static final int MASK_DELTA = 0xa282ead8;
  private static final int BUFFER = 1 << 16;

  private final String name;
  private final InputStream stream;
  private final long longest;
  private final boolean compressed;
  private long position;

  private TfRecords(String name, InputStream stream, long longest, boolean compressed) {
    this.name = name;
    this.stream = stream;
    this.longest = longest;
    this.compressed = compressed;
  }

  /**
   * Opens a file.
   *
   * @throws IOException if it cannot be read
   */
  public static TfRecords open(Path file) throws IOException {
    return open(file, ReadLimits.standard());
  }

  /** As {@link #open(Path)}; a record longer than the limit of decoded bytes is refused. */
  public static TfRecords open(Path file, ReadLimits limits) throws IOException {
    Source.requireFile(file);
    InputStream plain = new BufferedInputStream(Files.newInputStream(file), BUFFER);
    try {
      boolean compressed = isCompressed(plain);
      InputStream stream =
          compressed ? new BufferedInputStream(new GZIPInputStream(plain, BUFFER), BUFFER) : plain;
      long most = Math.min(limits.decodedBytes(), Integer.MAX_VALUE / 2);
      return new TfRecords(
          file.toString(),
          stream,
          compressed ? most : Math.min(most, Files.size(file)),
          compressed);
    } catch (EOFException | ZipException e) {
      plain.close();
      throw damaged(file.toString(), e);
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }

  /**
   * Opens a plain file at one of its records.
   *
   * @param name of the file in messages
   * @param offset where the record begins, in bytes
   * @param position its number
   */
  static TfRecords openAt(Path file, Path name, long offset, long position, ReadLimits limits)
      throws IOException {
    SeekableByteChannel channel = Files.newByteChannel(file);
    try {
      channel.position(offset);
      InputStream stream = new BufferedInputStream(Channels.newInputStream(channel), BUFFER);
      long most = Math.min(limits.decodedBytes(), Integer.MAX_VALUE / 2);
      TfRecords records =
          new TfRecords(name.toString(), stream, Math.min(most, channel.size()), false);
      records.position = position;
      return records;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Whether it is a gzip file. */
  boolean isCompressed() {
    return compressed;
  }

  /**
   * The next record.
   *
   * @return empty at the end of the file
   * @throws MalformedFileException if the record is cut off, too long, or does not match a checksum
   * @throws IOException if the file cannot be read
   */
  public Optional<byte[]> next() throws IOException {
    try {
      byte[] header = stream.readNBytes(HEADER_BYTES);
      if (header.length == 0) {
        return Optional.empty();
      }
      byte[] content = content(length(header));
      position++;
      return Optional.of(content);
    } catch (EOFException | ZipException e) {
      throw damaged(name, e);
    }
  }

  /** The number of records read so far. */
  public long position() {
    return position;
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }

  private int length(byte[] header) throws IOException {
    requireWhole(header, HEADER_BYTES);
    if (!hasChecksum(header, LENGTH_BYTES, littleEndian(header).getInt(LENGTH_BYTES))) {
      throw wrong("the length does not match its checksum", "copy the file again");
    }
    long length = littleEndian(header).getLong();
    if (length < 0 || length > longest) {
      throw wrong(
          "claims " + Long.toUnsignedString(length) + " bytes, at most " + longest + " can be",
          "copy the file again, or pass larger ReadLimits");
    }
    return (int) length;
  }

  private byte[] content(int length) throws IOException {
    byte[] content = stream.readNBytes(length);
    requireWhole(content, length);
    byte[] checksum = stream.readNBytes(CHECKSUM_BYTES);
    requireWhole(checksum, CHECKSUM_BYTES);
    if (!hasChecksum(content, length, littleEndian(checksum).getInt())) {
      throw wrong("the content does not match its checksum", "copy the file again");
    }
    return content;
  }

  private void requireWhole(byte[] read, int wanted) throws MalformedFileException {
    if (read.length < wanted) {
      throw wrong("the file ends within it", "copy the file again");
    }
  }

  private MalformedFileException wrong(String what, String remedy) {
    return MalformedFileException.of(name, "record " + position + ": " + what, remedy);
  }

  private static MalformedFileException damaged(String file, IOException cause) {
    return MalformedFileException.of(
        file, "not a whole gzip file (" + cause.getMessage() + ")", "copy it again", cause);
  }

  /** A plain file may begin with gzip's two bytes too, as a length; its checksum tells. */
  private static boolean isCompressed(InputStream stream) throws IOException {
    stream.mark(HEADER_BYTES);
    byte[] header = stream.readNBytes(HEADER_BYTES);
    stream.reset();
    boolean gzip =
        header.length >= 2 && littleEndian(header).getShort() == (short) GZIPInputStream.GZIP_MAGIC;
    boolean record =
        header.length == HEADER_BYTES
            && hasChecksum(header, LENGTH_BYTES, littleEndian(header).getInt(LENGTH_BYTES));
    return gzip && !record;
  }

  private static boolean hasChecksum(byte[] bytes, int length, int masked) {
    return masked(bytes, length) == masked;
  }

  /** Of the first bytes: the checksum turned by 15 bits and moved, so that it can be stored. */
  static int masked(byte[] bytes, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, length);
    return Integer.rotateRight((int) checksum.getValue(), 15) + MASK_DELTA;
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
