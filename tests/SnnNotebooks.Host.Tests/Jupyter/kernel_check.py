"""Drives the kernel through jupyter_client, every message type; prints one line a check and exits 1 if any failed.

Usage: kernel_check.py KERNEL_NAME   (JUPYTER_PATH says where its kernelspec is)
"""
import os
import queue
import signal
import sys
import time
import traceback

import zmq
from jupyter_client.manager import start_new_kernel

TIMEOUT = 120  # of a busy machine
manager, client = start_new_kernel(kernel_name=sys.argv[1], startup_timeout=5 * TIMEOUT)


def reply_to(message, channel="shell"):
    get = client.get_shell_msg if channel == "shell" else client.get_control_msg
    while True:
        reply = get(timeout=TIMEOUT)
        if reply["parent_header"].get("msg_id") == message:
            return reply["content"]


def published_for(message):
    """What iopub says about a request, up to idle."""
    found = []
    while True:
        published = client.get_iopub_msg(timeout=TIMEOUT)
        if published["parent_header"].get("msg_id") != message:
            continue
        content, kind = published["content"], published["msg_type"]
        if kind == "status":
            if content["execution_state"] == "idle":
                return found
            continue
        found.append((kind, content))


def run(code, **options):
    message = client.execute(code, **options)
    reply = reply_to(message)
    return reply, published_for(message)


def text_of(published, stream="stdout"):
    return "".join(c["text"] for k, c in published if k == "stream" and c["name"] == stream)


def plain(published, kind="execute_result"):
    return [c["data"]["text/plain"] for k, c in published if k == kind]


def wait_for(message, kind):
    while True:
        published = client.get_iopub_msg(timeout=TIMEOUT)
        if published["parent_header"].get("msg_id") == message and published["msg_type"] == kind:
            return published["content"]


def answer(prompt, value):
    asked = client.get_stdin_msg(timeout=TIMEOUT)
    assert asked["content"]["prompt"] == prompt, asked["content"]
    client.input(value)
    return asked["content"]


def kernel_info():
    info = reply_to(client.kernel_info())
    assert info["protocol_version"] == "5.4" and info["language_info"]["name"] == "C#", info
    assert info["language_info"]["file_extension"] == ".cs", info
    message = client.session.msg("kernel_info_request")
    client.control_channel.send(message)
    assert reply_to(message["header"]["msg_id"], "control")["status"] == "ok"


def console_and_result():
    reply, published = run('Console.Write("a"); Console.Error.Write("b"); Console.Write("c"); 6 * 7')
    kinds = [(k, c.get("text")) for k, c in published if k == "stream"]
    assert kinds == [("stream", "a"), ("stream", "b"), ("stream", "c")], published
    assert text_of(published, "stderr") == "b" and plain(published) == ["42"], published
    result = [c for k, c in published if k == "execute_result"][0]
    assert result["execution_count"] == reply["execution_count"], (result, reply)
    assert published[0] == ("execute_input", {"code": published[0][1]["code"], "execution_count": reply["execution_count"]})


def state_lives_across_cells():
    run("record Point(int A, int B); var kept = 40; int Twice(int v) => 2 * v;")
    assert plain(run("await Task.Delay(1); kept + Twice(1)")[1]) == ["42"]
    published = run("new Point(1, 2)")[1]
    assert "<table" in published[-1][1]["data"]["text/html"], published


def displays_are_updated():
    _, published = run('var d = display("first"); d.Update("second"); HTML("<b>x</b>").Display();')
    shown, updated = [[c for k, c in published if k == kind] for kind in ("display_data", "update_display_data")]
    assert shown[0]["data"]["text/plain"] == "first" and updated[0]["data"]["text/plain"] == "second", published
    assert shown[0]["transient"]["display_id"] == updated[0]["transient"]["display_id"], published
    assert shown[1]["data"]["text/html"] == "<b>x</b>", published
    later = run('d.Update("third");')[1]
    assert later[-1][1]["transient"] == shown[0]["transient"], later


def errors_say_where():
    reply, published = run('var fine = 1;\nthrow new InvalidOperationException("deep");')
    assert reply["status"] == "error" and reply["ename"] == "System.InvalidOperationException" and reply["evalue"] == "deep", reply
    error = [c for k, c in published if k == "error"][0]
    assert "line 2" in error["traceback"][0], error
    reply, _ = run("missing + 1")
    assert reply["ename"] == "CompilationError" and "CS0103" in reply["evalue"], reply
    assert plain(run("fine")[1]) == ["1"]


def a_failure_aborts_what_was_sent_with_it():
    # the others wait when it fails: it goes on when they were sent, and not at once, since they must have come
    first = client.execute('while (!File.Exists("sent")) await Task.Delay(20); await Task.Delay(1000); throw new Exception("stop");')
    second = client.execute("1")
    third = client.kernel_info()
    open("sent", "w").close()
    assert reply_to(first)["status"] == "error"
    assert reply_to(second)["status"] == "aborted"
    assert reply_to(third)["status"] == "ok"
    first = client.execute('throw new Exception("go on");', stop_on_error=False)
    second = client.execute("2")
    assert reply_to(first)["status"] == "error" and reply_to(second)["status"] == "ok"


def silent_and_unremembered():
    before = run("1")[0]["execution_count"]
    reply, published = run('Console.WriteLine("quiet"); 5', silent=True)
    assert published == [] and reply["execution_count"] == before, (reply, published)
    reply, published = run("6", store_history=False)
    assert plain(published) == ["6"] and reply["execution_count"] == before, (reply, published)
    assert run("1")[0]["execution_count"] == before + 1


def user_expressions():
    reply, _ = run("var u = 20;", user_expressions={"a": "u + 1", "b": "nowhere"})
    assert reply["user_expressions"]["a"]["data"]["text/plain"] == "21", reply
    assert reply["user_expressions"]["b"]["status"] == "error", reply


def completion_and_inspection():
    reply = reply_to(client.complete("Math.Sq"))
    assert reply["matches"] == ["Sqrt"] and (reply["cursor_start"], reply["cursor_end"]) == (5, 7), reply
    run("class Known { public int Deep; } var known = new Known();")
    assert reply_to(client.complete("known.D"))["matches"] == ["Deep", "Display"]
    # positions are counted in characters, not in UTF-16 units
    reply = reply_to(client.complete('var s = "\U0001d11e"; Console.WriteL'))
    assert reply["matches"] == ["WriteLine"] and reply["cursor_start"] == 21, reply
    reply = reply_to(client.complete("Console.WriteLine(known); int q;", 9))
    assert "WriteLine" in reply["matches"] and reply["cursor_start"] == 8, reply
    found = reply_to(client.inspect("Math.Sqrt(2)", 6))
    assert found["found"] and "double Math.Sqrt(double d)" in found["data"]["text/plain"], found
    assert not reply_to(client.inspect("nowhere", 3))["found"]
    reply, _ = run("?Math.Sqrt")
    assert reply["payload"][0]["source"] == "page" and "Sqrt" in reply["payload"][0]["data"]["text/plain"], reply


def is_complete():
    for code, status in [("1 + 1", "complete"), ("for (;;) {", "incomplete"), ("var x =", "incomplete"), ("var 1x = 2;", "invalid"),
                         ("#!markdown\n# a", "complete"), ('#r "nuget: X, 1.0"', "complete")]:
        assert reply_to(client.is_complete(code))["status"] == status, code


def history():
    run("111"), run("222"), run("111")
    tail = reply_to(client.history(hist_access_type="tail", n=2, output=True))["history"]
    assert [h[2] for h in tail] == [["222", "222"], ["111", "111"]], tail
    session, line, _ = tail[0]
    one = reply_to(client.history(hist_access_type="range", session=session, start=line, stop=line + 1, output=False))["history"]
    assert one == [[session, line, "222"]], one
    found = reply_to(client.history(hist_access_type="search", pattern="11*", unique=True, output=False))["history"]
    assert [h[2] for h in found] == ["111"], found


def comms():
    assert reply_to(client.comm_info())["comms"] == {}
    message = client.session.msg("comm_open", {"comm_id": "c1", "target_name": "nobody", "data": {}})
    client.shell_channel.send(message)
    assert wait_for(message["header"]["msg_id"], "comm_close")["comm_id"] == "c1"


def input_is_asked_for():
    message = client.execute(
        'Console.WriteLine(Console.ReadLine() + await Kernel.GetInputAsync("name ") + (await Kernel.GetPasswordAsync("secret ")).Length);',
        allow_stdin=True)
    assert not answer("", "one")["password"]
    assert not answer("name ", "two")["password"]
    assert answer("secret ", "three")["password"]
    assert reply_to(message)["status"] == "ok"
    assert text_of(published_for(message)) == "onetwo5\n"
    reply, _ = run('await Kernel.GetInputAsync("name ")', allow_stdin=False)
    assert reply["status"] == "error" and "Nobody can answer" in reply["evalue"], reply
    message = client.execute("#!set --name asked --value @input:who", allow_stdin=True)
    answer("who", "me")
    assert reply_to(message)["status"] == "ok" and plain(run("asked")[1]) == ["me"]


def interrupts(how):
    for code in ['Console.WriteLine("on"); while (true) { }', 'Console.WriteLine("on"); System.Threading.Thread.Sleep(60000);',
                 'await Task.Delay(1); Console.WriteLine("on"); while (true) { }', 'Console.WriteLine("on"); await Task.Delay(60000);',
                 'Console.WriteLine("on"); Console.ReadLine();']:
        message = client.execute(code, allow_stdin=True)
        wait_for(message, "stream")
        how()
        reply = reply_to(message)
        assert reply["status"] == "error" and reply["ename"] == "Interrupted", (code, reply)
    assert plain(run("kept")[1]) == ["40"]


def interrupt_by_message():
    def send():
        message = client.session.msg("interrupt_request")
        client.control_channel.send(message)
        assert reply_to(message["header"]["msg_id"], "control")["status"] == "ok"
    interrupts(send)


def interrupt_by_signal():
    interrupts(lambda: os.kill(manager.provisioner.process.pid, signal.SIGINT))


def libraries_that_hang_are_left_behind():
    for code in ['Console.WriteLine("on"); new System.Text.RegularExpressions.Regex("^(a+)+$").IsMatch(new string(\'a\', 60) + "!")',
                 'Console.WriteLine("on"); var empty = new System.IO.MemoryStream(); while (true) empty.ReadByte();']:
        message = client.execute(code)
        wait_for(message, "stream")
        client.control_channel.send(client.session.msg("interrupt_request"))
        reply = reply_to(message)
        assert reply["status"] == "error" and reply["ename"] == "Interrupted", (code, reply)
        assert plain(run("kept")[1]) == ["40"]


def output_past_the_console():
    _, published = run('System.Diagnostics.Process.Start("sh", new[] { "-c", "echo child; echo wrong >&2" }).WaitForExit();')
    assert text_of(published) == "child\n" and text_of(published, "stderr") == "wrong\n", published
    _, published = run(
        'using (var raw = Console.OpenStandardOutput()) '
        'foreach (var b in System.Text.Encoding.UTF8.GetBytes("\U0001f9e0 raw")) raw.WriteByte(b);')
    assert text_of(published) == "\U0001f9e0 raw", published
    _, published = run('foreach (var c in "\U0001f9e0") Console.Write(c);')
    assert text_of(published) == "\U0001f9e0", published


def replayed_messages_are_dropped():
    message = client.session.msg("execute_request", {"code": "kept += 0; Console.WriteLine(\"once\");", "silent": False})
    frames = client.session.serialize(message)
    client.shell_channel.socket.send_multipart(frames)
    assert reply_to(message["header"]["msg_id"])["status"] == "ok"
    assert text_of(published_for(message["header"]["msg_id"])) == "once\n"
    client.shell_channel.socket.send_multipart(frames)
    _, published = run("1")
    assert plain(published) == ["1"]
    for channel in ("iopub", "shell"):
        get = client.get_iopub_msg if channel == "iopub" else client.get_shell_msg
        try:
            while True:
                assert get(timeout=0.5)["parent_header"].get("msg_id") != message["header"]["msg_id"], channel
        except queue.Empty:
            pass


def output_is_cleared():
    _, published = run('Console.Write("x"); Kernel.ClearOutput(wait: true); Console.Write("y");')
    shown = [(k, c.get("wait")) for k, c in published if k != "execute_input"]
    assert shown == [("stream", None), ("clear_output", True), ("stream", None)], published


def other_languages():
    _, published = run('#!html\n<i>x</i>\n#!markdown\n# T\n#!javascript\nconsole.log(1)\n#!csharp\n7')
    shown = [c["data"].get("text/html") or c["data"].get("text/markdown") for k, c in published if k == "display_data"]
    assert shown == ["<i>x</i>", "# T", "<script>console.log(1)\n</script>"], published
    assert plain(published) == ["7"], published


def ten_thousand_lines():
    _, published = run('for (var i = 0; i < 10000; i++) Console.WriteLine(i);')
    assert text_of(published) == "".join(f"{i}\n" for i in range(10000))
    assert len(published) < 1000, len(published)


def hostile_messages_are_dropped():
    good = client.session.msg("kernel_info_request")
    frames = client.session.serialize(good)
    bad = list(frames)
    bad[1] = b"0" * 64
    for hostile in (bad, frames[:3], [b"<IDS|MSG>"], [b""], [b"x"] * 50):
        client.shell_channel.socket.send_multipart(hostile)
    session = client.session
    for header, content in ((b"{", b"{}"), (b"{}", b"{}"), (b'{"msg_type":"execute_request"}', b"[" * 100000),
                            (b'{"msg_type":"execute_request"}', b"3"), (b'{"msg_type":7}', b"{}"),
                            (b'{"msg_type":"execute_request"}', b"\xff\xfe")):
        parts = [header, b"{}", b"{}", content]
        client.shell_channel.socket.send_multipart([b"<IDS|MSG>", session.sign(parts)] + parts)
    strange = session.msg("no_such_request")
    client.shell_channel.send(strange)
    assert reply_to(strange["header"]["msg_id"])["status"] == "error"
    for content in ({"code": 7}, {"code": None, "silent": "yes"}, {}, {"code": "1", "user_expressions": [1]}):
        message = session.msg("execute_request", content)
        client.shell_channel.send(message)
        assert reply_to(message["header"]["msg_id"])["status"] == "ok", content
    deep = "var deep = " + "(" * 50000 + "1" + ")" * 50000 + ";"
    assert run(deep)[0]["status"] == "error"
    assert reply_to(client.is_complete(deep))["status"] == "invalid"
    assert reply_to(client.complete(deep, 20))["status"] == "error"
    for kind in ("complete_request", "inspect_request", "history_request", "is_complete_request"):
        message = session.msg(kind, {"code": "1", "cursor_pos": -5, "n": -3, "hist_access_type": 9})
        client.shell_channel.send(message)
        reply_to(message["header"]["msg_id"])
    assert plain(run("kept")[1]) == ["40"]


def heartbeat():
    with zmq.Context() as context, context.socket(zmq.REQ) as socket:
        socket.connect(f"tcp://127.0.0.1:{client.hb_port}")
        socket.send(b"ping")
        assert socket.poll(1000 * TIMEOUT) and socket.recv() == b"ping"
        socket.linger = 0


def tasks_left_behind_still_show():
    _, published = run('var left = Task.Run(async () => { await Task.Delay(200); Console.WriteLine("late"); }); 1')
    message = client.execute("await left;")
    assert "late" in text_of(published_for(message)) or "late" in text_of(published)


def restart_and_shutdown():
    manager.restart_kernel(now=False)
    client.wait_for_ready(timeout=5 * TIMEOUT)
    reply, _ = run("kept")
    assert reply["status"] == "error", reply
    message = client.shutdown()
    assert reply_to(message, "control") == {"status": "ok", "restart": False}
    for _ in range(10 * TIMEOUT):
        if not manager.is_alive():
            return
        time.sleep(0.1)
    raise AssertionError("the kernel did not end")


checks = [kernel_info, console_and_result, state_lives_across_cells, displays_are_updated, errors_say_where,
          a_failure_aborts_what_was_sent_with_it, silent_and_unremembered, user_expressions,
          completion_and_inspection, is_complete, history,
          comms, input_is_asked_for, interrupt_by_message, interrupt_by_signal, libraries_that_hang_are_left_behind,
          output_past_the_console, replayed_messages_are_dropped, output_is_cleared, other_languages, ten_thousand_lines,
          hostile_messages_are_dropped, heartbeat, tasks_left_behind_still_show, restart_and_shutdown]
failed = 0
try:
    for check in checks:
        try:
            check()
            print("ok", check.__name__, flush=True)
        except (Exception, queue.Empty):
            failed += 1
            print("FAILED", check.__name__, flush=True)
            traceback.print_exc(file=sys.stdout)
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
sys.exit(1 if failed else 0)
