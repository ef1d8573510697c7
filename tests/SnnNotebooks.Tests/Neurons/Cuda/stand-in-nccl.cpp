// NCCL without GPUs, built with the driver that stands in: it notes what it is asked for, and takes it that all ranks have the same values.
#include <atomic>
#include <cstring>

extern "C" {
extern std::atomic<int> depth; // 0 outside of a device's context
std::atomic<int> joins, sums, destroyed, aborted;
int ranks, type, operation, root, failJoin, failSum, failEarlier;
long long count;
void *values, *communicator, *stream;

struct ncclUniqueId { char internal[128]; };

int ncclGetVersion(int* version) { *version = 22703; return 0; }
const char* ncclGetErrorString(int code) { return code == 2 ? "unhandled system error" : "invalid usage"; }
const char* ncclGetLastError(void*) { return failSum ? "no such socket\n" : ""; }
int ncclGetUniqueId(ncclUniqueId* id) { for (int i = 0; i < 128; i++) id->internal[i] = i + 1; return depth ? 0 : 5; }
int ncclCommInitRank(void** made, int size, ncclUniqueId id, int rank) {
  for (int i = 0; i < 128; i++) if (id.internal[i] != (char)(i + 1)) return 5;
  if (failJoin) return failJoin;
  ranks = size;
  joins += rank + 1; // 3 for ranks 0 and 1
  *made = (void*)(1000l + rank);
  return depth ? 0 : 5;
}
int ncclCommGetAsyncError(void*, int* code) { *code = failEarlier; return 0; }
int ncclAllReduce(const void* from, void* to, size_t n, int kind, int op, void* comm, void* on) {
  if (failSum) return failSum;
  if (from != to || !depth) return 5;
  sums++;
  values = to; count = n; type = kind; operation = op; communicator = comm; stream = on;
  if (kind == 7) for (size_t i = 0; i < n; i++) ((float*)to)[i] *= ranks;
  return 0;
}
int ncclBroadcast(const void* from, void* to, size_t n, int kind, int first, void* comm, void* on) {
  if (from != to || !depth) return 5;
  values = to; count = n; type = kind; root = first; communicator = comm; stream = on;
  return 0;
}
int ncclCommDestroy(void* comm) { destroyed += (long)comm; return 0; }
int ncclCommAbort(void* comm) { aborted += (long)comm; return 0; }
}
