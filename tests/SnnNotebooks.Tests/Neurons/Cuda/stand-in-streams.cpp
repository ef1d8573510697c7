// Streams and events without a device, built with the driver that stands in: what is copied arrives only when something waits for it.
#include <atomic>
#include <cstring>
#include <string>
#include <vector>

extern "C" {
extern std::atomic<int> depth; // 0 outside of a device's context
int streams, events, failStream, failEvent, failRecord, failFollow, failCopy, failWait;
char said[1 << 16]; // what was asked for, a word each: created objects are numbered from 1
}

namespace {
struct Copy { long event; void* to; const void* from; std::size_t bytes; };
std::vector<Copy> under_way; // event 0: not marked yet
long made;

void say(const std::string& word) { std::strcat(std::strcat(said, said[0] ? " " : ""), word.c_str()); }

void arrive(long event) {
  bool comes = false;
  for (const Copy& copy : under_way) comes |= event < 0 || copy.event == event;
  while (comes && !under_way.empty()) { // a stream is in order: those before it, too
    const Copy copy = under_way.front();
    under_way.erase(under_way.begin());
    std::memcpy(copy.to, copy.from, copy.bytes);
    comes = event < 0 || copy.event != event || (!under_way.empty() && under_way.front().event == event);
  }
}
}

extern "C" {
int cuStreamCreate(void** stream, unsigned flags) {
  if (failStream) return failStream;
  streams++;
  *stream = (void*)88;
  return depth == 1 && flags == 1 ? 0 : 201;
}
int cuStreamSynchronize(void*) { say("settle"); arrive(-1); return depth == 1 ? failWait : 201; }
int cuStreamDestroy_v2(void*) { if (depth != 1) return 201; streams--; return 0; }
int cuEventCreate(void** event, unsigned flags) {
  if (failEvent) return failEvent;
  events++;
  *event = (void*)++made;
  return depth == 1 && flags == 2 ? 0 : 201;
}
int cuEventRecord(void* event, void* stream) {
  if (failRecord) return failRecord;
  say("mark" + std::to_string((long)event) + "@" + std::to_string((long)stream));
  if (stream == (void*)88) for (Copy& copy : under_way) if (!copy.event) copy.event = (long)event;
  return depth == 1 ? 0 : 201;
}
int cuStreamWaitEvent(void* stream, void* event, unsigned flags) {
  if (failFollow) return failFollow;
  say(std::to_string((long)stream) + "after" + std::to_string((long)event));
  arrive((long)event);
  return depth == 1 && flags == 0 ? 0 : 201;
}
int cuEventSynchronize(void* event) { say("wait" + std::to_string((long)event)); arrive((long)event); return failWait; }
int cuEventDestroy_v2(void*) { if (depth != 1) return 201; events--; return 0; }
int cuMemcpyHtoDAsync_v2(void* to, const void* from, std::size_t bytes, void* stream) {
  if (failCopy) return failCopy;
  say("copy" + std::to_string(bytes));
  under_way.push_back({0, to, from, bytes});
  return depth == 1 && stream == (void*)88 ? 0 : 201;
}
}
