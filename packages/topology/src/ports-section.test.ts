/** `ports:` of kinds and peers: Docker's short form, and what two peers cannot both have. */
import { describe, expect, test } from 'vitest';
import type { PortNeed } from './needs-model.ts';
import { parseTopology } from './parse.ts';
import { portText } from './ports-section.ts';
import { topologyFromJson, topologyToJson } from './resolved-json.ts';
import { topologyToYaml } from './to-yaml.ts';

const parse = (text: string) => parseTopology(text, { file: 'x.yaml' });
const withPorts = (ports: string) => parse(`peers: { a: { ports: [${ports}] }, b: }\nlinks: [[a, b]]\n`);

function problems(text: string): string {
  try {
    parse(text);
  } catch (error) {
    return String(Reflect.get(Object(error), 'message'));
  }
  return '';
}

test.each<[string, PortNeed, string]>([
  ['8080', { port: 8080, protocol: 'tcp' }, '8080'],
  ['"53/udp"', { port: 53, protocol: 'udp' }, '53/udp'],
  ['"8080:80"', { port: 80, protocol: 'tcp', hostPort: 8080 }, '8080:80'],
  ['"0.0.0.0:5353:53/udp"', { port: 53, protocol: 'udp', address: '0.0.0.0', hostPort: 5353 }, '0.0.0.0:5353:53/udp'],
  ['"127.0.0.1::80"', { port: 80, protocol: 'tcp', address: '127.0.0.1' }, '127.0.0.1::80'],
  ['"[::1]:8080:80"', { port: 80, protocol: 'tcp', address: '::1', hostPort: 8080 }, '[::1]:8080:80'],
])('%s', (written, need, text) => {
  const topology = withPorts(written);
  expect(topology.peers[0]?.settings.ports).toEqual([need]);
  expect(portText(need)).toBe(text);
  expect(topologyFromJson(topologyToJson(topology)).peers).toEqual(topology.peers);
  expect(parse(topologyToYaml(topology)).peers).toEqual(topology.peers);
});

describe('what is wrong has its place and advice', () => {
  test.each([
    ['"80-90"', 'peers.a.ports[0]: must be a port, not "80-90"; one entry for each port'],
    ['http', 'peers.a.ports[0]: must be a port, not "http"; such as 8080,'],
    ['"10:20:30"', 'peers.a.ports[0]: must be a port'],
    ['0', '0 is no port; a port is 1 to 65535'],
    ['"70000:80"', '70000 is no port'],
    ['"80/sctp"', '"sctp" cannot be published; tcp or udp'],
    ['80, "81:80"', 'peers.a.ports[1]: 80/tcp appears twice'],
  ])('%s', (ports, problem) => {
    expect(problems(`peers: { a: { ports: [${ports}] }, b: }\nlinks: [[a, b]]\n`)).toContain(problem);
  });

  test('two peers at one port of the machine, by their kind or themselves', () => {
    const ring = 'topology: { generator: ring, peers: 3 }\n';
    expect(problems(`${ring}defaults: { kind: k }\nkinds: { k: { command: x, ports: ["8080:80"] } }\n`)).toContain(
      'kinds.k.ports[0]: n0 and n1 cannot both be reached at 127.0.0.1:8080; write 80, and each peer gets another port',
    );
    const peers = 'peers: { a: { ports: ["53:53/udp"] }, b: { ports: ["53:53", "127.0.0.1:53:54/udp"] } }\n';
    expect(problems(`${peers}links: [[a, b]]\n`)).toContain(
      'peers.b.ports[1]: a and b cannot both be reached at 127.0.0.1:53/udp',
    );
  });
});
