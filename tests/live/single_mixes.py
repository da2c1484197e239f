#!/usr/bin/python3
"""Two tasks of redis-py's single_connection_client, and no cancel: who gets what?

  single_mixes.py PORT

With its connection open each task gets its own reply: reads stand in a queue of the connection. When the
server has closed the connection, both tasks connect again at the same time, through the same object: the
second one exchanges the buffer under the hands of the first. Which bytes come when is not forced here, so the
second is tried until somebody gets what he did not ask for, 50 times at most. Prints one line for each of the two.
"""
import asyncio
import sys

import redis.asyncio as aio


async def ask_both(client, users):
    async def ask(user):
        try:
            return await asyncio.wait_for(client.get(f"history:{user}"), 3)
        except Exception as error:
            return type(error).__name__
    return await asyncio.gather(*(ask(user) for user in users))


async def main(port):
    users = ["bob", "carol"]
    other = aio.Redis(port=port, decode_responses=True)
    for user in users:
        await other.set(f"history:{user}", f"history of {user}")
    own = [f"history of {user}" for user in users]
    for state, times in ("open", 1), ("closed", 50):
        for _ in range(times):
            client = aio.Redis(port=port, decode_responses=True, single_connection_client=True)
            await client.initialize()
            if state == "closed":
                await client.connection.disconnect()
            answers = await ask_both(client, users)
            await client.connection.disconnect()
            client.connection = None
            if answers != own:
                break
        print(f"{state}: {answers!r}")
    await other.connection_pool.disconnect()


asyncio.run(main(int(sys.argv[1])))
