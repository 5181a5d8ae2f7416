// Memory that notices misuse, and blocks of threads as fibers on one thread of the processor.
#include "emulator.h"

#include <dlfcn.h>
#include <jni.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <algorithm>
#include <string>
#include <vector>

#ifndef __x86_64__
#include <ucontext.h>
#endif

extern "C" {
uint3 threadIdx;
uint3 blockIdx;
dim3 blockDim;
dim3 gridDim;
}

namespace {

// NaN as a float, and either half as a bfloat16.
constexpr uint32_t POISON = 0x7fc17fc1;
// NaN as a double too.
constexpr uint64_t WIDE_POISON = 0x7ff87fc17fc17fc1ULL;
constexpr size_t ALIGNMENT = 256;
constexpr size_t GUARD = 4096;
constexpr size_t PAGE = 4096;
constexpr size_t STACK = 64 << 10;
constexpr int WARP = 32;

// Memory.

struct Region {
  uintptr_t begin;
  uintptr_t end;
};

std::vector<Region> regions;
Region latest = {0, 0};

bool starts_before(uintptr_t address, const Region& region) { return address < region.begin; }

void poison(void* address, size_t bytes) {
  unsigned char* to = static_cast<unsigned char*>(address);
  size_t i = 0;
  for (; i + sizeof POISON <= bytes; i += sizeof POISON) {
    memcpy(to + i, &POISON, sizeof POISON);
  }
  memcpy(to + i, &POISON, bytes - i);
}

bool within_regions(uintptr_t address, size_t bytes) {
  auto next = std::upper_bound(regions.begin(), regions.end(), address, starts_before);
  if (next == regions.begin()) {
    return false;
  }
  const Region& region = *(next - 1);
  if (address + bytes > region.end) {
    return false;
  }
  latest = region;
  return true;
}

// Fibers.

#ifdef __x86_64__
// ucontext's switch asks the kernel for the signal mask each time.
struct Context {
  void* stackPointer;
};

extern "C" void emulator_switch(void** from, void* to);
asm(R"(
  .text
  .globl emulator_switch
  .hidden emulator_switch
  .type emulator_switch, @function
emulator_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
  .size emulator_switch, . - emulator_switch
)");

void prepare(Context& context, char* stack, void (*entry)()) {
  constexpr int SAVED = 6;
  void** top = reinterpret_cast<void**>(stack + STACK);
  *--top = nullptr;
  *--top = reinterpret_cast<void*>(entry);
  for (int i = 0; i < SAVED; i++) {
    *--top = nullptr;
  }
  context.stackPointer = top;
}

void change(Context& from, Context& to) { emulator_switch(&from.stackPointer, to.stackPointer); }
#else
struct Context {
  ucontext_t saved;
};

void prepare(Context& context, char* stack, void (*entry)()) {
  getcontext(&context.saved);
  context.saved.uc_stack.ss_sp = stack;
  context.saved.uc_stack.ss_size = STACK;
  context.saved.uc_link = nullptr;
  makecontext(&context.saved, entry, 0);
}

void change(Context& from, Context& to) { swapcontext(&from.saved, &to.saved); }
#endif

enum State { NEW, READY, AT_WARP, AT_BLOCK, RETURNED };

struct Fiber {
  Context context;
  State state;
  char* stack;
  unsigned mask;
  unsigned source;
  uint64_t value;
  uint64_t received;
};

std::vector<Fiber> fibers;
std::vector<char*> freeStacks;
char* stacks = nullptr;
size_t stackBytes = 0;
Context scheduler;
int current;
const EmulatedKernel* kernel;
void* const* arguments;
std::string failure;

void leave() { change(fibers[current].context, scheduler); }

// Never comes back to the thread that failed.
void fail(const char* format, ...) {
  char text[1000];
  va_list values;
  va_start(values, format);
  vsnprintf(text, sizeof text, format, values);
  va_end(values);
  char place[100];
  snprintf(place, sizeof place, " in thread %u of block %u", threadIdx.x, blockIdx.x);
  failure = std::string(text) + place;
  leave();
}

void entry() {
  kernel->call(arguments);
  Fiber& fiber = fibers[current];
  fiber.state = RETURNED;
  freeStacks.push_back(fiber.stack);
  leave();
}

bool reserve_stacks(int threads) {
  size_t each = STACK + PAGE;
  if (stackBytes >= threads * each) {
    return true;
  }
  if (stacks != nullptr) {
    munmap(stacks, stackBytes);
    stacks = nullptr;
    stackBytes = 0;
  }
  void* mapped = mmap(nullptr, threads * each, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) {
    return false;
  }
  stacks = static_cast<char*>(mapped);
  stackBytes = threads * each;
  for (size_t i = 0; i < stackBytes; i += each) {
    mprotect(stacks + i, PAGE, PROT_NONE);
  }
  return true;
}

void reset_stacks() {
  freeStacks.clear();
  for (size_t i = 0; i < stackBytes; i += STACK + PAGE) {
    freeStacks.push_back(stacks + i + PAGE);
  }
}

void resume(int thread) {
  Fiber& fiber = fibers[thread];
  if (fiber.state == NEW) {
    fiber.stack = freeStacks.back();
    freeStacks.pop_back();
    prepare(fiber.context, fiber.stack, entry);
  }
  fiber.state = READY;
  current = thread;
  threadIdx = {static_cast<unsigned>(thread), 0, 0};
  change(scheduler, fiber.context);
}

bool gathered(int first, int lanes, unsigned mask) {
  for (int lane = 0; lane < lanes; lane++) {
    const Fiber& fiber = fibers[first + lane];
    if ((mask >> lane & 1) != 0 && fiber.state != RETURNED
        && !(fiber.state == AT_WARP && fiber.mask == mask)) {
      return false;
    }
  }
  return true;
}

void exchange(int first, int lanes, unsigned mask) {
  for (int lane = 0; lane < lanes; lane++) {
    Fiber& fiber = fibers[first + lane];
    if ((mask >> lane & 1) == 0 || fiber.state != AT_WARP) {
      continue;
    }
    int source = static_cast<int>(fiber.source);
    bool sent = source < lanes && (mask >> source & 1) != 0
        && fibers[first + source].state == AT_WARP;
    fiber.received = sent ? fibers[first + source].value : WIDE_POISON;
  }
  for (int lane = 0; lane < lanes; lane++) {
    Fiber& fiber = fibers[first + lane];
    if ((mask >> lane & 1) != 0 && fiber.state == AT_WARP) {
      fiber.state = READY;
    }
  }
}

bool release_warp(int first, int lanes) {
  bool released = false;
  for (int lane = 0; lane < lanes; lane++) {
    const Fiber& fiber = fibers[first + lane];
    if (fiber.state == AT_WARP && gathered(first, lanes, fiber.mask)) {
      exchange(first, lanes, fiber.mask);
      released = true;
    }
  }
  return released;
}

// Odd blocks run backwards: what lacks a barrier seldom bears both orders.
void run_warp(int first, int lanes, bool backwards) {
  do {
    for (int i = 0; i < lanes; i++) {
      int thread = first + (backwards ? lanes - 1 - i : i);
      if (fibers[thread].state == NEW || fibers[thread].state == READY) {
        resume(thread);
        if (!failure.empty()) {
          return;
        }
      }
    }
  } while (release_warp(first, lanes));
}

bool release_block(int threads) {
  int returned = 0;
  int waiting = 0;
  for (int i = 0; i < threads; i++) {
    returned += fibers[i].state == RETURNED;
    waiting += fibers[i].state == AT_BLOCK;
  }
  if (returned + waiting < threads) {
    char text[300];
    snprintf(text, sizeof text,
             "deadlock in block %u: of %d threads %d wait for their block, %d for lanes of their"
             " warp that do not come, %d have returned",
             blockIdx.x, threads, waiting, threads - returned - waiting, returned);
    failure = text;
    return false;
  }
  for (int i = 0; i < threads; i++) {
    if (fibers[i].state == AT_BLOCK) {
      fibers[i].state = READY;
    }
  }
  return waiting > 0;
}

void run_block(int threads) {
  bool backwards = (blockIdx.x & 1) != 0;
  int warps = (threads + WARP - 1) / WARP;
  if (kernel->shared != nullptr) {
    poison(kernel->shared, kernel->sharedEnd - kernel->shared);
  }
  for (int i = 0; i < threads; i++) {
    fibers[i].state = NEW;
  }
  do {
    for (int i = 0; i < warps && failure.empty(); i++) {
      int first = (backwards ? warps - 1 - i : i) * WARP;
      run_warp(first, std::min(WARP, threads - first), backwards);
    }
  } while (failure.empty() && release_block(threads));
}

// Accesses of the kernels, which are compiled with calls of this.

void check(uintptr_t address, size_t bytes, const char* what) {
  uintptr_t end = address + bytes;
  if ((address >= latest.begin && end <= latest.end)
      || (address >= reinterpret_cast<uintptr_t>(stacks)
       && end <= reinterpret_cast<uintptr_t>(stacks) + stackBytes)
      || (address >= reinterpret_cast<uintptr_t>(kernel->image)
          && end <= reinterpret_cast<uintptr_t>(kernel->imageEnd))
      || within_regions(address, bytes)) {
    return;
  }
  auto next = std::upper_bound(regions.begin(), regions.end(), address, starts_before);
  if (next != regions.begin()) {
    const Region& region = *(next - 1);
    if (address - region.end < GUARD || address < region.end) {
      fail("%s of %zu bytes at byte %zu of %zu allocated", what, bytes,
           static_cast<size_t>(address - region.begin),
           static_cast<size_t>(region.end - region.begin));
    }
  }
  if (next != regions.end() && next->begin - address <= GUARD) {
    fail("%s of %zu bytes, %zu bytes before %zu allocated", what, bytes,
         static_cast<size_t>(next->begin - address), static_cast<size_t>(next->end - next->begin));
  }
  fail("%s of %zu bytes at %p, which is not allocated", what, bytes,
       reinterpret_cast<void*>(address));
}

struct SourceLocation {
  const char* file;
  uint32_t line;
  uint32_t column;
};

void report(const void* data, const char* what) {
  const SourceLocation* location = static_cast<const SourceLocation*>(data);
  const char* slash = strrchr(location->file, '/');
  fail("%s at %s:%u:%u", what, slash == nullptr ? location->file : slash + 1, location->line,
       location->column);
}

// Library calls.

// Round half away from zero to 11 significant bits, as a tensor core takes its operands.
float tensor_float(float value) {
  constexpr uint32_t EXPONENT = 0x7f800000;
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  if ((bits & EXPONENT) != EXPONENT) {
    bits = (bits + 0x1000) & ~0x1fffu;
  }
  memcpy(&value, &bits, sizeof bits);
  return value;
}

float of_upper_half(uint16_t half) {
  uint32_t bits = (uint32_t) half << 16;
  float value;
  memcpy(&value, &bits, sizeof bits);
  return value;
}

// Round half to even to 8 significant bits.
uint16_t upper_half(float value) {
  if (value != value) {
    return 0x7fc0;
  }
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  uint32_t half = bits >> 16;
  uint32_t rest = bits & 0xffff;
  return half + (rest > 0x8000 || (rest == 0x8000 && half % 2 == 1));
}

std::vector<float> operand(jlong address, size_t length, bool narrow, bool rounded) {
  std::vector<float> result(length);
  if (narrow) {
    const uint16_t* halves = reinterpret_cast<const uint16_t*>(address);
    std::transform(halves, halves + length, result.begin(), of_upper_half);
    return result;
  }
  const float* values = reinterpret_cast<const float*>(address);
  std::copy(values, values + length, result.begin());
  if (rounded) {
    std::transform(result.begin(), result.end(), result.begin(), tensor_float);
  }
  return result;
}

void store(const std::vector<double>& sums, jlong address, bool narrow) {
  if (narrow) {
    std::transform(sums.begin(), sums.end(), reinterpret_cast<uint16_t*>(address), upper_half);
  } else {
    std::copy(sums.begin(), sums.end(), reinterpret_cast<float*>(address));
  }
}

struct Axis {
  int kernel, stride, dilation, padding, outputs;
};

struct Task {
  int member, images, channels, filters, groups, height, width;
  Axis rows, columns;
};

// The terms of the trilinear form ⟨y, conv(x, w)⟩, by index into x, w and y.
template <class Term>
void each_term(const Task& t, Term term) {
  int channelsOfGroup = t.channels / t.groups;
  int filtersOfGroup = t.filters / t.groups;
  for (int n = 0; n < t.images; n++) {
    for (int o = 0; o < t.filters; o++) {
      for (int c = 0; c < channelsOfGroup; c++) {
        int channel = o / filtersOfGroup * channelsOfGroup + c;
        for (int i = 0; i < t.rows.outputs; i++) {
          for (int k = 0; k < t.rows.kernel; k++) {
            int row = i * t.rows.stride - t.rows.padding + k * t.rows.dilation;
            if (row < 0 || row >= t.height) {
              continue;
            }
            size_t x = ((size_t) n * t.channels + channel) * t.height + row;
            size_t w = ((size_t) o * channelsOfGroup + c) * t.rows.kernel + k;
            size_t y = ((size_t) n * t.filters + o) * t.rows.outputs + i;
            for (int j = 0; j < t.columns.outputs; j++) {
              for (int l = 0; l < t.columns.kernel; l++) {
                int column = j * t.columns.stride - t.columns.padding + l * t.columns.dilation;
                if (column >= 0 && column < t.width) {
                  term(x * t.width + column, w * t.columns.kernel + l,
                       y * t.columns.outputs + j);
                }
              }
            }
          }
        }
      }
    }
  }
}

void throw_failure(JNIEnv* env, const char* text) {
  env->ThrowNew(env->FindClass("org/neuralharmonizer/cuda/CudaException"), text);
}

}  // namespace

extern "C" {

void emulator_block_barrier() {
  fibers[current].state = AT_BLOCK;
  leave();
}

unsigned long long emulator_exchange(unsigned mask, unsigned long long value, unsigned source) {
  if ((mask >> (current % WARP) & 1) == 0) {
    fail("a lane that its mask %08x leaves out waits for its warp", mask);
  }
  Fiber& fiber = fibers[current];
  fiber.mask = mask;
  fiber.value = value;
  fiber.source = source;
  fiber.state = AT_WARP;
  leave();
  return fiber.received;
}

void emulator_trap() { fail("trap"); }

#define CHECKED(bytes)                                                                           \
  void __asan_load##bytes##_noabort(uintptr_t address) { check(address, bytes, "read"); }        \
  void __asan_store##bytes##_noabort(uintptr_t address) { check(address, bytes, "write"); }
CHECKED(1)
CHECKED(2)
CHECKED(4)
CHECKED(8)
CHECKED(16)
void __asan_loadN_noabort(uintptr_t address, size_t bytes) { check(address, bytes, "read"); }
void __asan_storeN_noabort(uintptr_t address, size_t bytes) { check(address, bytes, "write"); }
void __asan_handle_no_return() {}

void __ubsan_handle_type_mismatch_v1(void* data, void*) { report(data, "misaligned access"); }
void __ubsan_handle_out_of_bounds(void* data, void*) { report(data, "index beyond an array"); }
void __ubsan_handle_divrem_overflow(void* data, void*, void*) {
  report(data, "division by zero");
}
void __ubsan_handle_shift_out_of_bounds(void* data, void*, void*) {
  report(data, "shift by too many bits");
}
void __ubsan_handle_add_overflow(void* data, void*, void*) { report(data, "integer overflow"); }
void __ubsan_handle_sub_overflow(void* data, void*, void*) { report(data, "integer overflow"); }
void __ubsan_handle_mul_overflow(void* data, void*, void*) { report(data, "integer overflow"); }
void __ubsan_handle_negate_overflow(void* data, void*) { report(data, "integer overflow"); }

#define NATIVE(type, name) \
  JNIEXPORT type JNICALL Java_org_neuralharmonizer_cuda_EmulatorLibrary_##name

NATIVE(jlong, allocate)(JNIEnv*, jclass, jlong bytes) {
  size_t rounded = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  void* base;
  if (posix_memalign(&base, ALIGNMENT, GUARD + rounded + GUARD) != 0) {
    return 0;
  }
  uintptr_t address = reinterpret_cast<uintptr_t>(base) + GUARD;
  // Beyond that it is scratch memory, most of which nobody touches.
  constexpr size_t MOST_POISONED = 64 << 20;
  poison(base, GUARD + std::min(rounded, MOST_POISONED));
  poison(reinterpret_cast<void*>(address + bytes), rounded - bytes + GUARD);
  Region region = {address, address + bytes};
  regions.insert(std::upper_bound(regions.begin(), regions.end(), address, starts_before), region);
  return address;
}

NATIVE(void, release)(JNIEnv*, jclass, jlong address) {
  uintptr_t begin = address;
  regions.erase(std::upper_bound(regions.begin(), regions.end(), begin, starts_before) - 1);
  latest = {0, 0};
  free(reinterpret_cast<void*>(begin - GUARD));
}

NATIVE(jboolean, intact)(JNIEnv*, jclass, jlong address, jlong bytes) {
  const unsigned char* from = reinterpret_cast<const unsigned char*>(address);
  unsigned char pattern[sizeof POISON];
  memcpy(pattern, &POISON, sizeof POISON);
  for (jlong i = -static_cast<jlong>(GUARD); i < bytes + static_cast<jlong>(GUARD); i++) {
    if (i == 0) {
      i = bytes;
    }
    if (from[i] != pattern[i & 3]) {
      return JNI_FALSE;
    }
  }
  return JNI_TRUE;
}

NATIVE(void, write)(JNIEnv* env, jclass, jfloatArray values, jint count, jlong address) {
  env->GetFloatArrayRegion(values, 0, count, reinterpret_cast<jfloat*>(address));
}

NATIVE(void, read)(JNIEnv* env, jclass, jlong address, jfloatArray values) {
  env->SetFloatArrayRegion(values, 0, env->GetArrayLength(values),
                           reinterpret_cast<const jfloat*>(address));
}

NATIVE(void, copy)(JNIEnv*, jclass, jlong from, jlong to, jlong bytes) {
  memcpy(reinterpret_cast<void*>(to), reinterpret_cast<const void*>(from), bytes);
}

NATIVE(void, clear)(JNIEnv*, jclass, jlong address, jlong bytes) {
  memset(reinterpret_cast<void*>(address), 0, bytes);
}

NATIVE(void, poison)(JNIEnv*, jclass, jlong address, jlong bytes) {
  poison(reinterpret_cast<void*>(address), bytes);
}

NATIVE(jlong, open)(JNIEnv* env, jclass, jstring path) {
  const char* name = env->GetStringUTFChars(path, nullptr);
  void* library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  env->ReleaseStringUTFChars(path, name);
  if (library == nullptr) {
    throw_failure(env, dlerror());
  }
  return reinterpret_cast<jlong>(library);
}

NATIVE(jlong, symbol)(JNIEnv* env, jclass, jlong library, jstring name) {
  const char* text = env->GetStringUTFChars(name, nullptr);
  void* symbol = dlsym(reinterpret_cast<void*>(library), text);
  env->ReleaseStringUTFChars(name, text);
  return reinterpret_cast<jlong>(symbol);
}

NATIVE(void, close)(JNIEnv*, jclass, jlong library) { dlclose(reinterpret_cast<void*>(library)); }

NATIVE(jint, arguments)(JNIEnv*, jclass, jlong handle) {
  return reinterpret_cast<const EmulatedKernel*>(handle)->arguments;
}

NATIVE(jint, mostThreads)(JNIEnv*, jclass, jlong handle) {
  return reinterpret_cast<const EmulatedKernel*>(handle)->mostThreads;
}

NATIVE(jstring, launch)(JNIEnv* env, jclass, jlong handle, jlongArray addresses, jint blocks,
                        jint threads) {
  std::vector<jlong> values(env->GetArrayLength(addresses));
  env->GetLongArrayRegion(addresses, 0, values.size(), values.data());
  std::vector<void*> pointers(values.size());
  for (size_t i = 0; i < values.size(); i++) {
    pointers[i] = reinterpret_cast<void*>(values[i]);
  }
  if (!reserve_stacks(threads)) {
    return env->NewStringUTF("no memory for the threads' stacks");
  }
  kernel = reinterpret_cast<const EmulatedKernel*>(handle);
  arguments = pointers.data();
  fibers.resize(std::max(fibers.size(), static_cast<size_t>(threads)));
  failure.clear();
  reset_stacks();
  gridDim = {static_cast<unsigned>(blocks), 1, 1};
  blockDim = {static_cast<unsigned>(threads), 1, 1};
  for (int i = 0; i < blocks && failure.empty(); i++) {
    blockIdx = {static_cast<unsigned>(i), 0, 0};
    run_block(threads);
  }
  return failure.empty() ? nullptr : env->NewStringUTF(failure.c_str());
}

NATIVE(void, product)(JNIEnv*, jclass, jint batches, jint m, jint n, jint k,
                      jboolean leftTransposed, jboolean rightTransposed, jboolean rounded,
                      jboolean narrowOperands, jboolean narrowResult, jlong a, jlong b,
                      jlong result) {
  size_t leftMatrix = (size_t) m * k;
  size_t rightMatrix = (size_t) k * n;
  size_t outMatrix = (size_t) m * n;
  std::vector<float> left = operand(a, batches * leftMatrix, narrowOperands, rounded);
  std::vector<float> right = operand(b, batches * rightMatrix, narrowOperands, rounded);
  std::vector<double> sums(batches * outMatrix);
  size_t leftRow = leftTransposed ? 1 : k;
  size_t leftColumn = leftTransposed ? m : 1;
  size_t rightRow = rightTransposed ? 1 : n;
  size_t rightColumn = rightTransposed ? k : 1;
  for (int batch = 0; batch < batches; batch++) {
    for (int i = 0; i < m; i++) {
      double* out = &sums[batch * outMatrix + (size_t) i * n];
      for (int p = 0; p < k; p++) {
        double factor = left[batch * leftMatrix + i * leftRow + p * leftColumn];
        const float* row = &right[batch * rightMatrix + p * rightRow];
        for (int j = 0; j < n; j++) {
          out[j] += factor * row[j * rightColumn];
        }
      }
    }
  }
  store(sums, result, narrowResult);
}

NATIVE(void, convolution)(JNIEnv* env, jclass, jintArray geometry, jboolean rounded,
                          jboolean narrow, jlong a, jlong b, jlong result) {
  Task task;
  env->GetIntArrayRegion(geometry, 0, sizeof task / sizeof(jint), reinterpret_cast<jint*>(&task));
  size_t inputs = (size_t) task.images * task.channels * task.height * task.width;
  size_t weights = (size_t) task.filters * (task.channels / task.groups) * task.rows.kernel
      * task.columns.kernel;
  size_t outputs =
      (size_t) task.images * task.filters * task.rows.outputs * task.columns.outputs;
  size_t lengths[][3] = {
      {inputs, weights, outputs}, {outputs, weights, inputs}, {inputs, outputs, weights}};
  const size_t* length = lengths[task.member];
  std::vector<float> left = operand(a, length[0], narrow, rounded);
  std::vector<float> right = operand(b, length[1], narrow, rounded);
  std::vector<double> sums(length[2]);
  switch (task.member) {
    case 0:
      each_term(task, [&](size_t x, size_t w, size_t y) {
        sums[y] += (double) left[x] * right[w];
      });
      break;
    case 1:
      each_term(task, [&](size_t x, size_t w, size_t y) {
        sums[x] += (double) left[y] * right[w];
      });
      break;
    default:
      each_term(task, [&](size_t x, size_t w, size_t y) {
        sums[w] += (double) left[x] * right[y];
      });
  }
  store(sums, result, narrow);
}

}  // extern "C"
