// Makes g++ take CUDA C++ as NVRTC does.
#ifndef PRELUDE_H
#define PRELUDE_H

#include <math.h>
#include <string.h>

#include "emulator.h"

// NVRTC knows none of these without a header.
#undef INFINITY
#undef NAN
#undef HUGE_VAL
#undef HUGE_VALF
#undef M_E
#undef M_LOG2E
#undef M_LOG10E
#undef M_LN2
#undef M_LN10
#undef M_PI
#undef M_PI_2
#undef M_PI_4
#undef M_1_PI
#undef M_2_PI
#undef M_2_SQRTPI
#undef M_SQRT2
#undef M_SQRT1_2

#define __CUDA_ARCH__ 900
#define __global__
#define __device__
#define __host__
#define __constant__ static
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __launch_bounds__(...)
#define __align__(bytes) __attribute__((aligned(bytes)))
// A section of its own can be filled with NaN before each block.
#define __shared__ static __attribute__((section("emulated_shared")))

struct __align__(8) float2 { float x, y; };
struct float3 { float x, y, z; };
struct __align__(16) float4 { float x, y, z, w; };
struct __align__(16) double2 { double x, y; };
struct __align__(8) int2 { int x, y; };
struct __align__(16) int4 { int x, y, z, w; };
struct __align__(8) uint2 { unsigned x, y; };
struct __align__(16) uint4 { unsigned x, y, z, w; };

inline float2 make_float2(float x, float y) { return {x, y}; }
inline float3 make_float3(float x, float y, float z) { return {x, y, z}; }
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
inline double2 make_double2(double x, double y) { return {x, y}; }
inline int2 make_int2(int x, int y) { return {x, y}; }
inline int4 make_int4(int x, int y, int z, int w) { return {x, y, z, w}; }
inline uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }

constexpr int warpSize = 32;

#define EMULATED_MIN_MAX(T)                             \
  inline T min(T a, T b) { return b < a ? b : a; }      \
  inline T max(T a, T b) { return a < b ? b : a; }
EMULATED_MIN_MAX(int)
EMULATED_MIN_MAX(unsigned)
EMULATED_MIN_MAX(long)
EMULATED_MIN_MAX(unsigned long)
EMULATED_MIN_MAX(long long)
EMULATED_MIN_MAX(unsigned long long)
inline float min(float a, float b) { return fminf(a, b); }
inline float max(float a, float b) { return fmaxf(a, b); }
inline double min(double a, double b) { return fmin(a, b); }
inline double max(double a, double b) { return fmax(a, b); }

template <class To, class From>
inline To emulated_bits(From value) {
  static_assert(sizeof(To) == sizeof(From), "bits are kept");
  To result;
  memcpy(&result, &value, sizeof result);
  return result;
}
inline float __int_as_float(int bits) { return emulated_bits<float>(bits); }
inline float __uint_as_float(unsigned bits) { return emulated_bits<float>(bits); }
inline int __float_as_int(float value) { return emulated_bits<int>(value); }
inline unsigned __float_as_uint(float value) { return emulated_bits<unsigned>(value); }
inline double __longlong_as_double(long long bits) { return emulated_bits<double>(bits); }
inline long long __double_as_longlong(double value) { return emulated_bits<long long>(value); }

inline float rsqrtf(float x) { return 1.0f / sqrtf(x); }
inline double rsqrt(double x) { return 1.0 / sqrt(x); }
inline float normcdff(float x) { return 0.5f * erfcf(x * -0.70710678f); }
inline float __expf(float x) { return expf(x); }
inline float __logf(float x) { return logf(x); }
inline float __powf(float x, float y) { return powf(x, y); }
inline float __fdividef(float x, float y) { return x / y; }
inline float __fadd_rn(float x, float y) { return x + y; }
inline float __fsub_rn(float x, float y) { return x - y; }
inline float __fmul_rn(float x, float y) { return x * y; }
inline float __fdiv_rn(float x, float y) { return x / y; }
inline float __fsqrt_rn(float x) { return sqrtf(x); }
inline float __frcp_rn(float x) { return 1.0f / x; }
inline float __fmaf_rn(float x, float y, float z) { return fmaf(x, y, z); }
inline double __dadd_rn(double x, double y) { return x + y; }
inline double __dmul_rn(double x, double y) { return x * y; }
inline double __fma_rn(double x, double y, double z) { return fma(x, y, z); }
inline float __saturatef(float x) { return fminf(fmaxf(x, 0.0f), 1.0f); }
inline int __float2int_rn(float x) { return (int) rintf(x); }
inline int __float2int_rz(float x) { return (int) x; }
inline float __int2float_rn(int x) { return (float) x; }
inline float __double2float_rn(double x) { return (float) x; }
inline int __popc(unsigned x) { return __builtin_popcount(x); }
inline int __clz(int x) { return x == 0 ? 32 : __builtin_clz((unsigned) x); }
inline int __ffs(int x) { return __builtin_ffs(x); }
inline unsigned __umulhi(unsigned x, unsigned y) {
  return (unsigned) (((unsigned long long) x * y) >> 32);
}
inline int __mulhi(int x, int y) { return (int) (((long long) x * y) >> 32); }
inline unsigned long long __umul64hi(unsigned long long x, unsigned long long y) {
  return (unsigned long long) (((unsigned __int128) x * y) >> 64);
}

template <class T>
inline T __ldg(const T* address) { return *address; }

// Plain, as one thread runs at a time.
template <class T>
inline T emulated_replace(T* address, T value) {
  T before = *address;
  *address = value;
  return before;
}
#define EMULATED_ATOMICS(T)                                       \
  inline T atomicAdd(T* address, T value) {                       \
    return emulated_replace(address, (T) (*address + value));     \
  }                                                               \
  inline T atomicExch(T* address, T value) {                      \
    return emulated_replace(address, value);                      \
  }
#define EMULATED_INTEGER_ATOMICS(T)                               \
  EMULATED_ATOMICS(T)                                             \
  inline T atomicOr(T* address, T value) {                        \
    return emulated_replace(address, *address | value);           \
  }                                                               \
  inline T atomicAnd(T* address, T value) {                       \
    return emulated_replace(address, *address & value);           \
  }                                                               \
  inline T atomicMax(T* address, T value) {                       \
    return emulated_replace(address, max(*address, value));       \
  }                                                               \
  inline T atomicMin(T* address, T value) {                       \
    return emulated_replace(address, min(*address, value));       \
  }                                                               \
  inline T atomicCAS(T* address, T expected, T value) {           \
    T before = *address;                                          \
    return emulated_replace(address, before == expected ? value : before); \
  }
EMULATED_ATOMICS(float)
EMULATED_ATOMICS(double)
EMULATED_INTEGER_ATOMICS(int)
EMULATED_INTEGER_ATOMICS(unsigned)
EMULATED_INTEGER_ATOMICS(unsigned long long)

inline void __threadfence() {}
inline void __threadfence_block() {}
inline void __trap() { emulator_trap(); }
inline void __syncthreads() { emulator_block_barrier(); }

inline unsigned emulated_lane() { return threadIdx.x & 31; }
inline void __syncwarp(unsigned mask = 0xffffffffu) {
  emulator_exchange(mask, 0, emulated_lane());
}
template <class T>
inline T emulated_shuffle(unsigned mask, T value, unsigned source) {
  static_assert(sizeof(T) == 4 || sizeof(T) == 8, "shuffles move 4 or 8 bytes");
  unsigned long long sent = 0;
  memcpy(&sent, &value, sizeof value);
  unsigned long long received = emulator_exchange(mask, sent, source);
  T result;
  memcpy(&result, &received, sizeof result);
  return result;
}
template <class T>
inline T __shfl_sync(unsigned mask, T value, int source, int width = 32) {
  unsigned segment = emulated_lane() & ~(width - 1u);
  return emulated_shuffle(mask, value, segment | (source & (width - 1u)));
}
template <class T>
inline T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32) {
  unsigned lane = emulated_lane();
  bool within = (lane & (width - 1u)) + delta < (unsigned) width;
  return emulated_shuffle(mask, value, within ? lane + delta : lane);
}
template <class T>
inline T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32) {
  unsigned lane = emulated_lane();
  bool within = (lane & (width - 1u)) >= delta;
  return emulated_shuffle(mask, value, within ? lane - delta : lane);
}
template <class T>
inline T __shfl_xor_sync(unsigned mask, T value, int flips, int width = 32) {
  unsigned lane = emulated_lane();
  unsigned source = lane ^ (unsigned) flips;
  bool within = source < (lane & ~(width - 1u)) + width;
  return emulated_shuffle(mask, value, within ? source : lane);
}

// The list of addresses is no device memory.
#define EMULATED_UNCHECKED __attribute__((no_sanitize("kernel-address", "alignment")))

template <class T>
struct EmulatedArgument {
  static constexpr bool isPointer = false;
};
template <class T>
struct EmulatedArgument<T*> {
  static constexpr bool isPointer = true;
};
template <int... n>
struct EmulatedNumbers {};

template <class... A, int... n>
EMULATED_UNCHECKED inline void emulated_apply(void (*kernel)(A...), void* const* addresses, EmulatedNumbers<n...>) {
  static_assert((EmulatedArgument<A>::isPointer && ...), "a kernel's arguments are pointers");
  kernel((A) addresses[n]...);
}
template <class... A>
EMULATED_UNCHECKED inline void emulated_call(void (*kernel)(A...), void* const* addresses) {
  emulated_apply(kernel, addresses, EmulatedNumbers<__integer_pack((int) sizeof...(A))...>());
}
template <class... A>
constexpr int emulated_arguments(void (*)(A...)) {
  return sizeof...(A);
}

extern "C" {
extern char __start_emulated_shared[] __attribute__((weak, visibility("hidden")));
extern char __stop_emulated_shared[] __attribute__((weak, visibility("hidden")));
extern char __ehdr_start[] __attribute__((visibility("hidden")));
extern char _end[] __attribute__((visibility("hidden")));
}

#define EMULATED_KERNEL(name, threads)                                               \
  namespace {                                                                        \
  EMULATED_UNCHECKED void emulated_call_##name(void* const* addresses) {             \
    emulated_call(&name, addresses);                                                 \
  }                                                                                  \
  }                                                                                  \
  extern "C" {                                                                       \
  __attribute__((visibility("default"))) EmulatedKernel emulated_##name = {          \
      emulated_call_##name,    emulated_arguments(&name), threads,                   \
      __start_emulated_shared, __stop_emulated_shared,    __ehdr_start, _end};       \
  }

#endif
