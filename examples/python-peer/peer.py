#!/usr/bin/env python3
"""A Peerlab peer in plain Python: the flood of docs/PROTOCOL.md, and the contract of docs/PEER-CONTRACT.md."""
import asyncio, base64, inspect, json, os, signal, struct, sys, threading, uuid
from wire import BROADCAST, DM, MAX_FRAME, Link, Refused, dashed, frame, need, tell

UNLIMITED, MAX_SEEN = 65535, 65536
TEXT, ACK_WANTED, IS_ACK = 0x10, 0x01, 0x02
NOT_HERE = ('disconnect', 'trace', 'history', 'shape', 'ping')


class Failed(Exception):
    """A command fails: error code, text."""


class Node:
    def __init__(self, env):
        self.id, self.instance = uuid.UUID(env['PEERLAB_NODE_ID']).bytes, os.urandom(16)
        self.network, self.ephemeral = env['PEERLAB_LAB'].encode(), env.get('PEERLAB_EPHEMERAL') == '1'
        self.host, port = env['PEERLAB_LISTEN'].rsplit(':', 1)
        self.port = int(port)
        self.links, self.sessions, self.wanted = {}, {}, {}  # those that are up; all; addresses to keep dialling
        self.best, self.tasks = {}, set()  # best: the best TTL that each message was taken with
        self.totals = {'delivered': 0, 'relayed': 0, 'duplicate': 0, 'expired': 0}

    async def run(self):
        self.leaving, self.loop = asyncio.Event(), asyncio.get_running_loop()
        server = await asyncio.start_server(lambda *ends: self.spawn(Link(self, *ends).run()), self.host, self.port)
        for name in (signal.SIGTERM, signal.SIGINT): self.loop.add_signal_handler(name, self.leaving.set)
        tell({'event': 'ready', **self.do_info()})
        threading.Thread(target=self.listen, daemon=True).start()
        await self.leaving.wait()
        server.close()
        for link in list(self.links.values()): link.bye('leaving')
        if self.sessions: await asyncio.wait([link.ended for link in self.sessions.values()], timeout=3)

    def listen(self):
        for line in sys.stdin.buffer: self.loop.call_soon_threadsafe(lambda line=line: self.spawn(self.answer(line)))
        if self.ephemeral: self.loop.call_soon_threadsafe(self.leaving.set)

    def spawn(self, work):
        self.tasks.add(task := self.loop.create_task(work))  # asyncio itself would forget it
        task.add_done_callback(self.tasks.discard)

    # The flood

    def originate(self, kind, payload, ttl, to=b'', flags=0):
        need(type(ttl) is int and 0 <= ttl <= UNLIMITED, 'ttl is not 0..65535')
        if isinstance(payload, str): flags, payload = TEXT, payload.encode()
        elif isinstance(payload, dict): payload = base64.b64decode(payload['base64'], validate=True)
        id = uuid.uuid4().bytes
        data = frame(kind, struct.pack('>HHH', ttl, ttl, 0) + id + self.id + to + payload, flags)
        if len(data) > MAX_FRAME: raise Failed('too-large', f'a frame of {len(data)} bytes')
        self.remember(id, UNLIMITED)
        for link in list(self.links.values()) if ttl else []: link.send(data)
        return {'id': dashed(id)}

    def remember(self, id, ttl):
        self.best[id] = ttl
        if len(self.best) > MAX_SEEN: del self.best[next(iter(self.best))]

    def take(self, link, kind, flags, body):
        head = 54 if kind == DM else 38
        need(len(body) >= head, 'malformed')
        ttl, initial, reserved = struct.unpack_from('>HHH', body)
        need(1 <= ttl <= initial, 'malformed')
        id, origin, to = body[6:22], body[22:38], body[38:head]
        best, is_mine = self.best.get(id, 0), to == self.id
        if origin == self.id or best and (ttl <= best or initial == UNLIMITED):
            self.totals['duplicate'] += 1
        else:
            self.remember(id, ttl)
            if not best and (is_mine or not to) and not flags & IS_ACK:
                self.deliver(link, flags, id, origin, 'dm' if to else 'broadcast', initial - ttl + 1, body[head:])
                if is_mine and flags & ACK_WANTED: self.originate(DM, id, initial, origin, IS_ACK)
            if ttl == 1: self.totals['expired'] += not is_mine
            elif not is_mine:
                self.totals['relayed'] += 1
                data = frame(kind, struct.pack('>HHH', ttl - 1, initial, reserved) + body[6:], flags)
                for other in [other for peer, other in self.links.items() if peer != link.peer]: other.send(data)
        link.count('In', len(body) + 6)  # last: its consequences are counted

    def deliver(self, link, flags, id, origin, kind, hops, payload):
        self.totals['delivered'] += 1
        try: content = payload.decode() if flags & 0xf0 else None
        except UnicodeDecodeError: content = None
        if content is None: content = {'base64': base64.b64encode(payload).decode()}
        tell({'event': 'received', 'id': dashed(id), 'kind': kind, 'origin': dashed(origin), 'from': dashed(link.peer),
              'hops': hops, 'payload': content})

    # The contract

    async def answer(self, line):
        try:
            fields = json.loads(line)
            seq, name = fields.pop('seq'), fields.pop('command')
            if not isinstance(seq, str) or not 1 <= len(seq) <= 64: raise ValueError(seq)
        except (ValueError, KeyError, AttributeError, TypeError): return print('not a command:', line, file=sys.stderr, flush=True)
        try:
            if name in NOT_HERE: raise Failed('not-supported', f'this peer has no {name}')
            method = getattr(self, f'do_{name}', None)
            need(method, f'unknown command {name}')
            inspect.signature(method).bind(**fields)  # TypeError for a field that is missing or unknown
            result = method(**fields)
            tell({'reply': seq, 'result': await result if inspect.isawaitable(result) else result})
        except Failed as failed: tell({'reply': seq, 'error': dict(zip(('code', 'message'), failed.args))})
        except asyncio.CancelledError: tell({'reply': seq, 'error': {'code': 'stopping', 'message': 'the peer leaves'}})
        except (TypeError, ValueError, KeyError, AttributeError, Refused) as wrong:
            tell({'reply': seq, 'error': {'code': 'bad-command', 'message': f'{name}: {wrong}'}})

    def do_info(self):
        return {'contract': 1, 'nodeId': dashed(self.id), 'node': {'name': 'python-peer', 'version': '1.0.0'},
                'listen': {'host': self.host, 'port': self.port}, 'capabilities': ['dm', 'ttl', 'counters']}

    async def do_connect(self, host, port):
        need(isinstance(port, int), 'the port is no number')
        try:
            link = Link(self, *await asyncio.wait_for(asyncio.open_connection(host, port), 10), out=True)
            self.spawn(link.run())
            peer = await link.reached
            self.wanted[peer] = host, port
            return {'peer': dashed(peer), 'session': dashed(self.links[peer].session)}
        except (OSError, asyncio.TimeoutError, Refused, KeyError) as why:
            raise Failed('connect-failed', f'connecting to {host}:{port}: {why or "no answer"}') from why

    async def keep(self, peer):
        """Dials a neighbour that was lost until it is back."""
        while peer in self.wanted and peer not in self.links and not self.leaving.is_set():
            try: await self.do_connect(*self.wanted[peer])
            except Failed: await asyncio.sleep(1)

    def do_neighbours(self): return {'links': [link.facts() for link in self.links.values()]}
    def do_broadcast(self, payload, ttl=UNLIMITED): return self.originate(BROADCAST, payload, ttl)

    def do_dm(self, to, payload, ttl=UNLIMITED):
        need(uuid.UUID(to).bytes != self.id, 'to oneself')
        return self.originate(DM, payload, ttl, uuid.UUID(to).bytes)

    def do_counters(self):
        sessions = [{**link.names(), 'open': link.open, **link.counts} for link in self.sessions.values()]
        return {'sessions': sessions, 'totals': self.totals}

    def do_stop(self):
        self.loop.call_soon(self.leaving.set)  # the reply comes first
        return {}


if __name__ == '__main__':
    asyncio.run(Node(os.environ).run())
    os._exit(0)  # the thread that reads standard input is in the middle of it: Python would abort
