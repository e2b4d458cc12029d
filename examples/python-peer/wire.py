"""One link of the wire protocol, from docs/PROTOCOL.md: frames, the handshake, twins, and the end."""
import asyncio, json, os, struct, uuid

HELLO, BYE, PING, PONG, BROADCAST, DM = 0x01, 0x02, 0x03, 0x04, 0x10, 0x11
MAX_FRAME = 1 << 20
REASONS = ('unknown leaving hangup wrong-version wrong-network own-id id-in-use twin too-many-links too-many-handshakes '
           'too-many-attempts handshake-timeout hello-expected frame-too-large malformed').split()


class Refused(Exception):
    """The link ends; the text is the reason that BYE gives."""


def need(holds, reason):
    if not holds: raise Refused(reason)

def dashed(raw): return str(uuid.UUID(bytes=raw))
def tell(line): print(json.dumps(line), flush=True)
def frame(kind, body, flags=0): return struct.pack('>IBB', len(body) + 2, kind, flags) + body


class Link:
    def __init__(self, node, reader, writer, out=False):
        self.node, self.reader, self.writer, self.out = node, reader, writer, out
        self.peer, self.session = None, os.urandom(16) if out else None
        self.open, self.up, self.said, self.pongs = True, False, False, {}  # said: our BYE is sent
        self.counts = {'framesOut': 0, 'framesIn': 0, 'bytesOut': 0, 'bytesIn': 0}
        self.ended, self.reached = asyncio.Future(), asyncio.Future()  # reached: the node id of who answered
        self.address = '%s:%s' % writer.get_extra_info('peername')[:2]

    def names(self): return {'peer': dashed(self.peer), 'session': dashed(self.session)}
    def facts(self): return {**self.names(), 'direction': 'out' if self.out else 'in', 'address': self.address}

    def count(self, way, size):
        self.counts['frames' + way] += 1
        self.counts['bytes' + way] += size

    def send(self, data):
        self.count('Out', len(data))
        self.writer.write(data)

    def hello(self):
        ids, name = self.node.id + self.node.instance + self.session, self.node.network
        head = struct.pack('>4sHI48sHB', b'PLAB', 1, 0, ids, self.node.port, len(name))
        self.writer.write(frame(HELLO, head + name + b'\0'))

    async def read(self):
        size = int.from_bytes(await self.reader.readexactly(4), 'big')
        need(size >= 2 and (self.peer or size <= 1020), 'malformed')
        need(size + 4 <= MAX_FRAME, 'frame-too-large')
        data = await self.reader.readexactly(size)
        return data[0], data[1], data[2:]

    async def run(self):
        """The life of the link."""
        reason = 'connection lost'
        try:
            if self.out: self.hello()
            kind, flags, body = await asyncio.wait_for(self.read(), 10)
            need(kind in (HELLO, BYE), 'hello-expected')
            if kind == HELLO and not await self.admit(body):
                self.bye('twin')  # and goes on reading: the acceptor may have sent already
            while kind != BYE:
                kind, flags, body = await self.read()
                self.handle(kind, flags, body)
            reason = REASONS[body[1]] if len(body) >= 18 and body[1] < len(REASONS) else 'unknown'
            if reason == 'twin' and not self.reached.done(): self.reached.set_result(body[2:18])
            if reason == 'hangup': self.node.wanted.pop(self.peer, None)
            if self.up: self.bye(reason)
        except Refused as refused: self.bye(reason := str(refused))
        except asyncio.TimeoutError: self.bye(reason := 'handshake-timeout')
        except (OSError, EOFError): pass
        self.down(reason)
        self.open = False
        self.writer.close()
        self.ended.set_result(None)
        if self.out and not self.reached.done(): self.reached.set_exception(Refused(reason))

    async def admit(self, body):
        """Checks HELLO, and makes this the link to its peer; False when another one stays."""
        need(body[:4] == b'PLAB', 'malformed')
        need(body[4:6] == b'\0\1', 'wrong-version')
        need(len(body) >= 62 and len(body) >= 62 + body[60] + (body[61 + body[60]:] or b'\xff')[0], 'malformed')
        node, peer, self.instance, session = self.node, body[10:26], body[26:42], body[42:58]
        need(body[61:61 + body[60]] == node.network, 'wrong-network')
        need(peer != node.id, 'own-id' if self.instance == node.instance else 'id-in-use')
        need(not self.out or session == self.session, 'malformed')
        self.peer, self.session = peer, session
        if old := node.links.get(peer):
            is_same = old.instance == self.instance
            if is_same and old.out != self.out and self.out == (node.id < peer):
                old.bye('twin')
            elif await old.answers(session[:8]):
                need(self.out, 'twin' if is_same else 'id-in-use')
                node.sessions[session] = self
                return self.reached.set_result(peer)
            else:
                old.down('not-alive')
                old.writer.transport.abort()
        need(peer not in node.links, 'twin')  # another newcomer was faster
        self.up, node.links[peer], node.sessions[session] = True, self, self
        if not self.out: self.hello()
        tell({'event': 'link-up', **self.facts()})
        self.reached.set_result(peer)
        return True

    async def answers(self, token):
        """Whether the other end answers a PING within a second."""
        self.pongs[token] = pong = asyncio.Future()
        self.writer.write(frame(PING, token))
        await asyncio.wait([pong, self.ended], timeout=1, return_when=asyncio.FIRST_COMPLETED)
        return pong.done() and self.up

    def handle(self, kind, flags, body):
        if kind in (BROADCAST, DM): self.node.take(self, kind, flags, body)
        elif kind == PING and len(body) == 8: self.up and self.writer.write(frame(PONG, body))
        elif kind == PONG and len(body) == 8: body in self.pongs and self.pongs.pop(body).set_result(None)
        else: need(kind == BYE or kind >= 0x80, 'malformed')

    def bye(self, reason):
        """The last frame of ours. What was under way is still taken, for 2 s."""
        if self.said or self.writer.is_closing(): return
        self.said = True
        self.writer.write(frame(BYE, struct.pack('>H', REASONS.index(reason)) + self.node.id))
        self.writer.write_eof()
        self.down(reason)
        asyncio.get_running_loop().call_later(2, self.writer.transport.abort)

    def down(self, reason):
        if not self.up: return
        self.up = False
        del self.node.links[self.peer]
        tell({'event': 'link-down', **self.names(), 'reason': reason})
        self.node.spawn(self.node.keep(self.peer))
