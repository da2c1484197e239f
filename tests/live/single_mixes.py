#!/usr/bin/python3
"""Two tasks of redis-py's single_connection_client, and no cancel: who gets what?

  single_mixes.py PORT

With its connection open each task gets its own reply: reads stand in a queue of the connection. When the
server has closed the connection, both tasks connect again at the same time, through the same object: the
second one exchanges the buffer under the hands of the first. Prints one line for each of the two.
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
    for state in "open", "closed":
        client = aio.Redis(port=port, decode_responses=True, single_connection_client=True)
        await client.initialize()
        if state == "closed":
            await client.connection.disconnect()
        print(f"{state}: {await ask_both(client, users)!r}")
        await client.connection.disconnect()
        client.connection = None
    await other.connection_pool.disconnect()


asyncio.run(main(int(sys.argv[1])))
