"""A warm process is a process like any other."""

import os
import signal
import subprocess
import sys

import warm_python

PIPE = subprocess.PIPE
IMPORTED = "import sys; print(sorted({'tensorflow', 'kerasae'} & {*sys.modules}), *sys.argv)"


def start(code, *arguments, **settings):
    return warm_python.Popen([sys.executable, "-c", code, *arguments], text=True, **settings)


def test_it_has_imported_tensorflow_and_nothing_of_kerasae(tmp_path):
    done = warm_python.run(["-c", f"{IMPORTED}; sys.exit(3)", "given"], tmp_path, 100)
    assert (done.returncode, done.stdout, done.stderr) == (3, "['tensorflow'] -c given\n", "")


def test_its_streams_folder_variables_and_session_are_its_own(tmp_path):
    code = "import os; print(input()[::-1], os.getcwd(), os.environ, os.getsid(0) == os.getpid())"
    settings = {"cwd": tmp_path, "env": {"A": "b"}, "start_new_session": True}
    process = start(code, stdin=PIPE, stdout=PIPE, **settings)
    out, _ = process.communicate("abc\n")
    assert out == f"cba {tmp_path} environ({{'A': 'b'}}) True\n"


def test_it_is_a_child_and_gets_signals():
    process = start("import os, time; print(os.getppid(), flush=True); time.sleep(100)",
                    stdout=PIPE, stderr=PIPE)  # fmt: skip
    assert int(process.stdout.readline()) == os.getpid()
    process.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
    process.send_signal(signal.SIGCONT)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == -signal.SIGINT and "KeyboardInterrupt" in err


def test_it_keeps_what_is_passed_on():
    read, write = os.pipe()
    code = "import os, sys; os.write(int(sys.argv[1]), b'x')"
    assert start(code, str(write), pass_fds=[write]).wait() == 0
    os.close(write)
    with os.fdopen(read, "rb") as file:
        assert file.read() == b"x"


def test_what_nothing_caught_is_shown(tmp_path):
    done = warm_python.run(["-m", "json.tool", "nowhere"], tmp_path, 100)
    assert done.returncode == 2 and "nowhere" in done.stderr
    done = warm_python.run(["-c", "1 / 0"], tmp_path, 100)
    assert done.returncode == 1 and "ZeroDivisionError" in done.stderr
