"""Measures the kernel through jupyter_client.

Usage: kernel_speed.py KERNEL_NAME   (JUPYTER_PATH says where its kernelspec is)
"""
import statistics
import sys
import time

from jupyter_client.manager import KernelManager


def reply_to(client, message):
    while True:
        reply = client.get_shell_msg(timeout=60)
        if reply["parent_header"].get("msg_id") == message:
            return


def drain(client, message):
    text = 0
    while True:
        published = client.get_iopub_msg(timeout=60)
        if published["parent_header"].get("msg_id") == message:
            if published["msg_type"] == "stream":
                text += published["content"]["text"].count("\n")
            elif published["msg_type"] == "status" and published["content"]["execution_state"] == "idle":
                return text


def resident(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))


manager = KernelManager(kernel_name=sys.argv[1])
begun = time.perf_counter()
manager.start_kernel()
client = manager.client()
client.start_channels()
message = client.execute("1 + 1")
reply_to(client, message)
print(f"first execute_reply after start: {time.perf_counter() - begun:.2f} s")


def run(code):
    begun = time.perf_counter()
    message = client.execute(code)
    reply_to(client, message)
    took = time.perf_counter() - begun
    return took, drain(client, message)


drain(client, message)
for i in range(30):
    run(f"{i} + 1")
pid = manager.provisioner.process.pid
times = [run(f"{i} * 2")[0] for i in range(100)]
print(f"trivial cell after warm-up: median {1000 * statistics.median(times):.1f} ms, worst of 100 {1000 * max(times):.1f} ms")
run("GC.Collect();")
before = resident(pid)
for i in range(1000):
    run(f"{i} - 1")
run("GC.Collect();")
after = resident(pid)
times = [run(f"{i} * 2")[0] for i in range(100)]
print(f"memory over 1,000 cells: {before:.0f} MB to {after:.0f} MB; then a trivial cell: median {1000 * statistics.median(times):.1f} ms")
for i in range(300):
    run(f"var v{i} = {i};")
times = [run(f"v0 + {i}")[0] for i in range(50)]
print(f"after 300 cells that declare a variable: {resident(pid):.0f} MB, median {1000 * statistics.median(times):.1f} ms")
begun = time.perf_counter()
message = client.execute('for (var i = 0; i < 100000; i++) Console.WriteLine("line " + i);')
reply_to(client, message)
lines = drain(client, message)
took = time.perf_counter() - begun
print(f"console: {lines} lines in {took:.2f} s, {lines / took:.0f} a second")
client.stop_channels()
manager.shutdown_kernel()
