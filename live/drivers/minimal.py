#!/usr/bin/env python3
"""A driver to copy: a pool in the plainest asyncio, driven for `interleak live` (docs/drivers.md).

The client under test is above the line; put yours in its place. It gives each connection back in `finally`,
whatever happened: the bug of March 2023.
"""
import asyncio
import json
import sys


class Connection:
    reader = writer = None

    async def open(self, port):
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", port)

    def close(self):
        if self.writer is not None:
            self.writer.close()
        self.writer = None

    def send(self, words):
        coded = [word.encode() for word in words]
        self.writer.write(b"*%d\r\n" % len(coded) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in coded))

    async def reply(self):
        line = await self.reader.readline()
        kind, rest = line[:1], line[1:-2].decode()
        if kind == b"":
            self.close()
            raise ConnectionError("closed by the server")
        if kind == b"-":
            raise RuntimeError(rest)
        if kind == b"*":
            return [await self.reply() for _ in range(int(rest))]
        if kind == b"$" and rest != "-1":
            return (await self.reader.readexactly(int(rest) + 2))[:-2].decode()
        return {b"$": None, b":": rest, b"+": rest}[kind]


class Pool:
    def __init__(self, port, most):
        self.port, self.idle = port, asyncio.LifoQueue()
        self.all = [Connection() for _ in range(most)]
        for connection in reversed(self.all):
            self.idle.put_nowait(connection)

    async def execute(self, commands):
        connection = await self.idle.get()
        try:
            await connection.open(self.port)
            for words in commands:
                connection.send(words)
            return [await connection.reply() for _ in commands]
        finally:
            self.idle.put_nowait(connection)


# ---------------------------------------------------------------------------------------------------------


class Driver:
    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.pool, self.tasks, self.ended = None, {}, []

    def until_idle(self):
        """Runs the loop until no callback is ready and no socket can be read."""
        while True:
            self.loop.call_soon(self.loop.stop)
            self.loop.run_forever()
            if not self.loop._ready and not self.loop._selector.select(0):
                return

    async def run_task(self, name, operations):
        for number, commands in enumerate(operations):
            end = {"task": name, "operation": number}
            self.ended.append(end)
            try:
                end["value"] = await self.pool.execute(commands)
            except asyncio.CancelledError:
                end["cancelled"] = True
            except Exception as error:
                end["error"] = f"{type(error).__name__}: {error}"
            if "value" not in end:
                return

    async def open(self, port, most, warm):
        self.pool = Pool(port, most)
        for connection in self.pool.all[:warm]:
            await connection.open(port)

    def close(self):
        for task in self.tasks.values():
            task.cancel()
        self.until_idle()
        for connection in self.pool.all if self.pool else []:
            connection.close()
        self.until_idle()
        self.pool, self.tasks, self.ended = None, {}, []

    def report(self):
        self.until_idle()
        done = [end for end in self.ended if len(end) > 2]   # the others have begun
        self.ended = [end for end in self.ended if len(end) == 2]
        return {"ended": done, "waits": {name: 1 for name, task in self.tasks.items() if not task.done()}}

    def answer(self, question):
        do = question["do"]
        if do == "open":
            self.loop.run_until_complete(self.open(question["port"], question["max"], question["warm"]))
            return {"opened": True}
        if do == "close":
            self.close()
            return {"closed": True}
        if do == "start":
            name = question["task"]
            self.tasks[name] = self.loop.create_task(self.run_task(name, question["operations"]))
        if do == "cancel":
            self.tasks[question["task"]].cancel()
        return self.report()


def main():
    driver = Driver()
    asyncio.set_event_loop(driver.loop)
    print(json.dumps({"client": "minimal pool"}), flush=True)
    for line in sys.stdin:
        print(json.dumps(driver.answer(json.loads(line))), flush=True)


main()
