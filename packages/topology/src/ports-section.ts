/** Reads `ports:` of a kind or a peer: Docker's short form, with this machine's loopback address where it gives none. */
import type { Report } from './generator-section.ts';
import { describe } from './in-words.ts';
import type { PortNeed } from './needs-model.ts';
import type { Path } from './yaml-document.ts';

const FORM = 'such as 8080, "8080:80", "127.0.0.1:5353:53/udp"';

/** `127.0.0.1:8080:80/udp`; only the port in the container is required; an address in brackets is IPv6. */
const SHORT =
  /^(?:(?:(?<address>\[[0-9a-fA-F:.]+\]|[0-9.]+):)?(?<hostPort>\d{0,5}):)?(?<port>\d{1,5})(?:\/(?<protocol>\w+))?$/;

/** What is wrong is reported and left out. */
export function readPorts(list: unknown, path: Path, report: Report): readonly PortNeed[] | undefined {
  if (!Array.isArray(list) || list.length === 0) return undefined;
  const seen = new Set<string>();
  return list.flatMap((entry: unknown, i): PortNeed[] => {
    const at = [...path, i];
    const { address: written, hostPort, port, protocol = 'tcp' } = SHORT.exec(String(entry))?.groups ?? {};
    const address = written?.replace(/^\[|\]$/g, '');
    const numbers = [Number(port), ...(hostPort === undefined || hostPort === '' ? [] : [Number(hostPort)])];
    if (port === undefined || (address !== undefined && !isAddress(address))) {
      report(at, `must be a port, not ${describe(entry)}`, /-/.test(String(entry)) ? 'one entry for each port' : FORM);
      return [];
    }
    const wrong = numbers.find(number => number < 1 || number > 65_535);
    if (wrong !== undefined) report(at, `${wrong} is no port`, 'a port is 1 to 65535');
    if (protocol !== 'tcp' && protocol !== 'udp') report(at, `"${protocol}" cannot be published`, 'tcp or udp');
    const key = `${port}/${protocol}`;
    if (seen.has(key)) report(at, `${key} appears twice`, 'keep one of them');
    seen.add(key);
    return [
      {
        port: Number(port),
        protocol: protocol === 'udp' ? 'udp' : 'tcp',
        ...(address === undefined ? {} : { address }),
        ...(numbers[1] === undefined ? {} : { hostPort: numbers[1] }),
      },
    ];
  });
}

/** IPv4, or, roughly, IPv6: the engine has the last word. */
function isAddress(text: string): boolean {
  if (text.includes(':')) return true;
  const parts = text.split('.');
  return parts.length === 4 && parts.every(part => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

/** Where a port is reached from outside, by default: nobody but this machine. */
export const PUBLISHED_ADDRESS = '127.0.0.1';

/** A port as a file says it: `127.0.0.1:8080:80/udp`. */
export function portText({ port, protocol, address, hostPort }: PortNeed): string {
  const host = address?.includes(':') === true ? `[${address}]` : address;
  const outer = hostPort === undefined && host === undefined ? '' : `${hostPort ?? ''}:`;
  return `${host === undefined ? '' : `${host}:`}${outer}${port}${protocol === 'udp' ? '/udp' : ''}`;
}

/** What two peers cannot both have: a port of one address; undefined where the engine chooses. */
export function heldOutside({ address = PUBLISHED_ADDRESS, hostPort, protocol }: PortNeed): string | undefined {
  return hostPort === undefined ? undefined : `${address}:${hostPort}${protocol === 'udp' ? '/udp' : ''}`;
}
