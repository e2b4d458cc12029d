import { describe, expect, test } from 'vitest';
import { parseRouteTable } from './host-routes.ts';
import { formatSubnet } from './subnet.ts';

describe('the routing table', () => {
  test('gives every route but the default one', () => {
    const table = [
      'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
      'eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
      'docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0',
      'eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0',
      'tun0\t0100000A\t00000000\t0005\t0\t0\t0\tFFFFFFFF\t0\t0\t0',
      '',
    ].join('\n');
    expect(parseRouteTable(table).map(formatSubnet)).toEqual(['172.17.0.0/16', '192.0.2.0/24', '10.0.0.1/32']);
  });

  test('nonsense is no route', () => {
    expect(parseRouteTable('')).toEqual([]);
    expect(parseRouteTable('head\nwhat is this\n')).toEqual([]);
  });
});
