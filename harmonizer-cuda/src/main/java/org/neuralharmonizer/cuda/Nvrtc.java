package org.neuralharmonizer.cuda;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.cuda.global.nvrtc;
import org.bytedeco.cuda.nvrtc._nvrtcProgram;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * NVIDIA's compiler for CUDA C++, in this process. For an architecture that it does not know, which
 * is one newer than itself, it makes PTX for the newest that it knows, and the driver does the
 * rest.
 */
final class Nvrtc implements SourceCompiler {
  private static final String FILE = "harmonizer.cu";
  private static final Pattern ERROR_LINE =
      Pattern.compile(Pattern.quote(FILE) + "\\((\\d+)\\): (?:catastrophic )?error");

  /** What the compiler is asked for. */
  private enum Form {
    MACHINE_CODE("sm_"),
    ASSEMBLER("compute_");

    private final String prefix;

    Form(String prefix) {
      this.prefix = prefix;
    }
  }

  private final Form form;
  private final List<String> options;

  /**
   * For one architecture.
   *
   * @param architecture compute capability times ten
   * @throws CudaException if the compiler knows neither it nor an older one
   */
  Nvrtc(int architecture) {
    int[] known = architectures();
    int newest =
        Arrays.stream(known)
            .filter(each -> each <= architecture)
            .max()
            .orElseThrow(
                () ->
                    new CudaException(
                        "cuda: NVRTC %s compiles for architectures %s, not for %d"
                            .formatted(version(), Arrays.toString(known), architecture)));
    form = newest == architecture ? Form.MACHINE_CODE : Form.ASSEMBLER;
    // What several kernels compute anew has to be the same in all of them, to the bit: a
    // rectifier's
    // mask is. Multiplications and additions are joined where the source says so alone.
    options = List.of("--gpu-architecture=" + form.prefix + newest, "--std=c++17", "--fmad=false");
  }

  /** Such as 13.0. */
  static String version() {
    int[] major = new int[1];
    int[] minor = new int[1];
    check(nvrtc.nvrtcVersion(major, minor), "nvrtcVersion");
    return major[0] + "." + minor[0];
  }

  /** The lowest compute capability that it compiles for, times ten. */
  static int oldestArchitecture() {
    return Arrays.stream(architectures()).min().orElseThrow();
  }

  private static int[] architectures() {
    int[] count = new int[1];
    check(nvrtc.nvrtcGetNumSupportedArchs(count), "nvrtcGetNumSupportedArchs");
    int[] known = new int[count[0]];
    check(nvrtc.nvrtcGetSupportedArchs(known), "nvrtcGetSupportedArchs");
    return known;
  }

  /** All that the code depends on beside its source. */
  String identity() {
    return "NVRTC " + version() + " " + String.join(" ", options);
  }

  @Override
  public byte[] compile(String source) {
    _nvrtcProgram program = create(source);
    try {
      int status = run(program);
      if (status != nvrtc.NVRTC_SUCCESS) {
        throw new CudaException(failure(status, source, log(program)));
      }
      return form == Form.MACHINE_CODE ? machineCode(program) : assembler(program);
    } finally {
      check(nvrtc.nvrtcDestroyProgram(program), "nvrtcDestroyProgram");
    }
  }

  private static _nvrtcProgram create(String source) {
    _nvrtcProgram program = new _nvrtcProgram();
    BytePointer text = new BytePointer(terminated(source));
    BytePointer name = new BytePointer(terminated(FILE));
    PointerPointer<Pointer> none = new PointerPointer<>((Pointer) null);
    check(nvrtc.nvrtcCreateProgram(program, text, name, 0, none, none), "nvrtcCreateProgram");
    return program;
  }

  private int run(_nvrtcProgram program) {
    List<ByteBuffer> texts = options.stream().map(Nvrtc::terminated).toList();
    Words pointers = new Words(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      pointers.put(i, new Pointer(texts.get(i)).address());
    }
    try {
      return nvrtc.nvrtcCompileProgram(program, texts.size(), pointers.pointersAt(0));
    } finally {
      // A compilation takes seconds; by address alone the collector does not see what is in use.
      Reference.reachabilityFence(pointers);
      Reference.reachabilityFence(texts);
    }
  }

  private static byte[] machineCode(_nvrtcProgram program) {
    Words size = new Words(1);
    check(nvrtc.nvrtcGetCUBINSize(program, size.sizeAt(0)), "nvrtcGetCUBINSize");
    byte[] code = new byte[Math.toIntExact(size.get(0))];
    check(nvrtc.nvrtcGetCUBIN(program, code), "nvrtcGetCUBIN");
    return code;
  }

  /** Ends with the zero byte that the driver expects. */
  private static byte[] assembler(_nvrtcProgram program) {
    Words size = new Words(1);
    check(nvrtc.nvrtcGetPTXSize(program, size.sizeAt(0)), "nvrtcGetPTXSize");
    byte[] text = new byte[Math.toIntExact(size.get(0))];
    check(nvrtc.nvrtcGetPTX(program, text), "nvrtcGetPTX");
    return text;
  }

  private static String log(_nvrtcProgram program) {
    Words size = new Words(1);
    check(nvrtc.nvrtcGetProgramLogSize(program, size.sizeAt(0)), "nvrtcGetProgramLogSize");
    byte[] text = new byte[Math.toIntExact(size.get(0))];
    check(nvrtc.nvrtcGetProgramLog(program, text), "nvrtcGetProgramLog");
    return Strings.upToZero(text).strip();
  }

  private static String failure(int status, String source, String log) {
    String message =
        "cuda: a source does not compile: " + nvrtc.nvrtcGetErrorString(status).getString();
    Matcher matcher = ERROR_LINE.matcher(log);
    if (matcher.find()) {
      int number = Integer.parseInt(matcher.group(1));
      String line = source.lines().skip(number - 1L).findFirst().orElse("").strip();
      message += ", line %d: %s".formatted(number, line);
    }
    return message + "\n" + log;
  }

  private static ByteBuffer terminated(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return ByteBuffer.allocateDirect(bytes.length + 1).put(bytes).put((byte) 0).flip();
  }

  private static void check(int status, String call) {
    if (status != nvrtc.NVRTC_SUCCESS) {
      throw new CudaException(
          "cuda: %s failed: %s (%d)"
              .formatted(call, nvrtc.nvrtcGetErrorString(status).getString(), status));
    }
  }
}
