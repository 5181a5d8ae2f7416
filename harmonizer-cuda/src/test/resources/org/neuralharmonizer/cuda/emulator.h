// What the emulator and the kernels it runs know of each other.
#ifndef EMULATOR_H
#define EMULATOR_H

struct uint3 {
  unsigned x, y, z;
};

struct dim3 {
  unsigned x, y, z;
};

struct EmulatedKernel {
  void (*call)(void* const* addresses);
  int arguments;
  int mostThreads;
  char* shared;
  char* sharedEnd;
  char* image;
  char* imageEnd;
};

#pragma GCC visibility push(default)
extern "C" {
extern uint3 threadIdx;
extern uint3 blockIdx;
extern dim3 blockDim;
extern dim3 gridDim;

void emulator_block_barrier();
unsigned long long emulator_exchange(unsigned mask, unsigned long long value, unsigned source);
void emulator_trap();
}
#pragma GCC visibility pop

#endif
