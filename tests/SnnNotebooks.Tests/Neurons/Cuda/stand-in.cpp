// A driver of one device and a compiler, without either: they count what they are asked for and fail where they are told to.
#include <atomic>
#include <cstring>

extern "C" {
std::atomic<int> depth; // ranks are threads
int compilations, launches, unloads, failLaunch, failCompile, failLoad, failFunction, failPush, failMemory, parameter;
long long argument;
void* launchStream;

int cuInit(unsigned) { return 0; }
int cuGetErrorName(int code, const char** text) { *text = code == 2 ? "CUDA_ERROR_OUT_OF_MEMORY" : "CUDA_ERROR_UNKNOWN"; return 0; }
int cuGetErrorString(int code, const char** text) { *text = code == 2 ? "out of memory" : "unknown error"; return 0; }
int cuDriverGetVersion(int* version) { *version = 13020; return 0; }
int cuDeviceGetCount(int* count) { *count = 1; return 0; }
int cuDeviceGet(int* device, int index) { *device = index; return 0; }
int cuDeviceGetName(char* name, int length, int) { std::strncpy(name, "Stand-in", length); return 0; }
int cuDeviceTotalMem_v2(unsigned long* bytes, int) { *bytes = 16ul << 30; return 0; }
int cuDeviceGetAttribute(int* value, int attribute, int) { *value = attribute == 75 ? 9 : 0; return 0; }
int cuDeviceGetUuid_v2(char* uuid, int device) { std::memset(uuid, device + 1, 16); return 0; }
int cuDevicePrimaryCtxRetain(void** context, int) { *context = &depth; return 0; }
int cuCtxPushCurrent_v2(void* context) { if (failPush) return failPush; depth += context == &depth; return 0; }
int cuCtxPopCurrent_v2(void** context) { *context = &depth; depth--; return 0; }
int cuMemGetInfo_v2(unsigned long* free, unsigned long* total) { *free = 3ul << 20; *total = 16ul << 30; return failMemory; }
int cuModuleLoadData(void** module, const void* image) { if (failLoad) return failLoad; *module = const_cast<void*>(image); return std::strcmp((const char*)image, "cubin") ? 200 : 0; }
int cuModuleGetFunction(void** function, void* module, const char*) { *function = module; return failFunction; }
int cuModuleUnload(void*) { unloads++; return 0; }
int cuLaunchKernel(void*, unsigned blocks, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, void* stream, void** parameters, void**) {
  if (failLaunch) return failLaunch; // as the driver does, also for what an earlier kernel did
  launches += blocks;
  launchStream = stream;
  argument = *((long long**)parameters)[parameter];
  return depth == 1 ? 0 : 201;
}

int nvrtcVersion(int* major, int* minor) { *major = 13; *minor = 1; return 0; }
const char* nvrtcGetErrorString(int) { return "NVRTC_ERROR_COMPILATION"; }
int nvrtcCreateProgram(void** program, const char*, const char*, int, void*, void*) { *program = &compilations; return 0; }
int nvrtcCompileProgram(void*, int count, const char** options) {
  compilations++;
  return failCompile ? failCompile : count > 2 && !std::strcmp(options[0], "--gpu-architecture=sm_90") && !std::strcmp(options[2], "--fmad=false") ? 0 : 5;
}
int nvrtcGetProgramLogSize(void*, unsigned long* size) { *size = 11; return 0; }
int nvrtcGetProgramLog(void*, char* log) { std::strcpy(log, "line 3: no"); return 0; }
int nvrtcGetCUBINSize(void*, unsigned long* size) { *size = 6; return 0; }
int nvrtcGetCUBIN(void*, char* code) { std::strcpy(code, "cubin"); return 0; }
int nvrtcDestroyProgram(void**) { return 0; }
}
