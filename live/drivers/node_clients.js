#!/usr/bin/env node
// Drives clients of Node.js for `interleak live` (docs/live.md):
//   node_clients.js node-redis signal    commands are given an AbortSignal
//   node_clients.js node-redis abandon   the handler stops waiting (Promise.race); the command goes on
//   node_clients.js ioredis abandon      the same; ioredis has no cancellation
// NODE_PATH says where the packages redis and ioredis are. One JSON object a line on standard input, one
// answer a line on standard output.
'use strict';
const readline = require('readline');

const turns = 8;  // of the event loop, in each of which all that is ready runs and all sockets are read

class NodeRedis {
  constructor() {
    this.name = 'node-redis ' + require('redis/package.json').version;
  }
  async open(port) {
    this.client = require('redis').createClient({socket: {host: '127.0.0.1', port, reconnectStrategy: false}});
    this.client.on('error', () => {});  // who waits for a reply is told by its promise
    await this.client.connect();
  }
  send(words, abortSignal) {
    return this.client.sendCommand(words, abortSignal ? {abortSignal} : undefined);
  }
  close() {
    if (this.client.isOpen) this.client.destroy();
  }
}

class IoRedis {
  constructor() {
    this.name = 'ioredis ' + require('ioredis/package.json').version;
  }
  async open(port) {
    this.client = new (require('ioredis'))({host: '127.0.0.1', port, lazyConnect: true, retryStrategy: null});
    this.client.on('error', () => {});
    await this.client.connect();
  }
  send(words) {
    return this.client.call(...words);
  }
  close() {
    this.client.disconnect();
  }
}

class Task {
  constructor(name, cancelAt) {
    this.name = name;
    this.cancelAt = cancelAt;
    this.abort = new AbortController();
    this.suspensions = 0;
  }
}

class Driver {
  constructor(client, how) {
    this.client = client;
    this.how = how;
    this.tasks = new Map();
    this.ended = [];
    this.open = false;
  }
  async untilIdle() {
    for (let i = 0; i < turns; ++i) await new Promise(setImmediate);
  }
  // All commands are sent together, as these clients pipeline whatever comes in one turn.
  async execute(task, commands) {
    const signal = task.abort.signal;
    const all = Promise.all(commands.map(words => this.client.send(words, this.how === 'signal' ? signal : null)));
    ++task.suspensions;
    if (task.suspensions === task.cancelAt) task.abort.abort();
    if (this.how === 'signal') return all;
    all.catch(() => {});  // nobody may be there any more to see it
    const gone = new Promise((_, reject) => {
      const leave = () => reject(new DOMException('abandoned', 'AbortError'));
      if (signal.aborted) leave();
      signal.addEventListener('abort', leave);
    });
    return Promise.race([all, gone]);
  }
  // A request handler: one operation after another, until one of them fails.
  async run(task, operations) {
    for (let number = 0; number < operations.length; ++number) {
      const end = {task: task.name, operation: number};
      try {
        end.value = await this.execute(task, operations[number]);
      } catch (error) {
        if (task.abort.signal.aborted && error.name === 'AbortError' || error.constructor.name === 'AbortError') {
          end.cancelled = true;
        } else {
          end.error = `${error.name}: ${error.message}`;
        }
      }
      end.suspensions = task.suspensions;
      if (this.tasks.get(task.name) === task) this.ended.push(end);
      if (!('value' in end)) break;
    }
    if (this.tasks.get(task.name) === task) this.tasks.delete(task.name);
  }
  async answer(question) {
    if (question.do === 'open') {
      await this.client.open(question.port);
      this.open = true;
      return {opened: true};
    }
    if (question.do === 'close') {
      this.tasks.clear();
      this.ended = [];
      if (this.open) this.client.close();
      this.open = false;
      await this.untilIdle();
      return {closed: true};
    }
    if (question.do === 'start') {
      const task = new Task(question.task, question.cancel_at || 0);
      this.tasks.set(task.name, task);
      this.run(task, question.operations);
    }
    if (question.do === 'cancel') this.tasks.get(question.task).abort.abort();
    await this.untilIdle();
    const report = {ended: this.ended, waits: {}};
    for (const [name, task] of this.tasks) report.waits[name] = task.suspensions;
    this.ended = [];
    return report;
  }
}

async function main() {
  const [kind, how] = process.argv.slice(2);
  const kinds = {'node-redis': NodeRedis, ioredis: IoRedis};
  if (!(kind in kinds) || !(how === 'abandon' || (how === 'signal' && kind === 'node-redis'))) {
    console.error('usage: node_clients.js node-redis signal|abandon, or ioredis abandon');
    process.exit(2);
  }
  const client = new kinds[kind]();
  const driver = new Driver(client, how);
  const say = value => process.stdout.write(JSON.stringify(value) + '\n');
  say({client: `${client.name} ${how}`});
  for await (const line of readline.createInterface({input: process.stdin})) {
    say(await driver.answer(JSON.parse(line)).catch(error => ({failed: `${error.name}: ${error.message}`})));
  }
  process.exit(0);
}

main();
