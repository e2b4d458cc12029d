#!/usr/bin/env python3
"""A peer of your own. What the lab asks of it and hears from it is the peer contract of Peerlab; what peers say to each other is
yours: here, JSON objects, one a line, over TCP. Change it, and try it: npx peerlab conform python3 peer.py"""
import asyncio
import json
import os
import signal
import sys
import threading
import uuid
from math import inf

ME, LAB = os.environ['PEERLAB_NODE_ID'], os.environ['PEERLAB_LAB']
HOST, PORT = os.environ['PEERLAB_LISTEN'].rsplit(':', 1)
PORT = int(PORT)
EPHEMERAL = os.environ.get('PEERLAB_EPHEMERAL') == '1'
HANDSHAKE_S, REDIAL_S, LEAVE_S = 5, 0.5, 2
LONGEST_LINE = 2 ** 22

links = {}  # by node id: those that are up
sessions = {}  # by session: every link that there was
wanted = {}  # by node id: the addresses to keep dialling
best = {}  # by message id: the largest TTL it came with. What runs for days would forget old ones
totals = {'delivered': 0, 'relayed': 0, 'duplicate': 0, 'expired': 0}
leaving = asyncio.Event()
tasks = set()


def spawn(work):
    tasks.add(task := asyncio.get_running_loop().create_task(work))  # asyncio itself would forget it
    task.add_done_callback(tasks.discard)


# ---- links: who listens says {hello}, who dials {hello, session}, who listens {up} ----

class Link:
    def __init__(self, peer, session, direction, reader, writer):
        self.peer, self.session, self.direction = peer, session, direction
        self.reader, self.writer, self.open, self.closed = reader, writer, True, asyncio.Event()
        self.address = '{}:{}'.format(*writer.get_extra_info('peername')[:2])
        self.counts = {'framesOut': 0, 'framesIn': 0, 'bytesOut': 0, 'bytesIn': 0}
        self.dialler = ME if direction == 'out' else peer

    def add(self):
        """The link is up. When two peers have dialled each other at once, the one that the smaller id dialled stays."""
        other = links.get(self.peer)
        sessions[self.session] = self
        spawn(self.run())
        if other and other.dialler < self.dialler:
            self.writer.write_eof()  # what it still has to say is taken
            return other
        if other:
            other.end()
            tell({'event': 'link-down', 'peer': self.peer, 'session': other.session, 'reason': 'replaced'})
        links[self.peer] = self
        tell({'event': 'link-up', **self.facts()})
        return self

    async def run(self):
        try:
            while line := await self.reader.readline():
                take(json.loads(line), len(line), self)
        except (OSError, ValueError, KeyError, TypeError) as wrong:
            print(f'the link to {self.peer} is closed: {wrong}', file=sys.stderr, flush=True)
        self.writer.close()
        self.open = False
        self.closed.set()
        if links.get(self.peer) is self:
            del links[self.peer]
            tell({'event': 'link-down', 'peer': self.peer, 'session': self.session, 'reason': 'closed'})
            spawn(redial(self.peer))

    def end(self):
        if not self.writer.is_closing():
            self.writer.write_eof()

    def facts(self):
        return {'peer': self.peer, 'session': self.session, 'direction': self.direction, 'address': self.address}


async def listened(reader, writer):
    try:
        say(writer, {'hello': ME, 'lab': LAB})
        their = await hear(reader)
        if their['lab'] != LAB or their['hello'] == ME:
            raise ValueError('the other end is of another lab, or this peer')
        say(writer, {'up': their['session']})
        Link(their['hello'], their['session'], 'in', reader, writer).add()
    except (OSError, ValueError, KeyError, TypeError, asyncio.TimeoutError):
        writer.close()


async def dial(host, port):
    """Dials once. Returns the link to who is there, also when there was one before."""
    reader, writer = await asyncio.wait_for(asyncio.open_connection(host, port, limit=LONGEST_LINE), HANDSHAKE_S)
    try:
        their = await hear(reader)
        if their['lab'] != LAB or their['hello'] == ME:
            raise ValueError('the other end is of another lab, or this peer')
        if their['hello'] in links:
            writer.close()
            return links[their['hello']]
        session = str(uuid.uuid4())
        say(writer, {'hello': ME, 'lab': LAB, 'session': session})
        await hear(reader)
        return Link(their['hello'], session, 'out', reader, writer).add()
    except Exception:
        writer.close()
        raise


async def redial(peer):
    while peer in wanted and peer not in links and not leaving.is_set():
        try:
            await dial(*wanted[peer])
        except (OSError, ValueError, KeyError, asyncio.TimeoutError):
            await asyncio.sleep(REDIAL_S)


async def hear(reader):
    line = await asyncio.wait_for(reader.readline(), HANDSHAKE_S)
    return json.loads(line)


def say(writer, value):
    line = json.dumps(value).encode() + b'\n'
    writer.write(line)
    return len(line)


# ---- messages: a flood. A TTL of null has no limit; a copy that can go further than those before is passed on again ----

def send(message, except_to=None):
    for link in list(links.values()):
        if link.peer != except_to and not link.writer.is_closing():
            link.counts['framesOut'] += 1
            link.counts['bytesOut'] += say(link.writer, message)


def take(message, size, link):
    id, ttl = message['id'], inf if message['ttl'] is None else message['ttl']
    known = best.get(id)
    if known is not None and known >= ttl:
        totals['duplicate'] += 1
    else:
        best[id] = ttl
        if known is None:
            totals['delivered'] += 1
            tell({'event': 'received', 'id': id, 'kind': 'broadcast', 'origin': message['origin'], 'from': link.peer,
                  'hops': message['hops'], 'payload': message['payload']})
        totals['relayed' if ttl > 1 else 'expired'] += 1
        if ttl > 1:
            send({**message, 'ttl': None if ttl == inf else ttl - 1, 'hops': message['hops'] + 1}, link.peer)
    link.counts['framesIn'] += 1  # last: now its consequences are counted
    link.counts['bytesIn'] += size


# ---- the contract: a command a line on standard input, a reply to each on standard output, and events ----

def info():
    return {'contract': 1, 'nodeId': ME, 'node': {'name': 'my-peer', 'version': '0.1.0'},
            'listen': {'host': HOST, 'port': PORT}, 'capabilities': ['ttl', 'counters']}


async def connect(host, port):
    link = await dial(host, port)
    wanted[link.peer] = host, port
    return {'peer': link.peer, 'session': link.session}


async def neighbours():
    return {'links': [link.facts() for link in links.values()]}


async def broadcast(payload, ttl=None):
    id = str(uuid.uuid4())
    best[id] = inf  # copies that come back are none of ours to deliver
    if ttl != 0:
        send({'id': id, 'origin': ME, 'ttl': ttl, 'hops': 1, 'payload': payload})
    return {'id': id}


async def counters():
    told = [{'session': link.session, 'peer': link.peer, 'open': link.open, **link.counts} for link in sessions.values()]
    return {'sessions': told, 'totals': totals}


async def stop():
    asyncio.get_running_loop().call_soon(leaving.set)  # the reply comes first
    return {}


async def tell_info():
    return info()


def is_number(value, least):
    return type(value) is int and least <= value <= 65535


# By name: what it does, and what its fields must be.
COMMANDS = {
    'info': (tell_info, {}),
    'connect': (connect, {'host': lambda value: isinstance(value, str), 'port': lambda value: is_number(value, 1)}),
    'neighbours': (neighbours, {}),
    'broadcast': (broadcast, {
        'payload': lambda value: isinstance(value, str) or isinstance(value, dict) and isinstance(value.get('base64'), str),
        'ttl': lambda value: value is None or is_number(value, 0)}),
    'counters': (counters, {}),
    'stop': (stop, {}),
}
NOT_HERE = ('dm', 'disconnect', 'trace', 'history', 'shape', 'ping')


async def answer(line):
    try:
        command = json.loads(line)
        seq, name = command.pop('seq'), command.pop('command')
        if not (isinstance(seq, str) and 1 <= len(seq) <= 64):
            raise ValueError('no usable seq')
    except (ValueError, KeyError, TypeError, AttributeError):
        print('not a command:', line, file=sys.stderr, flush=True)
        return

    def fail(code, message):
        tell({'reply': seq, 'error': {'code': code, 'message': str(message) or code}})

    if name in NOT_HERE:
        return fail('not-supported', f'this peer has no {name}')
    if name not in COMMANDS:
        return fail('bad-command', f'unknown command {name}')
    run, rules = COMMANDS[name]
    for field in {**rules, **command}:
        if field not in rules or not rules[field](command.get(field)):
            return fail('bad-command', f'{name}: {field} is missing, wrong or unknown')
    try:
        tell({'reply': seq, 'result': await run(**command)})
    except Exception as wrong:
        fail('connect-failed' if name == 'connect' else 'internal', wrong)


def tell(line):
    print(json.dumps(line), flush=True)


def read_commands(loop):
    for line in sys.stdin.buffer:
        loop.call_soon_threadsafe(lambda line=line: spawn(answer(line)))
    if EPHEMERAL:
        loop.call_soon_threadsafe(leaving.set)


async def main():
    loop = asyncio.get_running_loop()
    server = await asyncio.start_server(listened, HOST, PORT, limit=LONGEST_LINE)
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, leaving.set)
    tell({'event': 'ready', **info()})
    threading.Thread(target=read_commands, args=(loop,), daemon=True).start()
    await leaving.wait()
    server.close()
    for link in list(links.values()):
        link.end()
    if links:
        await asyncio.wait([loop.create_task(link.closed.wait()) for link in links.values()], timeout=LEAVE_S)


if __name__ == '__main__':
    asyncio.run(main())
    os._exit(0)  # the thread that reads standard input is in the middle of it: Python would abort
