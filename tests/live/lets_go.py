"""Starts a process that wants to outlive its run, and becomes a sound client.

  lets_go.py HOW NAME COMMAND...

NAME is the first word of the process's command line, so that a test can find it whatever it did to its environment.
"""
import os
import subprocess
import sys

how, name, command = sys.argv[1], sys.argv[2], sys.argv[3:]
LONG = [name, "1000"]


def detached(times, environment=None):
    """Forks so often, each time in a session of its own, with nothing open, and becomes the process."""
    if os.fork() != 0:
        return
    for _ in range(times):
        os.setsid()
        if os.fork() != 0:
            os._exit(0)
    os.closerange(0, 1024)
    os.chdir("/")
    os.execve("/bin/sleep", LONG, os.environ if environment is None else environment)


def chain():
    """Each starts the next one and ends: none is there for long."""
    if os.fork() != 0:
        return
    while True:
        if os.fork() != 0:
            os._exit(0)


def crowd():
    """Many, of which each waits for its own."""
    for _ in range(20):
        detached(1)
        subprocess.Popen(LONG, executable="/bin/sleep", start_new_session=True, close_fds=True)


def adopter():
    """One that is a subreaper itself."""
    if os.fork() == 0:
        os.setsid()
        import ctypes
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)   # PR_SET_CHILD_SUBREAPER
        detached(2, {})
        os.execv("/bin/sleep", LONG)


def stubborn():
    """One that ignores what it can."""
    if os.fork() == 0:
        import signal
        for number in set(range(1, 65)) - {9, 19, 32, 33}:
            signal.signal(number, signal.SIG_IGN)
        os.setsid()
        os.execv("/bin/sleep", LONG)


def other_user():
    """One that is no longer of the user who runs all this."""
    subprocess.Popen(["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "sh", "-c",
                      "sleep 1000; exit", name], start_new_session=True, close_fds=True)


{
    "nothing": lambda: None,
    "session": lambda: subprocess.Popen(LONG, executable="/bin/sleep", start_new_session=True),
    "group": lambda: subprocess.Popen(LONG, executable="/bin/sleep", preexec_fn=os.setpgrp),
    "closed": lambda: detached(0),
    "double": lambda: detached(1),
    "triple": lambda: detached(2),
    "bare": lambda: detached(0, {}),
    "bare-double": lambda: detached(1, {}),
    "masked": lambda: detached(1, {"INTERLEAK_LIVE": "1.1.000000000000"}),
    "chain": chain,
    "crowd": crowd,
    "adopter": adopter,
    "stubborn": stubborn,
    "other-user": other_user,
}[how]()
os.execvp(command[0], command)
