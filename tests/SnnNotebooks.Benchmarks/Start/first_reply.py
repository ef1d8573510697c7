"""Seconds from the start of a kernel's process to its answer to a first cell, `1 + 1`; one number on standard output.

usage: first_reply.py jupyter PROGRAM ARGUMENT...    {connection_file} is filled in; spoken over jupyter_client (Debian's jupyter-client)
       first_reply.py serve PROGRAM ARGUMENT...      `snn serve`, as an editor speaks to it
       first_reply.py stdio PROGRAM ARGUMENT...      `dotnet-interactive stdio`, as an editor speaks to it
"""
import json, socket, subprocess, sys, time

way, command = sys.argv[1], sys.argv[2:]
begun = time.perf_counter()
if way == "jupyter":
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import KernelManager

    manager = KernelManager()
    manager._kernel_spec = KernelSpec(argv=command, display_name="timed", language="C#")
    begun = time.perf_counter()  # the client's own imports are not the kernel's
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    message = client.execute("1 + 1")
    while client.get_shell_msg(timeout=120)["parent_header"].get("msg_id") != message:
        pass
    took = time.perf_counter() - begun
    client.stop_channels()
    manager.shutdown_kernel(now=True)
else:
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    if way == "serve":
        editor = socket.socket(socket.AF_UNIX)
        editor.connect(json.loads(process.stdout.readline())["address"])
        said, asked = editor.makefile("r"), editor.makefile("w")
        send = lambda message: print(json.dumps(message), file=asked, flush=True)
        send({"id": "1", "kind": "hello", "protocol": 1})
        send({"id": "2", "kind": "execute", "kernel": "csharp", "source": "1 + 1", "cell": 1, "line": 1})
        done = lambda reply: reply.get("kind") == "answer" and reply.get("id") == "2"
    else:
        said = process.stdout
        request = {"commandType": "SubmitCode", "command": {"code": "1 + 1", "targetKernelName": "csharp"}, "token": "2"}
        print(json.dumps(request), file=process.stdin, flush=True)
        done = lambda reply: reply.get("eventType") == "CommandSucceeded" and reply["command"]["token"] == "2"
    for line in said:
        if line.startswith("{") and done(json.loads(line)):
            break
    took = time.perf_counter() - begun
    process.kill()
print(took)
