#!/usr/bin/python3
"""Drives redis-py's asyncio client for `interleak live` (docs/live.md).

  redis_py.py pool|pool_auth|pool_to5|blocking|single|cluster [python|hiredis]

pool_auth has a password, a name and a database, so that a handshake opens each connection; pool_to5 a socket
timeout. The second word is the parser: redis-py's own, unless hiredis is asked for; that it happens to be installed
changes nothing. Two readers of one connection get other replies from the one than from the other.

Debian's python3-redis, or another release by PYTHONPATH. One JSON object a line on standard input, one
answer a line on standard output.
"""
import asyncio
import gc
import json
import sys

KINDS = ("pool", "pool_auth", "pool_to5", "blocking", "single", "cluster")
PARSERS = ("python", "hiredis")


def words():
    """The kind and the parser; ends the program if they are none."""
    kind, parser = (*sys.argv[1:], "python")[:2] if 2 <= len(sys.argv) <= 3 else ("", "")
    if kind not in KINDS or parser not in PARSERS:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    return kind, parser


KIND, PARSER = words()
if PARSER == "python":
    sys.modules["hiredis"] = None  # which parser it has is decided when redis-py is imported

import redis
import redis.asyncio as aio
from redis.asyncio import connection as aio_connection
from redis.asyncio.cluster import RedisCluster


class Counted:
    """Awaits a coroutine, counts its suspensions, and cancels its task at one of them."""

    def __init__(self, coroutine, task):
        self.coroutine, self.task = coroutine, task

    def __await__(self):
        inner = self.coroutine.__await__()
        value, error = None, None
        while True:
            try:
                awaited = inner.throw(error) if error is not None else inner.send(value)
            except StopIteration as stop:
                return stop.value
            self.task.suspensions += 1
            if self.task.suspensions == self.task.cancel_at:
                asyncio.get_running_loop().call_soon(self.task.handle.cancel)
            value, error = None, None
            try:
                value = yield awaited
            except BaseException as raised:  # a cancel, too: it belongs to the coroutine
                error = raised


class Task:
    def __init__(self, name, cancel_at):
        self.name, self.cancel_at = name, cancel_at
        self.suspensions = 0
        self.handle = None


class Loop(asyncio.SelectorEventLoop):
    """A loop whose clock stands until it is put forward: what sleeps wakes when it is told to."""
    now = 0.0

    def time(self):
        return self.now

    def sleepers(self):
        return [timer.when() for timer in self._scheduled if not timer.cancelled()]

    def wake(self):
        self.now = max(self.now, min(self.sleepers(), default=self.now))


class Driver:
    def __init__(self, kind):
        self.kind = kind
        self.loop = Loop() if kind == "cluster" else asyncio.new_event_loop()
        self.tasks, self.ended = {}, []
        self.client = None

    def until_idle(self):
        """Runs the loop until no callback is ready and no socket can be read."""
        while True:
            self.loop.call_soon(self.loop.stop)
            self.loop.run_forever()
            timers = self.loop._scheduled
            due = timers and timers[0]._when <= self.loop.time()
            if not self.loop._ready and not due and not self.loop._selector.select(0):
                return

    def see_arrivals(self):
        """What has arrived gets its turn: behind it, and before the tasks that it wakes, a task may start."""
        self.loop._process_events(self.loop._selector.select(0))

    async def open(self, port, most, warm):
        options = {"host": "127.0.0.1", "port": port, "decode_responses": True}
        if self.kind == "single":
            self.client = aio.Redis(single_connection_client=True, **options)
            if warm:
                await self.client.initialize()
            return
        if self.kind == "pool_auth":  # a server without passwords takes any for the default user
            options.update(username="default", password="secret", client_name="interleak", db=1)
        if self.kind == "pool_to5":
            options.update(socket_timeout=5)
        pool_class = aio.BlockingConnectionPool if self.kind == "blocking" else aio.ConnectionPool
        pool = pool_class(max_connections=most, **options)
        self.client = aio.Redis(connection_pool=pool)
        connections = [await pool.get_connection("_") for _ in range(warm)]
        for connection in reversed(connections):
            await pool.release(connection)

    async def open_cluster(self, nodes, most, warm):
        self.client = RedisCluster(host="127.0.0.1", port=nodes[0], decode_responses=True)
        # RedisCluster of 4.3.4 drops the argument max_connections; its nodes know it.
        self.client.nodes_manager.connection_kwargs["max_connections"] = most
        await self.client.initialize()
        # Where the nodes are was asked over connections that the pools have from now on; they begin anew.
        for port in nodes:
            node = self.client.get_node("127.0.0.1", port)
            await node.disconnect()
            node._connections.clear()
            node._free.clear()
            connections = [node.acquire_connection() for _ in range(warm)]
            for connection in connections:
                await connection.connect()
            node._free.extend(connections)

    async def close(self):
        if self.client is None:
            return
        client, self.client = self.client, None
        if self.kind == "cluster":
            # Not client.close(): it waits for a lock that a task in the middle of initialize() has.
            manager = client.nodes_manager
            nodes = [*manager.nodes_cache.values(), *manager.startup_nodes.values()]
            client._initialize = True
            for node in nodes:
                await node.disconnect()
            return
        connection = getattr(client, "connection", None)
        if connection is not None:
            await connection.disconnect()
            client.connection = None
        await client.connection_pool.disconnect()

    async def execute(self, commands):
        if isinstance(commands, dict):
            return await self.transaction(commands["transaction"], commands.get("watch"))
        if len(commands) == 1:
            return [await self.client.execute_command(*commands[0])]
        pipeline = self.client.pipeline(transaction=False)
        for words in commands:
            pipeline.execute_command(*words)
        return await pipeline.execute()

    async def transaction(self, commands, watched):
        async with self.client.pipeline(transaction=True) as pipeline:
            if watched is not None:
                await pipeline.watch(watched)
                for words in commands:
                    await pipeline.execute_command(*words)
                pipeline.multi()
            for words in commands:
                pipeline.execute_command(*words)
            return await pipeline.execute()

    async def run(self, task, operations):
        """A request handler: one operation after another, until one of them fails."""
        for number, commands in enumerate(operations):
            end = {"task": task.name, "operation": number}
            try:
                end["value"] = await Counted(self.execute(commands), task)
            except asyncio.CancelledError:
                end["cancelled"] = True
            except Exception as error:
                end["error"] = f"{type(error).__name__}: {error}"
            end["suspensions"] = task.suspensions
            self.ended.append(end)
            if "value" not in end:
                break
        self.tasks.pop(task.name, None)

    def answer(self, question):
        verb = question["do"]
        if verb == "open":
            opening = (self.open_cluster(question["nodes"], question["max"], question["warm"])
                       if self.kind == "cluster" else
                       self.open(question["port"], question["max"], question["warm"]))
            self.loop.run_until_complete(asyncio.wait_for(opening, 5))
            self.until_idle()
            return {"opened": True}
        if verb == "close":
            for _ in range(10):  # a cancel may be swallowed
                for task in list(self.tasks.values()):
                    task.handle.cancel()
                self.until_idle()
            self.loop.run_until_complete(asyncio.wait_for(self.close(), 5))
            self.until_idle()
            self.tasks, self.ended = {}, []
            if self.kind == "cluster":
                # It forgets nodes without closing them: this loop's selector would go on to list their
                # sockets, whose numbers new ones get.
                self.loop.close()
                gc.collect()
                self.loop = Loop()
            return {"closed": True}
        if verb == "start":
            if question.get("same_turn"):
                self.see_arrivals()
            task = Task(question["task"], question.get("cancel_at", 0))
            self.tasks[task.name] = task
            task.handle = self.loop.create_task(self.run(task, question["operations"]))
            if question.get("later"):
                return {"ended": [], "waits": {}}
        if verb == "cancel":
            self.tasks[question["task"]].handle.cancel()
        if question.get("wake"):
            self.loop.wake()
        self.until_idle()
        ended, self.ended = self.ended, []
        report = {"ended": ended, "waits": {t.name: t.suspensions for t in self.tasks.values()}}
        if self.kind == "cluster":
            report["sleeps"] = bool(self.loop.sleepers())
        return report


def parser_in_use():
    """Its name, or the end of the program if it is not the one that was asked for."""
    in_use = "hiredis" if "Hiredis" in aio_connection.DefaultParser.__name__ else "python"
    if in_use != PARSER:
        sys.exit(f"redis_py.py: redis-py {redis.__version__} does not use {PARSER} here, but {in_use}")
    if in_use == "python":
        return "Python parser"
    import hiredis
    return f"hiredis {hiredis.__version__}"


def main():
    driver = Driver(KIND)
    greeting = {"client": f"redis-py {redis.__version__} {KIND}, {parser_in_use()}",
                "can": ["cancel_at", "same_turn", "transaction", "watch"]}
    if KIND == "pool_auth":
        greeting["handshake"] = ["AUTH", "CLIENT", "SELECT"]
    if KIND == "cluster":
        greeting["needs"] = ["cluster"]
    print(json.dumps(greeting), flush=True)
    for line in sys.stdin:
        try:
            answer = driver.answer(json.loads(line))
        except Exception as error:
            answer = {"failed": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
